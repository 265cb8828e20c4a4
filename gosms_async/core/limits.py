"""
n calls per second and endpoint, however many tasks want to call; slower after a 429.

Method: a log of the last n starts over a window widened by a margin. A permit is a *slot*, a
moment at which one call may start, and slot k + n is never earlier than slot k + per + margin.
An idle account therefore starts its first n at once, which pacing alone forbids, and no sliding
window ever holds more than n, which a bucket that refills cannot promise. The margin is there
because the endpoint counts arrivals, not starts: a call may arrive up to *margin* later than
its neighbours before it is counted in the wrong window.

A slot is good for its moment only. It belongs to the line of waiters, not to one of them, so a
cancelled waiter leaves it to the next; a line that wakes up too late for it has it moved.
Processes that share the limit take their slots from one store, one at a time.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import attrs

from .limits_line import Line, LocalBook
from .limits_shared import SharedBook, Store, StoreAwayError
from .limits_window import Pace, Taken, Window

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limiter", "Pace", "RateLimit", "Store", "StoreAwayError", "Taken", "Window"]

_WAKE_UP = 0.005  #: seconds any event loop may be late, however small the margin


def _counts(_: object, field: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{field.name} must be a whole number above 0, not {value!r}")


def _positive(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{field.name} must be above 0, not {value!r}")


def _not_negative(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{field.name} must be 0 or above, not {value!r}")


def _part(_: object, field: attrs.Attribute[float | None], value: float | None) -> None:
    if value is not None and not 0 < value <= 1:
        raise ValueError(f"{field.name} must be above 0 and at most 1, not {value!r}")


@attrs.frozen
class RateLimit:
    """
    At most *requests* starts in any sliding *per* seconds, for each endpoint by itself.

    Raises:
        ValueError: A field is out of its range; the message names it.
    """

    requests: int = attrs.field(default=10, validator=_counts)
    """Starts that any sliding window may hold, at least 1."""
    per: float = attrs.field(default=1.0, validator=_positive)
    """Length of the window, seconds."""
    margin: float = attrs.field(default=0.09, validator=_not_negative, kw_only=True)
    """How much later than its neighbours a call may reach the endpoint, seconds; costs rate."""
    store: Store | None = attrs.field(default=None, kw_only=True)
    """Where the processes that share this limit meet; None: this client has it for itself."""
    share: float | None = attrs.field(default=None, validator=_part, kw_only=True)
    """The part of the limit to go on with alone while the store is away; None: calls fail."""

    @property
    def pace(self) -> Pace:
        """The figures of this limit."""
        return Pace(self.requests, self.per, self.margin)


class Limiter:
    """
    The limit at work, one per client: call `acquire` right before each call leaves.

    Waiting ends by cancellation only (an `asyncio.timeout` around it, say); that leaks no permit.
    *account* says whose limit it is, in a store that several accounts use: a hash, no token.
    *clock* gives seconds that never run backwards.
    """

    def __init__(
        self, limit: RateLimit, *, account: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._account = account
        self._clock = clock
        self._lines: dict[str, Line] = {}

    async def acquire(self, endpoint: str) -> None:
        """
        Wait for the permit to start one call; does not suspend when one is free.

        Raises:
            TransportError: The limit's store is away, and no share was given.
        """
        await self.line(endpoint).acquire()

    async def refused(self, endpoint: str, retry_after: float | None = None) -> None:
        """
        Take note of a 429: all who wait for *endpoint* pause, then go on more slowly.

        The pause lasts *retry_after* seconds, or one window if the endpoint did not say; full
        speed comes back with time. Refusals during a pause prolong it and slow nothing further.
        """
        pause = self._limit.per if retry_after is None else retry_after
        await self.line(endpoint).pause(pause)

    def started(self, endpoint: str, permitted_at: float) -> float:
        """Take note that a call starts now, which is returned; it counts if its permit is old."""
        now = self._clock()
        if now - permitted_at > max(self._limit.margin / 2, _WAKE_UP):
            self.line(endpoint).note_late(now)
        return now

    def line(self, endpoint: str) -> Line:
        """Return the line for the permits of *endpoint*."""
        line = self._lines.get(endpoint)
        if line is None:
            line = self._lines[endpoint] = self._new_line(endpoint)
        return line

    def _new_line(self, endpoint: str) -> Line:
        limit, clock = self._limit, self._clock
        # Half of the margin may go into waking up, the rest is for the way to the endpoint.
        lateness = max(limit.margin / 2, _WAKE_UP)
        if limit.store is None:
            return Line(LocalBook(Window(limit.pace), clock, lateness), clock)
        key = f"{self._account}:{endpoint}"
        book = SharedBook(limit.store, key, limit.pace, limit.share, clock, lateness)
        return Line(book, clock)
