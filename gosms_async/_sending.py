"""Sends drafts, those of the same text to the same phone one at a time."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Final, Literal

from . import _checks, _endpoints
from ._lookout import LOOK_TIMEOUT, Lookout
from ._rules import Verify
from ._search import LaterSearch, Search
from ._twins import Families, families_of
from ._verify import ResendSettlement, SendSettlement, VerifySettlement
from .core.errors import Fate, OutcomeUnknownError
from .core.session import Session, loop_time

if TYPE_CHECKING:
    import datetime as dt

    from ._models import Draft, SentMessage

OnUnknown = Literal["verify", "raise", "resend"]

_SLACK: Final = 5.0  #: seconds; `Date` counts whole ones, and looks take some
_AFTER_A_CRASH: Final = 3600.0  #: seconds in which all that it left behind is recovered
_SETTLEMENTS: Final[dict[str, type[SendSettlement]]] = {
    "verify": VerifySettlement,
    "raise": SendSettlement,
    "resend": ResendSettlement,
}


class Sender:
    """Sends drafts that were checked; *on_unknown* says what to do when no clear answer came."""

    def __init__(self, session: Session, on_unknown: OnUnknown | Verify) -> None:
        self._rules = on_unknown if isinstance(on_unknown, Verify) else Verify()
        mode = "verify" if isinstance(on_unknown, Verify) else on_unknown
        if mode not in list(_SETTLEMENTS):  # a list also takes what has no hash
            raise ValueError(f"on_unknown: one of {', '.join(_SETTLEMENTS)}, or a Verify")
        self._settlement = _SETTLEMENTS[mode]
        self._session = session
        self._lookout = Lookout(session)

    @functools.cached_property
    def _families(self) -> Families:
        # An answer tells the time of its beginning, which may be as long ago as a call takes.
        seconds = self._rules.margin + _SLACK + max(self._session.timeout, LOOK_TIMEOUT)
        return families_of(self._session.account, seconds)

    async def send(self, draft: Draft) -> SentMessage:
        """
        Send *draft* when no other of its twins is under way, whatever the mode.

        The deadline covers the wait.
        """
        search = Search(draft, self._families.of(draft), self._lookout, self._rules)
        settlement = self._settlement(search, self._rules)
        try:
            return await self._session.call(
                _endpoints.SEND,
                body=_checks.body_of(draft),
                read=settlement.read,
                settlement=settlement,
            )
        except (asyncio.CancelledError, OutcomeUnknownError):
            search.abandon()
            raise

    async def recover(
        self,
        draft: Draft,
        since: dt.datetime,
        timeout: float,  # noqa: ASYNC109 - the public name
    ) -> SentMessage | None:
        """Return what became of a send that another process began at *since*, server time."""
        twins = self._families.of(draft)
        search = LaterSearch(draft, twins, self._lookout, self._rules, since)
        try:
            async with asyncio.timeout(timeout):
                return await search.find(attempts=1, in_line=False)
        except TimeoutError:
            raise OutcomeUnknownError("outcome unknown: it was not found", fate=Fate.LOST) from None
        finally:
            if twins.recovered:
                self._families.hold(twins, loop_time() + _AFTER_A_CRASH)
