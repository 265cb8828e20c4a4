"""The arithmetic of a rate limit: which moment is the next start's?"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from typing import NamedTuple

import attrs

IDLE = 5.0
"""After so many seconds without a call, connections are taken to be closed …"""
HANDSHAKE = 0.2
"""… and the first calls to arrive later than they start, by the handshakes of TCP and TLS."""
SLOWEST = 8.0
"""A refusal doubles the distance of starts, to no more than this many times the usual one."""
RECOVERY = 10.0
"""Windows that go by until the distance has shrunk by one usual one again."""


@attrs.frozen
class Pace:
    """*requests* in *per* seconds, counted *margin* seconds longer than that."""

    requests: int
    per: float
    margin: float

    @property
    def span(self) -> float:
        """Seconds for which a start counts."""
        return self.per + self.margin

    @property
    def distance(self) -> float:
        """Seconds between evenly spaced starts that use the limit up."""
        return self.span / self.requests


class Taken(NamedTuple):
    """A slot out of a window."""

    wait: float
    """Seconds until it, from the moment it was taken."""
    slot: float
    """What the window notes of it, on the window's clock."""


@attrs.define(eq=False)
class Window:
    """
    The last slots and what a 429 changed; all times on one clock, seconds.

    Slot k + *requests* comes no earlier than slot k + *span*. While the window is busy, slots
    are at least half the usual distance apart: processes that share it take turns.

    A slot at which no call started moves to any later moment at no cost: those behind it move
    up by one, and each of them is later than the one whose place it takes.
    """

    pace: Pace
    slots: deque[float] = attrs.field(factory=deque)
    paused_until: float = -math.inf
    slowness: float = 1.0

    def reserve(self, now: float, latest: float = -math.inf, *, missed: bool = False) -> Taken:
        """
        Take the next slot; it is *now* or later.

        *latest* is the slot that the same process took before, if any; *missed* says that no
        call started at it.
        """
        span, distance = self.pace.span, self.pace.distance
        earliest = now
        if moved := missed and latest in self.slots:
            self.slots.remove(latest)
            earliest = max(now, latest)
        last = self.slots[-1] if self.slots else -math.inf
        if not moved and max(last, now - span) < latest:  # so this window forgot what it knew
            self.paused_until = max(self.paused_until, now + 2 * span)
        oldest = self.slots[0] if len(self.slots) == self.pace.requests else -math.inf
        slot = max(earliest, self.paused_until, oldest + span)
        slowness = self._slowness_at(slot)
        if slowness > 1:
            slot = max(slot, last + slowness * distance)
        elif slot < oldest + 2 * span:  # busy
            slot = max(slot, last + distance / 2)
        arrival = slot + HANDSHAKE if slot - last > IDLE else slot
        noted = arrival if moved else max(arrival, last)
        self._note(noted)
        return Taken(slot - now, noted)

    def note_late(self, now: float) -> None:
        """Count a start *now*, which came later than its slot, in the place of the oldest."""
        if self.slots:
            insort(self.slots, max(now, self.slots.popleft()))

    def pause(self, now: float, seconds: float) -> None:
        """Give no slot for so many seconds; then twice as slow as before the refusal."""
        if now >= self.paused_until:  # the rest of a refused burst counts as one refusal
            self.slowness = min(2 * self._slowness_at(now), SLOWEST)
        self.paused_until = max(self.paused_until, now + max(seconds, self.pace.distance))

    def _slowness_at(self, moment: float) -> float:
        recovered = (moment - self.paused_until) / (RECOVERY * self.pace.per)
        return max(1.0, self.slowness - recovered)

    def _note(self, slot: float) -> None:
        insort(self.slots, slot)
        if len(self.slots) > self.pace.requests:
            self.slots.popleft()
