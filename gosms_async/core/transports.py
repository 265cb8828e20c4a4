"""What carries a client's requests: the package's own transport, or whatever it is given."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Literal

import httpx

from .transport import AsyncioTransport

if TYPE_CHECKING:
    import ssl

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]

_KEEPALIVE: Final = 4.0  #: seconds; servers usually close an idle connection after 5


def carrier(
    transport: httpx.AsyncBaseTransport | Literal["fast"] | None,
    http_client: httpx.AsyncClient | None,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
    connections: int,
) -> tuple[httpx.AsyncClient, Send]:
    """Return the client that owns the connections and the shortest safe way through it."""
    if http_client is not None:
        return http_client, _through(http_client)
    if transport is None or isinstance(transport, str):
        transport = _own(transport, proxy, ssl_context, connections)
    return httpx.AsyncClient(transport=transport, trust_env=False), transport.handle_async_request


def _through(client: httpx.AsyncClient) -> Send:
    logging.getLogger("httpx").addFilter(_without_query)
    return lambda request: client.send(request, auth=None, stream=True, follow_redirects=False)


def _own(
    wanted: str | None, proxy: str | None, ssl_context: ssl.SSLContext | None, connections: int
) -> httpx.AsyncBaseTransport:
    if wanted not in {None, "fast"}:
        raise ValueError('transport: "fast" or a transport of httpx')
    if proxy is None:
        return AsyncioTransport(
            parser="httptools" if wanted else "h11",
            max_connections=connections,
            keepalive_expiry=_KEEPALIVE,
            ssl_context=ssl_context,
        )
    return httpx.AsyncHTTPTransport(
        verify=ssl_context or httpx.create_ssl_context(trust_env=False),
        proxy=proxy,
        limits=httpx.Limits(max_connections=connections, keepalive_expiry=_KEEPALIVE),
        trust_env=False,
    )


def _without_query(record: logging.LogRecord) -> bool:
    """Take the query, which can hold a phone number, out of the URLs that httpx logs."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args
        )
    return True
