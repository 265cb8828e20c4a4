"""Something changed: wake whoever waits for it, in whichever event loop they wait."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class News:
    """
    A bell: `tell` wakes every listener once.

    A test thread and a server thread may share an emulator, so a listener is woken in its own loop.
    """

    def __init__(self) -> None:
        self._boot = secrets.token_hex(4)
        self._told = 0
        self._listeners: set[asyncio.Future[None]] = set()

    @property
    def version(self) -> str:
        """What was told last; of another process it is another."""
        return f"{self._boot}-{self._told}"

    @contextlib.contextmanager
    def listen(self) -> Iterator[asyncio.Future[None]]:
        """Return a future that is done at the next `tell`."""
        listener: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            listener.cancel()

    def tell(self) -> None:
        """Wake all who listen now."""
        self._told += 1
        while self._listeners:
            listener = self._listeners.pop()
            with contextlib.suppress(RuntimeError):  # its loop was closed: nobody waits there
                listener.get_loop().call_soon_threadsafe(_finish, listener)


def _finish(listener: asyncio.Future[None]) -> None:
    if not listener.done():
        listener.set_result(None)
