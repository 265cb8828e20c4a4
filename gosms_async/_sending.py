"""One send, and what it does when no clear answer came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import attrs

from . import _checks, _endpoints, _wire
from ._models import Draft, SentMessage
from .core.call import Settlement
from .core.errors import CallError, Fate, OutcomeUnknownError

if TYPE_CHECKING:
    from .core.session import Session

OnUnknown = Literal["verify", "raise", "resend"]
MODES: Final[tuple[OnUnknown, ...]] = get_args(OnUnknown)


class Sender:
    """Sends drafts that were checked."""

    def __init__(self, session: Session, on_unknown: OnUnknown) -> None:
        if on_unknown not in MODES:
            raise ValueError(f"on_unknown: one of {', '.join(MODES)}")
        self._session = session
        self._settlement = Resend if on_unknown == "resend" else Settlement

    async def send(self, draft: Draft) -> SentMessage:
        """Send *draft* and return what was accepted."""
        settlement: Settlement[SentMessage] = self._settlement()

        def read(data: Any) -> SentMessage:
            return attrs.evolve(_wire.read_sent(data), attempts=settlement.attempts)

        return await self._session.call(
            _endpoints.SEND, body=_checks.body_of(draft), read=read, settlement=settlement
        )


class Resend(Settlement[SentMessage]):
    """Sends again without looking: at least once, and so perhaps twice."""

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that is repeated, unless the SMS is known to be accepted."""
        unknown = super().unknown(error)
        unknown.passing = error.fate is not Fate.ACCEPTED and error.passing
        return unknown
