"""So many exchanges at a time, first come first served, each safe from its caller's end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Gate:
    """
    At most *size* exchanges in flight.

    An exchange runs in a task of its own. A caller that is cancelled leaves at once while the
    exchange ends in the background: it keeps its place until then, and its outcome is known.
    A gate *within* another one takes a place in both.
    """

    def __init__(self, size: int, within: Gate | None = None) -> None:
        self._places = asyncio.Semaphore(size)
        self._within = within
        self._exchanges: set[asyncio.Task[Any]] = set()

    @property
    def in_flight(self) -> int:
        """How many exchanges run now, abandoned ones included."""
        return len(self._exchanges)

    async def enter(self) -> None:
        """Wait for a place; give it back with `leave` unless an exchange is started in it."""
        await self._places.acquire()
        if self._within is not None:
            try:
                await self._within.enter()
            except BaseException:
                self._places.release()
                raise

    def leave(self) -> None:
        """Give back a place in which no exchange was started."""
        if self._within is not None:
            self._within.leave()
        self._places.release()

    def start(self, exchange: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run *exchange* in the place that was entered; the place is free when it ends."""
        if self._within is not None:
            task = self._within.start(exchange)
        else:
            task = asyncio.get_running_loop().create_task(exchange)
        self._exchanges.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._exchanges.discard(task)
        self._places.release()
        if not task.cancelled():
            task.exception()  # an abandoned exchange has nobody else to look at it

    async def drain(self, grace: float) -> None:
        """Wait at most *grace* seconds for what is in flight."""
        if self._exchanges:
            await asyncio.wait(self._exchanges, timeout=grace)

    async def cut(self) -> None:
        """End what is still in flight."""
        for task in self._exchanges:
            task.cancel()
        if self._exchanges:
            await asyncio.wait(self._exchanges)
