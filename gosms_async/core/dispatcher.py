"""Lets the requests of one client leave: when it is their turn, there is a place, and a permit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import attrs

from .endpoint import Endpoint
from .errors import TransportError
from .gate import Exchange, Gate
from .limits import Limiter
from .retry import Retries

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Ending(Protocol):
    """A call that the closing of its client ends."""

    def end(self) -> None:
        """Let its deadline pass now."""

    def end_waiting(self) -> None:
        """Let its deadline pass now unless a request of it is in flight."""


@attrs.define
class _Queue:
    gate: Gate
    turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)


@attrs.define
class Dispatcher:
    """What the calls of one client share on their way out."""

    gate: Gate
    limiter: Limiter
    retries: Retries
    calls: set[Ending] = attrs.field(factory=set)
    closed: bool = False
    _queues: dict[tuple[Endpoint, str], _Queue] = attrs.field(factory=dict)

    async def start(
        self, endpoint: Endpoint, path: str, work: Coroutine[Any, Any, T]
    ) -> Exchange[T]:
        """
        Make *work* an exchange when it is its turn.

        Only the first in an endpoint's queue waits for a place and a permit, so a slow endpoint
        holds one place, not all, and a permit is used the moment it is given.
        """
        queue = self._queue(endpoint, path)
        try:
            async with queue.turn:
                await queue.gate.enter()
                try:
                    await self.limiter.acquire(str(endpoint))
                    self.refuse_if_closed()
                except BaseException:
                    queue.gate.leave()
                    raise
                return queue.gate.start(work)
        except BaseException:
            work.close()
            raise

    def _queue(self, endpoint: Endpoint, path: str) -> _Queue:
        """Return the endpoint's queue, or the path's where each path has places of its own."""
        key = (endpoint, path if endpoint.parallel else "")
        if key not in self._queues:
            own = Gate(endpoint.parallel, within=self.gate) if endpoint.parallel else self.gate
            self._queues[key] = _Queue(own)
        return self._queues[key]

    def refuse_if_closed(self) -> None:
        """Raise the error of a client that was closed."""
        if self.closed:
            raise TransportError("the client is closed")

    async def close(self, grace: float) -> None:
        """Turn away who waits, give what is in flight *grace* seconds, then end it."""
        self.closed = True
        for call in self.calls:
            call.end_waiting()
        try:
            await self.gate.drain(grace)
        finally:
            for call in self.calls:
                call.end()
            await self.gate.cut()
