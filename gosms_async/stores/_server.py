"""What the stores on a server have in common: a life in one event loop."""

from __future__ import annotations

import abc
import asyncio
from typing import Self

from gosms_async.core.limits import StoreAwayError


class ServerStore(abc.ABC):
    """Sockets and locks belong to the loop that used them first; a fork has none of its own."""

    _loop: asyncio.AbstractEventLoop | None = None

    def _check_loop(self) -> None:
        here = asyncio.get_running_loop()
        self._loop = self._loop or here
        if self._loop is not here:
            raise StoreAwayError("it belongs to another event loop: make one in each")

    async def aclose(self) -> None:
        """Close the connections; those of another loop are left alone."""
        if self._loop is asyncio.get_running_loop():
            await self._close()

    @abc.abstractmethod
    async def _close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
