"""The slots of one endpoint out of a store that several processes share."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final, Protocol

import attrs

from .errors import TransportError
from .limits_line import Slot
from .limits_window import Pace, Taken, Window

_ASK_AGAIN: Final = 0.5  #: seconds after which a store that was away is asked again
_TRIES: Final = 10  #: answers of a store that may come too late; each moves the slot, none loses it


class StoreAwayError(Exception):
    """The store cannot be reached or does not answer in time."""


class Store(Protocol):
    """
    Keeps a `Window` per key, on a clock of its own that all who share it see alike.

    Both methods end within a second or so, and raise `StoreAwayError` where the store does not.
    """

    async def reserve(self, key: str, pace: Pace, latest: float, *, missed: bool) -> Taken:
        """
        Take the next slot of *key*.

        *latest* is the slot that this process took before, if any, and *missed* says that no
        call started at it. A store that knows of no slot as late as that has forgotten some.
        """
        ...

    async def pause(self, key: str, pace: Pace, seconds: float) -> None:
        """Give no slot of *key* for so many seconds, and further ones more slowly."""
        ...


@attrs.define(eq=False, repr=False)
class SharedBook:
    """
    Asks for one slot at a time, in a task of its own: it outlives a cancelled waiter.

    While the store is away there are errors or, with a share, the slots of a window of our own.
    It begins with a full pause, and so does the return to the store: on both sides the starts
    of the other processes are not known.
    """

    _store: Store
    _key: str
    _pace: Pace
    _share: float | None
    _clock: Callable[[], float]
    _lateness: float
    _latest: float = -math.inf
    _asking: asyncio.Task[Slot | StoreAwayError] | None = None
    _telling: set[asyncio.Task[None]] = attrs.field(factory=set)
    _away: StoreAwayError | None = None
    _ask_again_at: float = 0.0
    _alone: Window | None = None

    def reserve_at_once(self, now: float, *, missed: bool) -> None:
        """Tell that the store must be asked."""

    async def reserve(self, *, missed: bool) -> Slot:
        """
        Take the next slot; *missed* says that no call started at the one before.

        Raises:
            TransportError: The store is away, and there is no share.
        """
        if self._asking is None or _brought_nothing(self._asking):
            self._asking = asyncio.create_task(self._ask(missed=missed))
        await asyncio.wait([self._asking])
        asked, self._asking = self._asking, None
        slot = asked.result()
        if isinstance(slot, StoreAwayError):
            text = f"the rate limit's store is away: {slot}"
            raise TransportError(text, passing=True) from slot
        return slot

    async def pause(self, seconds: float) -> None:
        """Pause everybody or, while the store is away, ourselves; even if cancelled meanwhile."""
        telling = asyncio.create_task(self._tell(seconds))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)
        await asyncio.shield(telling)

    async def _tell(self, seconds: float) -> None:
        try:
            await self._store.pause(self._key, self._pace, seconds)
        except StoreAwayError as error:
            self._note_away(error)
        if self._alone:
            self._alone.pause(self._clock(), seconds)

    def note_late(self, now: float) -> None:
        """Let it be: a store's slots are everybody's, and its margin is for what is late."""

    async def _ask(self, *, missed: bool) -> Slot | StoreAwayError:
        """Nobody may be there to take what this raised, so an absence is returned."""
        if self._away is None or self._clock() >= self._ask_again_at:
            try:
                return await self._ask_store(missed=missed)
            except StoreAwayError as error:
                self._note_away(error)
        if self._alone is None:
            assert self._away  # noqa: S101 - that is why we are here
            return self._away
        now = self._clock()
        start = now + self._alone.reserve(now).wait
        return Slot(start, start + self._lateness)

    async def _ask_store(self, *, missed: bool) -> Slot:
        if self._alone:  # what we started since is news to the store
            self._latest = math.inf
        for _ in range(_TRIES):
            asked = self._clock()
            taken = await self._store.reserve(self._key, self._pace, self._latest, missed=missed)
            wait, self._latest = taken
            answered = self._clock()
            if answered - asked <= self._lateness:
                self._away = self._alone = None
                # The store's moment lies between the two: never early, and late by both.
                return Slot(answered + wait, asked + wait + self._lateness)
            missed = True
        raise StoreAwayError(f"it takes longer than {self._lateness:.3f} s, half of the margin")

    def _note_away(self, error: StoreAwayError) -> None:
        now = self._clock()
        self._away, self._ask_again_at = error, now + _ASK_AGAIN
        self._latest = -math.inf  # the next slot is not the store's
        if self._share and self._alone is None:
            own = self._pace.requests * self._share
            pace = attrs.evolve(
                self._pace, requests=max(1, int(own)), per=max(1, 1 / own) * self._pace.per
            )
            self._alone = Window(pace, paused_until=now + self._pace.span)


def _brought_nothing(asking: asyncio.Task[Slot | StoreAwayError]) -> bool:
    """Whether it ended without a slot while nobody waited for it."""
    if not asking.done():
        return False
    return asking.cancelled() or bool(asking.exception()) or not isinstance(asking.result(), Slot)
