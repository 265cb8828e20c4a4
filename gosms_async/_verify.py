"""What became of a send whose answer was lost."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
import math
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs.validators import deep_iterable, ge, min_len

from . import _wire
from ._models import SentMessage
from .core.call import Settlement
from .core.errors import CallError, Fate, OutcomeUnknownError
from .core.session import loop_time

if TYPE_CHECKING:
    from ._lookout import Look, Lookout
    from ._models import Draft, Message
    from ._twins import Twins
    from .core.answer import Answer

_log = logging.getLogger(__name__)

_DELETABLE_AFTER: Final = 300.0  #: seconds; a younger message cannot have been deleted
_TRUSTED_FOR: Final = 600.0  #: seconds; longer ago, the machine may have slept since
_LATER_LOOKS: Final = 5.0  #: seconds between looks after the last one of `Verify.looks`


@attrs.frozen(kw_only=True)
class Verify:
    """
    How `on_unknown="verify"` settles a send whose answer was lost; all times in seconds.

    A send counts as not accepted when a complete look that began *settle_failed* seconds after an
    error answer of the API itself (*settle_lost* after a broken exchange, whose request the server
    may still be working on) does not show it.
    """

    looks: tuple[float, ...] = attrs.field(
        default=(0.3, 1.0, 2.0, 5.0, 10.0), validator=deep_iterable(ge(0), min_len(1))
    )
    """When to look, after the failure; later every 5 s."""
    settle_failed: float = attrs.field(default=5.0, validator=ge(0))
    settle_lost: float = attrs.field(default=120.0, validator=ge(0))
    resend_lost: bool = False
    """Send again once *settle_lost* has passed: for senders that have the time, as campaigns do."""
    patience: float = attrs.field(default=12.0, validator=ge(0))
    """How long `send` itself looks before it raises OutcomeUnknownError."""
    margin: float = attrs.field(default=3.0, validator=ge(0))
    """How far the API's clocks may be apart: the one of `Date` and the one of `time_create`."""


class SendSettlement(Settlement[SentMessage]):
    """
    A send that is made at most once: a doubt is raised, and can be resolved.

    The message is known by its phone, its text and its time: by the server's clock it is not
    older than the first attempt.
    """

    def __init__(self, draft: Draft, twins: Twins, lookout: Lookout, rules: Verify) -> None:
        self._draft = draft
        self._twins = twins
        self._lookout = lookout
        self._rules = rules
        self._began_at = 0.0
        self._heard_before: Answer | None = None
        self._doubtful_since = 0.0
        self._accepted: SentMessage | None = None

    def note_start(self) -> None:
        """Take note of the server's clock before the first attempt."""
        super().note_start()
        if not self._began_at:
            self._began_at, self._heard_before = loop_time(), self._lookout.heard

    def read(self, data: Any) -> SentMessage:
        """Return what the API has accepted; a caller who has left finds it when resolving."""
        self._accepted = attrs.evolve(_wire.read_sent(data), attempts=self.attempts)
        self._twins.claim(self._accepted.id)
        return self._accepted

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that can be resolved for as long as the client is open."""
        self._doubtful_since = self._doubtful_since or loop_time()
        unknown = super().unknown(error)
        unknown.resolver = functools.partial(self._resolve, unknown)
        return unknown

    async def _resolve(
        self,
        unknown: OutcomeUnknownError,
        timeout: float,  # noqa: ASYNC109 - the public name
    ) -> SentMessage | None:
        try:
            async with asyncio.timeout(timeout):
                return await self.find(unknown.fate)
        except TimeoutError:
            raise unknown from unknown.__cause__

    async def find(self, fate: Fate) -> SentMessage | None:
        """Look until the message is there, or is known not to come (None); else for ever."""
        elapsed = loop_time() - self._doubtful_since
        await asyncio.sleep(self._rules.looks[0] - elapsed)
        while self._accepted is None:
            look = await self._look()
            matches = self._matches(look)
            if look and matches:
                self._accepted = self._claim(matches)
            elif look and matches is not None and self._is_settled(fate, look.started_at):
                return None
            else:
                await asyncio.sleep(self._until_next_look())
        return self._accepted

    async def _look(self) -> Look | None:
        """Return what a look saw; None if it failed, which says nothing about the message."""
        try:
            return await self._lookout.look(self._draft.phone_number, self._since())
        except CallError:
            return None

    def _matches(self, look: Look | None) -> list[Message] | None:
        """Return the messages that can be ours, the earliest first; None if that cannot be told."""
        candidates = (
            [message for message in look.messages if self._twins.own(message)] if look else []
        )
        since = self._since()
        if candidates and since is None:
            return None
        ours = [message for message in candidates if since is None or message.created_at >= since]
        return sorted(ours, key=lambda message: (message.created_at, message.id))

    def _since(self) -> dt.datetime | None:
        """Return the server's time before the first attempt less the margin, if it ever told."""
        before = self._heard_before
        if before and self._began_at - before.received_at > _TRUSTED_FOR:
            before = None
        times = [
            time
            for answer in (before, self._lookout.heard)
            if answer and (time := answer.server_time(self._began_at))
        ]
        return min(times) - dt.timedelta(seconds=self._rules.margin) if times else None

    def _claim(self, matches: list[Message]) -> SentMessage:
        first, *others = (message.id for message in matches)
        self._twins.claim(first)
        if others:
            _log.warning("duplicates seen", extra={"ids": others})
        return SentMessage(
            id=first, attempts=self.attempts, recovered=True, duplicates=tuple(others)
        )

    def _is_settled(self, fate: Fate, looked_at: float) -> bool:
        """Tell whether a look that began at *looked_at* and saw nothing proves that none came."""
        delay = {Fate.FAILED: self._rules.settle_failed, Fate.LOST: self._rules.settle_lost}
        settled = looked_at - self._doubtful_since >= delay.get(fate, math.inf)
        return settled and looked_at - self._began_at < _DELETABLE_AFTER

    def _until_next_look(self) -> float:
        elapsed = loop_time() - self._doubtful_since
        later = [moment - elapsed for moment in self._rules.looks if moment > elapsed]
        return later[0] if later else _LATER_LOOKS


class VerifySettlement(SendSettlement):
    """A send that looks for its message, and is repeated if it is known not to be there."""

    async def settle(self, error: CallError) -> SentMessage:
        """
        Return the message that was accepted though its answer was lost.

        Raises:
            OutcomeUnknownError: Looking did not settle it.
            CallError: *error*, which is repeated: the message is known not to be there.
        """
        self._doubtful_since = loop_time()
        try:
            async with asyncio.timeout(self._rules.patience):
                sent = await self.find(error.fate)
        except TimeoutError:
            raise self.unknown(error) from error
        if sent is not None:
            return sent
        if error.fate is Fate.FAILED or self._rules.resend_lost:
            raise error
        raise self.unknown(error) from error


class ResendSettlement(SendSettlement):
    """A send that is repeated without looking: at least once, and so perhaps twice."""

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that is repeated, unless the message is known to be accepted."""
        unknown = super().unknown(error)
        unknown.passing = error.passing and error.fate is not Fate.ACCEPTED
        return unknown
