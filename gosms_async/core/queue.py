"""The exchanges of one endpoint: each begins when there is a place and a permit, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from .exchange import Exchange
from .limits_line import Line
from .places import Places
from .tasks import give_up

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


@attrs.define(eq=False, repr=False)
class Queue:
    """
    The exchanges that share these *places* and the *line* for permits of one endpoint.

    Only the first in the queue waits for a place and a permit, so a slow endpoint holds one place,
    not all, and a permit is used the moment it is given. An exchange whose caller is cancelled
    keeps its place until its end, and its outcome is known.
    """

    places: Places
    line: Line
    in_flight: set[Exchange[Any]]
    _waiting: deque[Exchange[Any]] = attrs.field(factory=deque)
    _serving: asyncio.Task[None] | None = None

    def submit(self, work: Coroutine[Any, Any, T], on_start: Callable[[], None]) -> Exchange[T]:
        """Make *work* an exchange; *on_start* is called right before it begins."""
        exchange = Exchange(work, on_start)
        if self._waiting or not self.places.take():
            self._enqueue(exchange)
        elif self.line.take():
            self._start(exchange)
        else:
            self.places.give_back()
            self._enqueue(exchange)
        return exchange

    def withdraw(self, exchange: Exchange[Any]) -> None:
        """Take back what has not begun; a permit that was waited for is left to the next."""
        exchange.drop()
        if exchange in self._waiting:
            self._waiting.remove(exchange)
        if not self._waiting:
            self.stop()

    def stop(self) -> None:
        """Begin nothing more of what waits."""
        serving, self._serving = self._serving, None
        if serving is not None:
            give_up(serving)

    def _enqueue(self, exchange: Exchange[Any]) -> None:
        self._waiting.append(exchange)
        if self._serving is None:
            self._serve_on()

    def _serve_on(self) -> None:
        self._serving = asyncio.get_running_loop().create_task(self._serve())
        self._serving.add_done_callback(self._served)

    def _served(self, serving: asyncio.Task[None]) -> None:
        if serving is self._serving:
            self._serving = None
            if self._waiting:  # a stranger has cancelled it
                self._serve_on()

    async def _serve(self) -> None:
        while self._waiting:
            await self.places.wait()
            if await self._is_permitted():
                exchange = self._waiting.popleft()
                exchange.context.run(self._start, exchange)
            else:
                self.places.give_back()

    async def _is_permitted(self) -> bool:
        """Get a permit for the first who waits; False if there is nobody, or it went wrong."""
        try:
            await self.line.ready()
        except asyncio.CancelledError:
            self.places.give_back()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the first hears of it
            self._waiting.popleft().drop(error)
            return False
        while self._waiting and self._waiting[0].outcome.done():  # its caller has just left
            self._waiting.popleft()
        return bool(self._waiting) and self.line.take()

    def _start(self, exchange: Exchange[Any]) -> None:
        self.in_flight.add(exchange)
        exchange.start(self._ended)

    def _ended(self, exchange: Exchange[Any]) -> None:
        self.in_flight.discard(exchange)
        self.places.give_back()
