"""Sends of one text to one phone: one at a time, and no message counted for two of them."""

from __future__ import annotations

import asyncio
import functools
import heapq
import itertools
import weakref
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import attrs

from .core.places import Places
from .core.session import loop_time
from .text import matching_key

if TYPE_CHECKING:
    from ._models import Draft, Message


@attrs.define(eq=False, repr=False)
class Twins:
    """
    All sends of one text to one phone, whatever the device and SIM.

    A look cannot tell their messages apart. So they go in line, and a message that is known to be
    one's is claimed by it.
    """

    key: str
    phone_number: str
    text_key: str
    _families: Families
    _claimed: set[str] = attrs.field(factory=set)
    _taken: list[tuple[float, float]] = attrs.field(factory=list)
    recovered: set[str] = attrs.field(factory=set)
    """Those that were claimed for sends of other processes."""
    turn: Places = attrs.field(factory=functools.partial(Places, 1))
    """Of the one that is under way."""

    def claim(self, message_id: str) -> None:
        """Let no other send take this message for its own."""
        self._claimed.add(message_id.lower())
        self._families.remember(self)

    def give_up(self, message_id: str) -> None:
        """Let the message be nobody's again."""
        self._claimed.discard(message_id.lower())
        self._families.forget(self)

    def has_claimed(self, message_id: str) -> bool:
        """Tell whether the message is known to be one of them."""
        return message_id.lower() in self._claimed

    def note_taken(self, now: float, settled_at: float) -> None:
        """Take note of a message found *now* for a send that is settled then; loop time."""
        self._taken.append((now, settled_at))
        self._families.remember(self)

    def open_until(self, began_at: float) -> float:
        """
        Return when all are settled who have taken a message since *began_at*.

        What they took may be the message of the send that began then: its absence proves nothing
        while theirs may still come.
        """
        return max((until for when, until in self._taken if when > began_at), default=0.0)

    def own(self, message: Message) -> bool:
        """Tell whether *message* can be one of them and is not claimed."""
        return not self.has_claimed(message.id) and self._is_like(message)

    def was_told_of(self, message: Message) -> bool:
        """Tell whether it is the message of a send that this process made."""
        is_claimed = self.has_claimed(message.id) and message.id.lower() not in self.recovered
        return is_claimed and self._is_like(message)

    def _is_like(self, message: Message) -> bool:
        phone_number = message.phone_number.removeprefix("+")
        return phone_number == self.phone_number and matching_key(message.text) == self.text_key

    @property
    def only_claim(self) -> str | None:
        """The message that is all there is to remember, if so."""
        return next(iter(self._claimed)) if len(self._claimed) == 1 and not self._taken else None


class _Claim(NamedTuple):
    until: float
    key: str
    message_id: str


class Families:
    """
    Finds the twins of a draft, for as long as one of them may still look for its message.

    What was claimed within the last *seconds* is remembered when nobody holds the twins any more:
    after that an older message is not taken for a new one.
    """

    def __init__(self) -> None:
        self.seconds: float = 0.0
        self._living: weakref.WeakValueDictionary[str, Twins] = weakref.WeakValueDictionary()
        self._claims: dict[str, _Claim] = {}  # of families with one: no object is kept for those
        self._ends: deque[_Claim] = deque()  # the same, in their order
        self._held: list[tuple[float, int, Twins]] = []  # a heap; numbers keep twins apart
        self._numbers = itertools.count()

    def of(self, draft: Draft) -> Twins:
        """Return the twins of *draft*, which it joins."""
        text_key = matching_key(draft.message)
        key = f"{draft.phone_number} {text_key}"
        twins = self._living.get(key)
        if twins is None:
            claim = self._claims.get(key)
            claimed = {claim.message_id} if claim and claim.until > loop_time() else set()
            twins = Twins(key, draft.phone_number, text_key, self, claimed)
            self._living[key] = twins
        return twins

    def remember(self, twins: Twins) -> None:
        """Keep what is known of *twins* for those that begin later."""
        now = loop_time()
        self._let_go(now)
        claim, only = self._claims.get(twins.key), twins.only_claim
        if only is None or (claim and claim.message_id != only):
            self.hold(twins, now + self.seconds)
        elif claim is None:
            claim = self._claims[twins.key] = _Claim(now + self.seconds, twins.key, only)
            self._ends.append(claim)

    def forget(self, twins: Twins) -> None:
        """Forget a claim that was given up."""
        self._claims.pop(twins.key, None)

    def hold(self, twins: Twins, until: float) -> None:
        """Keep *twins* as they are, loop time."""
        heapq.heappush(self._held, (until, next(self._numbers), twins))

    def _let_go(self, now: float) -> None:
        while self._ends and self._ends[0].until < now:
            ended = self._ends.popleft()
            if self._claims.get(ended.key) is ended:
                del self._claims[ended.key]
        while self._held and self._held[0][0] < now:
            heapq.heappop(self._held)


_by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Families]] = (
    weakref.WeakKeyDictionary()
)


def families_of(account: str, seconds: float) -> Families:
    """
    Return the families of an account, remembered for *seconds* at least.

    All clients of the account in the running loop share them, even one after the other: one that
    is made for each request takes no message of another's either.
    """
    accounts = _by_loop.setdefault(asyncio.get_running_loop(), {})
    families = accounts.setdefault(account, Families())
    families.seconds = max(families.seconds, seconds)
    return families
