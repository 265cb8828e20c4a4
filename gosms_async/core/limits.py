"""
n calls per second and endpoint, however many tasks want to call; slower after a 429.

Method: a log of the last n starts over a window widened by a margin. A permit is a *slot*, a
moment at which one call may start, and slot k + n is never earlier than slot k + per + margin.
An idle account therefore starts its first n at once, which pacing alone forbids, and no sliding
window ever holds more than n, which a bucket that refills cannot promise. The margin is there
because the endpoint counts arrivals, not starts: a call may arrive up to *margin* later than
its neighbours before it is counted in the wrong window.

A slot is good for its moment only. It belongs to the line of waiters, not to one of them, so a
cancelled waiter leaves it to the next; a line that wakes up too late for it takes another.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Protocol

import attrs

from .limits_window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

_GONE = -math.inf  # a slot that is used, withdrawn or was never taken
_WAKE_UP = 0.005  # seconds any event loop may be late, however small the margin


def _positive(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{field.name} must be above 0, not {value!r}")


def _counts(_: object, field: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{field.name} must be a whole number above 0, not {value!r}")


def _not_negative(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{field.name} must be 0 or above, not {value!r}")


@attrs.frozen
class RateLimit:
    """
    At most *requests* starts in any sliding *per* seconds, for each endpoint by itself.

    Raises:
        ValueError: A field is out of its range; the message names it.
    """

    #: starts that any sliding window may hold, at least 1
    requests: int = attrs.field(default=10, validator=_counts)
    #: length of the window, seconds
    per: float = attrs.field(default=1.0, validator=_positive)
    #: how much later than its neighbours a call may reach the endpoint, seconds; costs rate
    margin: float = attrs.field(default=0.09, validator=_not_negative, kw_only=True)


class Book(Protocol):
    """Where a line takes its slots from."""

    async def reserve(self) -> float:
        """Take the next free slot: a moment on the limiter's clock."""
        ...

    async def pause(self, seconds: float) -> None:
        """Give no slot for so many seconds, and further ones more slowly for a while."""
        ...


@attrs.frozen
class _LocalBook:
    """The slots of a client that shares its limit with nobody."""

    _window: Window
    _clock: Callable[[], float]

    async def reserve(self) -> float:
        return self._window.reserve(self._clock())

    async def pause(self, seconds: float) -> None:
        self._window.pause(self._clock(), seconds)


@attrs.define
class _Line:
    """The waiters of one endpoint, first come first served, and the slot their head waits for."""

    _book: Book
    _clock: Callable[[], float]
    _too_late: float
    _head: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _slot: float = _GONE

    async def acquire(self) -> None:
        async with self._head:
            while True:
                wait = self._slot - self._clock()
                if wait > 0:
                    await asyncio.sleep(wait)
                elif wait < -self._too_late:
                    self._slot = await self._book.reserve()
                else:
                    self._slot = _GONE
                    return

    async def pause(self, seconds: float) -> None:
        self._slot = _GONE
        await self._book.pause(seconds)


class Limiter:
    """
    The limit at work, one per client: call `acquire` right before each call leaves.

    Waiting ends by cancellation only (an `asyncio.timeout` around it, say); that leaks no permit.
    """

    def __init__(
        self, limit: RateLimit, *, account: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._account = account
        self._clock = clock
        self._lines: dict[str, _Line] = {}

    async def acquire(self, endpoint: str) -> None:
        """Wait for the permit to start one call; does not suspend when one is free."""
        await self._line(endpoint).acquire()

    async def refused(self, endpoint: str, retry_after: float | None = None) -> None:
        """
        Take note of a 429: all who wait for *endpoint* pause, then go on more slowly.

        The pause lasts *retry_after* seconds, or one window if the endpoint did not say; full
        speed comes back with time. Refusals during a pause prolong it and slow nothing further.
        """
        pause = self._limit.per if retry_after is None else retry_after
        await self._line(endpoint).pause(pause)

    def _line(self, endpoint: str) -> _Line:
        line = self._lines.get(endpoint)
        if line is None:
            line = self._lines[endpoint] = self._new_line()
        return line

    def _new_line(self) -> _Line:
        limit = self._limit
        window = Window(limit.requests, limit.per, limit.margin)
        # Half of the margin may go into waking up, the rest is for the way to the endpoint.
        too_late = max(limit.margin / 2, _WAKE_UP)
        return _Line(_LocalBook(window, self._clock), self._clock, too_late)
