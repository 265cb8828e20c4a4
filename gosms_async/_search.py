"""Looks for the message of one send until it is there, or is known not to come."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import math
import time
from typing import TYPE_CHECKING, Final

from ._models import SentMessage
from .core.errors import CallError, Fate
from .core.session import loop_time
from .text import is_alike

if TYPE_CHECKING:
    from ._lookout import Look, Lookout
    from ._models import Draft, Message
    from ._rules import Verify
    from ._twins import Twins
    from .core.answer import Answer

_log = logging.getLogger(__name__)

TRUSTED_FOR: Final = 600.0  #: seconds; longer ago, the machine may have slept since
_TIMERS_MAY_BE_EARLY: Final = 0.01  #: seconds
_GRAVEST_FIRST: Final = (Fate.ACCEPTED, Fate.LOST, Fate.FAILED)
_CLOCK_TICK: Final = 1.0  #: seconds that a time told by the server may be behind
_ADJUSTED: Final = 1.0  #: seconds by which the machine's two clocks run apart while it is awake
_LATER_LOOKS: Final = 5.0  #: seconds between looks after the last one of `Verify.looks`


def slept() -> float:
    """Return by how much the wall's clock is ahead of the loop's, which stops with the machine."""
    return time.time() - time.monotonic()


class Search:
    """
    The search for one message, which is known by its phone, its text and its time.

    By the server's clock it is not older than the beginning of its send, less a margin.
    """

    def __init__(self, draft: Draft, twins: Twins, lookout: Lookout, rules: Verify) -> None:
        self._draft = draft
        self.twins = twins
        self._lookout = lookout
        self._rules = rules
        self._began_at = 0.0
        self._heard_before: Answer | None = None
        self._server_began_at: dt.datetime | None = None
        self._failed_at = 0.0
        self._fate = Fate.FAILED  # the gravest of the attempts that may have been accepted
        self._slept_before = slept()
        self._is_abandoned = False
        self._is_given = False
        self._unanswered: set[str] = set()  # messages whose claim broke off: it may have been noted
        self.found: SentMessage | None = None
        """The message, once it is known."""

    def note_beginning(self, now: float) -> None:
        """Take note of the clocks: the first attempt is about to leave."""
        if not self._began_at:
            self._began_at, self._heard_before = now, self._lookout.heard

    def note_failure(self, fate: Fate) -> None:
        """Take note of the clocks: an attempt has just ended without a clear answer."""
        self._fate = next(each for each in _GRAVEST_FIRST if each in {fate, self._fate})
        self._failed_at = loop_time()
        self._note_server_time()

    def note_accepted(self, sent: SentMessage) -> None:
        """Take note of a clear answer: there is nothing to look for."""
        self.found = sent
        if not self._is_abandoned:
            self.twins.claim(sent.id)

    def abandon(self) -> None:
        """
        Take note that the caller has left: what was accepted is nobody's, and can be found.

        It is not if another one who asked at the same time was given it.
        """
        if self._is_given:
            return
        self._is_abandoned = True
        if self.found:
            self.twins.give_up(self.found.id)

    def _come_back(self) -> None:
        """Claim what was accepted since the caller left, unless a twin has taken it."""
        if self._is_abandoned and self.found and not self._is_given:
            if self.twins.has_claimed(self.found.id):
                self.found = None
            else:
                self.twins.claim(self.found.id)
        self._is_abandoned = False

    async def find(self, attempts: int, *, in_line: bool) -> SentMessage | None:
        """
        Look until the message is there, or is known not to come (None); else for ever.

        A twin under way could be taken for this send: one that is no longer *in_line* takes a
        turn for each look.
        """
        self._come_back()
        turn = contextlib.nullcontext() if in_line else self.twins.turn
        await asyncio.sleep(self._rules.looks[0] - self._since_failure())
        while True:
            async with turn:
                if await self._is_settled(attempts):
                    self._is_given = self.found is not None
                    return self.found
            await asyncio.sleep(self._until_next_look())

    async def _is_settled(self, attempts: int) -> bool:
        """Look once; tell whether the message is found or known not to come."""
        look = None if self.found else await self._look()
        matches = self._matches(look) if look else None
        if matches:
            await self._take_first(matches, attempts)
        elif look and matches is not None:
            return self._proves_absence(look)
        return self.found is not None

    async def _look(self) -> Look | None:
        """Return what a look saw; None if it failed, which says nothing about the message."""
        try:
            return await self._lookout.look(self._draft.phone_number, self.earliest())
        except CallError:
            return None

    def _matches(self, look: Look) -> list[Message] | None:
        """Return what can be the message, earliest first; None if that cannot be told."""
        candidates = [message for message in look.messages if self.twins.own(message)]
        earliest = self.earliest()
        if candidates and earliest is None:
            return None
        ours = [each for each in candidates if earliest and each.created_at >= earliest]
        return sorted(ours, key=lambda message: (message.created_at, message.id))

    async def _take_first(self, matches: list[Message], attempts: int) -> None:
        """Claim the earliest that no other process has, and report the others."""
        for place, message in enumerate(matches):
            is_ours = await self._claim(message.id)
            if is_ours is None:
                return
            self.twins.claim(message.id)  # not before: a claim that broke off is made again
            if is_ours:
                self.twins.note_taken(loop_time(), self._open_until())
                others = tuple(other.id for other in matches[place + 1 :])
                if others:
                    _log.warning("duplicates seen", extra={"ids": others})
                self.found = SentMessage(
                    id=message.id, attempts=attempts, recovered=True, duplicates=others
                )
                return

    async def _claim(self, message_id: str) -> bool | None:
        """
        Ask for a message; None if the asking failed, and the next look is to ask again.

        A no after an asking that broke off may be the answer to that.
        """
        if self._rules.claim is None:
            return True
        asked_before = message_id in self._unanswered
        self._unanswered.add(message_id)
        try:
            is_ours = await self._rules.claim(message_id)
        except Exception:  # noqa: BLE001 - whatever it is, the SMS is there all the same
            _log.exception("a claim failed", extra={"id": message_id})
            return None
        if is_ours or not asked_before:
            self._unanswered.discard(message_id)
        return is_ours

    def earliest(self) -> dt.datetime | None:
        """Return the server's time at the beginning less the margin, None if it never told."""
        self._note_server_time()
        margin = dt.timedelta(seconds=self._rules.margin)
        return self._server_began_at - margin if self._server_began_at else None

    def _note_server_time(self) -> None:
        """Keep the earliest that any answer says: clocks that run apart hide no message."""
        answers = filter(None, (self._heard_before, self._lookout.heard))
        fresh = [each for each in answers if self._began_at - each.received_at <= TRUSTED_FOR]
        told = [each.server_time(self._began_at) for each in fresh]
        self._server_began_at = min(filter(None, [*told, self._server_began_at]), default=None)

    def _proves_absence(self, look: Look) -> bool:
        """Tell whether *look*, which did not show the message, proves that there is none."""
        if self._fate is Fate.ACCEPTED or not look.is_complete or self._unanswered:
            return False
        if slept() > self._slept_before + _ADJUSTED:  # all the times below are then too short
            return False
        if look.started_at < self._open_until() or self._shows_one_alike(look):
            return False
        return self._age_at(loop_time()) < self._rules.deletable_after

    def _shows_one_alike(self, look: Look) -> bool:
        """Tell whether *look* shows what may be the message, should the server change texts."""
        earliest = self.earliest()
        return any(
            message.phone_number.removeprefix("+") == self._draft.phone_number
            and (earliest is None or message.created_at >= earliest)
            and not self.twins.has_claimed(message.id)
            and is_alike(message.text, self._draft.message)
            for message in look.messages
        )

    def _open_until(self) -> float:
        return max(self._settled_at(), self.twins.open_until(self._began_at))

    def _settled_at(self) -> float:
        """Return when nothing that was not accepted so far will be any more, loop time."""
        lost = self._fate is Fate.LOST
        return self._failed_at + (self._rules.settle_lost if lost else self._rules.settle_failed)

    def _age_at(self, moment: float) -> float:
        """Return how old the send is at *moment*, seconds."""
        return moment - self._began_at

    def _since_failure(self) -> float:
        return loop_time() - self._failed_at

    def _until_next_look(self) -> float:
        elapsed = self._since_failure()
        later = [moment - elapsed for moment in self._rules.looks if moment > elapsed]
        return (later[0] if later else _LATER_LOOKS) + _TIMERS_MAY_BE_EARLY


class LaterSearch(Search):
    """The search for a message whose send another process began at a time of the server's clock."""

    def __init__(
        self, draft: Draft, twins: Twins, lookout: Lookout, rules: Verify, since: dt.datetime
    ) -> None:
        super().__init__(draft, twins, lookout, rules)
        self._since = since

    def earliest(self) -> dt.datetime:
        """Return that time less the margin."""
        return self._since - dt.timedelta(seconds=self._rules.margin)

    def _settled_at(self) -> float:
        """Tell the same by the server's clock; the last request left with the deadline at most."""
        left_at = self._lookout.call_timeout - self._age_at(0.0)
        return left_at + self._rules.settle_lost + _CLOCK_TICK

    async def _take_first(self, matches: list[Message], attempts: int) -> None:
        await super()._take_first(matches, attempts)
        if self.found is not None:
            self.twins.recovered.add(self.found.id.lower())

    def _proves_absence(self, look: Look) -> bool:
        """
        Tell the same; a message that a send of this process was told of may be the one.

        Its caller may have lost it on the way to where it is kept.
        """
        told = any(
            message.created_at >= self.earliest() and self.twins.was_told_of(message)
            for message in look.messages
        )
        return not told and super()._proves_absence(look)

    def _age_at(self, moment: float) -> float:
        """Tell the same by the server's clock."""
        now = self._lookout.heard and self._lookout.heard.server_time(moment)
        return (now - self._since).total_seconds() if now else -math.inf
