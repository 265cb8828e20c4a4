"""A uvicorn server in the caller's event loop, up when entered and gone when left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

_GRACE = 1.0  # seconds for handlers to notice that their client has gone


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]  # uvicorn chooses the base at run time
    """Shows its socket to the application, which some faults are to break."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "socket": transport}


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """
    Listen on *host*:*port* (0: a free one) and give the port.

    Raises:
        OSError: The address cannot be had.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,  # the application sends the date of the emulator's clock
        proxy_headers=False,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    try:
        await server.startup()
    except SystemExit as error:  # uvicorn's way to say that it cannot listen
        raise OSError(f"cannot listen on {host}:{port}") from error
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await _stop(server)


async def _stop(server: uvicorn.Server) -> None:
    """Close every connection at once; uvicorn itself would wait for them to end."""
    state: Any = server.server_state
    for listener in server.servers:
        listener.close()
    for connection in list(state.connections):
        connection.transport.abort()
    if state.tasks:
        _, stubborn = await asyncio.wait(set(state.tasks), timeout=_GRACE)
        for task in stubborn:
            task.cancel()
    for listener in server.servers:
        await listener.wait_closed()
