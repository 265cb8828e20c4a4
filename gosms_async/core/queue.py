"""The exchanges of one endpoint: each begins when there is a place and a permit, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from .exchange import Exchange
from .limits import Limiter
from .places import Places
from .tasks import give_up

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


@attrs.define(eq=False, repr=False)
class Queue:
    """
    The exchanges that share the limit named *key* and these *places*.

    Only the first in the queue waits for a place and a permit, so a slow endpoint holds one place,
    not all, and a permit is used the moment it is given. An exchange whose caller is cancelled
    keeps its place until its end, and its outcome is known.
    """

    key: str
    places: Places
    limiter: Limiter
    in_flight: set[Exchange[Any]]
    _waiting: deque[Exchange[Any]] = attrs.field(factory=deque)
    _serving: asyncio.Task[None] | None = None

    def submit(self, work: Coroutine[Any, Any, T], on_start: Callable[[], None]) -> Exchange[T]:
        """Make *work* an exchange; *on_start* is called right before it begins."""
        exchange = Exchange(work, on_start)
        if not self._waiting and self.places.can_be_taken and self.limiter.take(self.key):
            self.places.take()
            self._start(exchange)
        else:
            self._waiting.append(exchange)
            if self._serving is None:
                self._serve_on()
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
            await self.limiter.ready(self.key)
        except asyncio.CancelledError:
            self.places.give_back()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the first hears of it
            self._waiting.popleft().drop(error)
            return False
        while self._waiting and self._waiting[0].outcome.done():  # its caller has just left
            self._waiting.popleft()
        return bool(self._waiting) and self.limiter.take(self.key)

    def _start(self, exchange: Exchange[Any]) -> None:
        self.in_flight.add(exchange)
        exchange.start(self._ended)

    def _ended(self, exchange: Exchange[Any]) -> None:
        self.in_flight.discard(exchange)
        self.places.give_back()
