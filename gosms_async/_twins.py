"""Sends of one text to one phone: one at a time, and no message counted for two of them."""

from __future__ import annotations

import functools
import heapq
import itertools
import weakref
from typing import TYPE_CHECKING

import attrs

from .core.places import Places
from .text import matching_key

if TYPE_CHECKING:
    from ._models import Draft, Message


@attrs.define(eq=False)
class Twins:
    """
    All sends of one text to one phone, whatever the device and SIM.

    A look cannot tell their messages apart. So they go in line, and a message that is known to be
    one's is claimed by it.
    """

    phone_number: str
    text_key: str
    claimed: set[str] = attrs.field(factory=set)
    _taken: list[tuple[float, float]] = attrs.field(factory=list)
    turn: Places = attrs.field(factory=functools.partial(Places, 1))
    """Of the one that is under way."""

    def claim(self, message_id: str) -> None:
        """Let no other send take this message for its own."""
        self.claimed.add(message_id)

    def note_taken(self, now: float, settled_at: float) -> None:
        """Take note of a message found *now* for a send that is settled then; loop time."""
        self._taken.append((now, settled_at))

    def open_until(self, began_at: float) -> float:
        """
        Return when all are settled who have taken a message since *began_at*.

        What they took may be the message of the send that began then: its absence proves nothing
        while theirs may still come.
        """
        return max((until for when, until in self._taken if when > began_at), default=0.0)

    def own(self, message: Message) -> bool:
        """Tell whether *message* can be one of them and is not claimed."""
        return (
            message.phone_number.removeprefix("+") == self.phone_number
            and message.id not in self.claimed
            and matching_key(message.text) == self.text_key
        )


class Families:
    """Finds the twins of a draft, for as long as one of them may still look for its message."""

    def __init__(self) -> None:
        self._living: weakref.WeakValueDictionary[tuple[str, str], Twins] = (
            weakref.WeakValueDictionary()
        )
        self._recent: list[tuple[float, int, Twins]] = []  # a heap; numbers keep twins apart
        self._numbers = itertools.count()

    def of(self, draft: Draft) -> Twins:
        """Return the twins of *draft*, which it joins."""
        key = (draft.phone_number, matching_key(draft.message))
        twins = self._living.get(key)
        if twins is None:
            twins = self._living[key] = Twins(*key)
        return twins

    def remember(self, twins: Twins, now: float, seconds: float) -> None:
        """
        Keep what a send that ends *now* has claimed for its next twin.

        After *seconds* an older message is not taken for a new one.
        """
        heapq.heappush(self._recent, (now + seconds, next(self._numbers), twins))
        while self._recent[0][0] < now:
            heapq.heappop(self._recent)
