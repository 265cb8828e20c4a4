"""What became of a send whose answer was lost, by each of the ways to deal with that."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

from . import _checks, _wire
from ._models import SentMessage
from .core.call import Settlement
from .core.errors import CallError, Fate, OutcomeUnknownError

if TYPE_CHECKING:
    from ._rules import Verify
    from ._search import Search


class SendSettlement(Settlement[SentMessage]):
    """A send that is made at most once: a doubt is raised, and can be resolved."""

    def __init__(self, search: Search, rules: Verify) -> None:
        self.search = search
        self.rules = rules
        self._in_line = False

    async def begin(self) -> None:
        """Wait until no twin of the send is under way."""
        turn = self.search.twins.turn
        if not turn.take():
            await turn.wait()
        self._in_line = True

    def note_start(self, now: float) -> None:
        """Take note that a request is about to leave."""
        super().note_start(now)
        self.search.note_beginning(now)

    def note_failure(self, error: CallError) -> None:
        """Take note of the clocks and of what is open."""
        self.search.note_failure(error.fate)

    def note_end(self) -> None:
        """Let the next twin go."""
        if self._in_line:
            self.search.twins.turn.give_back()

    def read(self, data: Any) -> SentMessage:
        """Return what the API has accepted; a caller who has left finds it when resolving."""
        sent = _wire.read_sent(data, self.attempts)
        self.search.note_accepted(sent)
        return sent

    async def settle(self, error: CallError) -> SentMessage:
        """Raise the doubt."""
        raise self.unknown(error)

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that can be resolved for as long as the client is open."""
        unknown = super().unknown(error)
        unknown.resolver = functools.partial(self._resolve, unknown)
        return unknown

    async def _resolve(
        self,
        unknown: OutcomeUnknownError,
        timeout: float,  # noqa: ASYNC109 - the public name
    ) -> SentMessage | None:
        timeout = _checks.seconds("timeout", timeout)
        try:
            async with asyncio.timeout(timeout):
                return await self.search.find(self.attempts, in_line=False)
        except asyncio.CancelledError:
            self.search.abandon()
            raise
        except TimeoutError:
            self.search.abandon()
            raise unknown from unknown.__cause__


class VerifySettlement(SendSettlement):
    """A send that looks for its message, and is repeated if it is known not to be there."""

    async def settle(self, error: CallError) -> SentMessage:
        """
        Return the message that was accepted though its answer was lost.

        Raises:
            OutcomeUnknownError: Looking did not settle it.
            CallError: *error*, which is repeated: the message is known not to be there.
        """
        try:
            async with asyncio.timeout(self.rules.patience):
                sent = await self.search.find(self.attempts, in_line=True)
        except TimeoutError:
            raise self.unknown(error) from error
        if sent is not None:
            return sent
        if error.fate is Fate.FAILED or self.rules.resend_lost:
            raise error
        raise self.unknown(error) from error


class ResendSettlement(SendSettlement):
    """A send that is repeated without looking: at least once, and so perhaps twice."""

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that is repeated, unless the message is known to be accepted."""
        unknown = super().unknown(error)
        unknown.passing = error.passing and error.fate is not Fate.ACCEPTED
        return unknown
