"""So many exchanges at a time, first come first served, each safe from its caller's end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Exchange(Generic[T]):
    """
    Work in a *task* of its own, and its *outcome* for the caller to await.

    As with asyncio.shield, a caller who is cancelled leaves the task alone, but the loop is asked
    for half as many callbacks. *ended* is called before the caller goes on.
    """

    __slots__ = ("_ended", "outcome", "task")

    def __init__(
        self, work: Coroutine[Any, Any, T], ended: Callable[[asyncio.Task[T]], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._ended = ended
        self.outcome: asyncio.Future[T] = loop.create_future()
        self.task: asyncio.Task[T] = loop.create_task(work)
        self.task.add_done_callback(self._tell)

    def _tell(self, task: asyncio.Task[T]) -> None:
        self._ended(task)
        if task.cancelled():
            self.outcome.cancel()
        elif (error := task.exception()) is not None:
            if not self.outcome.done():
                self.outcome.set_exception(error)
                self.outcome.exception()  # an abandoned one has nobody else to look at it
        elif not self.outcome.done():
            self.outcome.set_result(task.result())


class Gate:
    """
    At most *size* exchanges in flight.

    A caller that is cancelled leaves at once while its exchange ends in the background: it keeps
    its place until then, and its outcome is known. A gate *within* another one takes a place in
    both.
    """

    def __init__(self, size: int, within: Gate | None = None) -> None:
        self._places = asyncio.Semaphore(size)
        self._within = within
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def in_flight(self) -> int:
        """How many exchanges run now, abandoned ones included."""
        return len(self._tasks)

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

    def start(self, work: Coroutine[Any, Any, T]) -> Exchange[T]:
        """Make *work* an exchange in the place that was entered; the place is free when it ends."""
        if self._within is not None:
            exchange = self._within.start(work)
            exchange.task.add_done_callback(self._ended)
        else:
            exchange = Exchange(work, self._ended)
        self._tasks.add(exchange.task)
        return exchange

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._places.release()

    async def drain(self, grace: float) -> None:
        """Wait at most *grace* seconds for what is in flight."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)

    async def cut(self) -> None:
        """End what is still in flight."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
