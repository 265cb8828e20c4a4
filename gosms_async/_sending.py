"""Sends drafts, those of the same text to the same phone one at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal

from . import _checks, _endpoints
from ._lookout import Lookout
from ._twins import Families
from ._verify import ResendSettlement, SendSettlement, Verify, VerifySettlement
from .core.errors import TransportError
from .core.session import Session, loop_time

if TYPE_CHECKING:
    from ._models import Draft, SentMessage
    from ._twins import Twins

OnUnknown = Literal["verify", "raise", "resend"]

_SLACK: Final = 5.0  #: seconds; `Date` counts whole ones, and looks take some
_SETTLEMENTS: Final[dict[str, type[SendSettlement]]] = {
    "verify": VerifySettlement,
    "raise": SendSettlement,
    "resend": ResendSettlement,
}


class Sender:
    """Sends drafts that were checked; *on_unknown* says what to do when no clear answer came."""

    def __init__(self, session: Session, on_unknown: OnUnknown | Verify, timeout: float) -> None:
        self._rules = on_unknown if isinstance(on_unknown, Verify) else Verify()
        mode = "verify" if isinstance(on_unknown, Verify) else on_unknown
        if mode not in _SETTLEMENTS:
            raise ValueError(f"on_unknown: one of {', '.join(_SETTLEMENTS)}, or a Verify")
        self._settlement = _SETTLEMENTS[mode]
        self._session = session
        self._timeout = timeout
        self._lookout = Lookout(session)
        self._families = Families(remember_for=self._rules.margin + _SLACK)

    async def send(self, draft: Draft) -> SentMessage:
        """Send *draft* when no other of its twins is under way; the deadline covers the wait."""
        twins = self._families.of(draft)
        deadline = loop_time() + self._timeout
        await _turn(twins, deadline)
        settlement = self._settlement(draft, twins, self._lookout, self._rules)
        try:
            return await self._session.call(
                _endpoints.SEND,
                body=_checks.body_of(draft),
                read=settlement.read,
                settlement=settlement,
                timeout=deadline - loop_time(),
            )
        finally:
            settlement.when_over(twins.line.release)
            self._families.remember(twins, loop_time())


async def _turn(twins: Twins, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await twins.line.acquire()
    except TimeoutError:
        raise TransportError(
            "it never left: the same SMS was still under way", passing=True
        ) from None
