"""What the calls of one client share on their way out, and how that ends."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import MutableMapping
from typing import Any, Protocol

import attrs

from .endpoint import Endpoint
from .errors import TransportError
from .exchange import Exchange
from .limits import Limiter
from .places import Places
from .queue import Queue
from .retry import Retries


class Ending(Protocol):
    """A call that the closing of its client ends."""

    def end(self) -> None:
        """Let its deadline pass now."""

    def end_waiting(self) -> None:
        """Let its deadline pass now unless a request of it is in flight."""


@attrs.define(eq=False, repr=False)
class Dispatcher:
    """The queues of one client's calls, which share its places, its limits and its retries."""

    places: Places
    limiter: Limiter
    retries: Retries
    calls: set[Ending] = attrs.field(factory=set)
    in_flight: set[Exchange[Any]] = attrs.field(factory=set)
    """What runs now, abandoned exchanges included."""
    closed: bool = False
    _by_endpoint: dict[Endpoint, Queue] = attrs.field(factory=dict)
    _by_path: MutableMapping[tuple[Endpoint, str], Queue] = attrs.field(
        factory=weakref.WeakValueDictionary  # of paths there is no end
    )

    def queue(self, endpoint: Endpoint, path: str) -> Queue:
        """Return the endpoint's queue, or the path's where each path has places of its own."""
        if endpoint.parallel:
            return self._path_queue(endpoint, path, endpoint.parallel)
        queue = self._by_endpoint.get(endpoint)
        if queue is None:
            queue = self._by_endpoint[endpoint] = self._new_queue(endpoint, self.places)
        return queue

    def _path_queue(self, endpoint: Endpoint, path: str, parallel: int) -> Queue:
        queue = self._by_path.get((endpoint, path))
        if queue is None:
            queue = self._new_queue(endpoint, Places(parallel, within=self.places))
            self._by_path[endpoint, path] = queue
        return queue

    def _new_queue(self, endpoint: Endpoint, places: Places) -> Queue:
        return Queue(places, self.limiter.line(endpoint.key), self.in_flight)

    def refuse_if_closed(self) -> None:
        """Raise the error of a client that was closed."""
        if self.closed:
            raise TransportError("the client is closed")

    async def close(self, grace: float) -> None:
        """Turn away who waits, give what is in flight *grace* seconds, then end it."""
        self.closed = True
        for queue in [*self._by_endpoint.values(), *self._by_path.values()]:
            queue.stop()
        for call in self.calls:
            call.end_waiting()
        try:
            await self._drain(grace)
        finally:
            for call in self.calls:
                call.end()
            for exchange in self.in_flight:
                exchange.end()
            await self._drain()

    async def _drain(self, seconds: float | None = None) -> None:
        """Wait for what is in flight, at most *seconds*."""
        tasks = [exchange.task for exchange in self.in_flight if exchange.task]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
