"""The waiters of one endpoint, first come first served, and the slot their head waits for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple, Protocol

import attrs

from .limits_window import Window


class Slot(NamedTuple):
    """When one call may start, on the limiter's clock."""

    start: float
    end: float


GONE = Slot(-math.inf, -math.inf)
"""A slot that is used, withdrawn or was never taken."""


class Book(Protocol):
    """Where a line takes its slots from."""

    def reserve_at_once(self, now: float, *, missed: bool) -> Slot | None:
        """Do as `reserve` where nobody need be asked; None where somebody must."""
        ...

    async def reserve(self, *, missed: bool) -> Slot:
        """Take the next slot; *missed* says that no call started at the one before."""
        ...

    async def pause(self, seconds: float) -> None:
        """Give no slot for so many seconds, and further ones more slowly for a while."""
        ...

    def note_late(self, now: float) -> None:
        """Take note of a call that started later than its slot."""
        ...


@attrs.define(eq=False, repr=False)
class Line:
    """The queue of one endpoint; a slot whose waiter was cancelled goes to the next one."""

    _book: Book
    _clock: Callable[[], float]
    _head: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _slot: Slot = GONE

    def take(self) -> bool:
        """Use up a slot if there is one for this moment and nobody is in line for it."""
        if self._head.locked():
            return False
        now = self._clock()
        if now > self._slot.end:
            slot = self._book.reserve_at_once(now, missed=self._slot is not GONE)
            if slot is None:
                return False
            self._slot = slot
        if not self._slot.start <= now <= self._slot.end:
            return False
        self._slot = GONE
        return True

    async def ready(self) -> None:
        """Return as soon as there is a slot to be taken."""
        async with self._head:
            while True:
                now = self._clock()
                if now < self._slot.start:
                    await asyncio.sleep(self._slot.start - now)
                elif now > self._slot.end:
                    missed = self._slot is not GONE
                    self._slot = await self._book.reserve(missed=missed)
                else:
                    return

    async def acquire(self) -> None:
        """Return as soon as the caller may start."""
        while not self.take():
            await self.ready()

    async def pause(self, seconds: float) -> None:
        """Withdraw the slot at hand; take the next one after the pause."""
        self._slot = GONE
        await self._book.pause(seconds)

    def note_late(self, now: float) -> None:
        """Take note of a call that started later than its slot; withdraw the slot at hand."""
        self._slot = GONE
        self._book.note_late(now)


@attrs.define(eq=False, repr=False)
class LocalBook:
    """The slots of a client that has its limit for itself."""

    _window: Window
    _clock: Callable[[], float]
    _lateness: float
    _latest: float = -math.inf

    def reserve_at_once(self, now: float, *, missed: bool) -> Slot:
        """Take the next slot."""
        wait, self._latest = self._window.reserve(now, self._latest, missed=missed)
        return Slot(now + wait, now + wait + self._lateness)

    async def reserve(self, *, missed: bool) -> Slot:
        """Take the next slot, without suspending."""
        return self.reserve_at_once(self._clock(), missed=missed)

    async def pause(self, seconds: float) -> None:
        """Keep the pause in the window."""
        self._window.pause(self._clock(), seconds)

    def note_late(self, now: float) -> None:
        """Move a start in the window."""
        self._window.note_late(now)
