"""What the campaign commands share: the journal, the name of the account, the end of a run."""

import contextlib
import functools
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

import attrs
from cyclopts import Parameter

from gosms_async import AsyncGoSMS, ErrorCode, RateLimit
from gosms_async.campaign import Campaign, CampaignError, Journal, Settings, Worker

from .account import Account
from .apps import POSITIVE
from .outcome import Exit, StopError
from .show import say

_TARIFF_OR_BLOCKED = frozenset({ErrorCode.TARIFF_LIMIT, ErrorCode.ACCOUNT_BLOCKED})


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Office(Account):
    """Which account, and where its campaigns are kept."""

    database: Annotated[
        str | None,
        Parameter(
            ("--database",),
            env_var="GOSMS_DATABASE_URL",
            help="postgresql://… or a file; by default one in your data folder.",
        ),
    ] = None

    @property
    def label(self) -> str:
        """What the rows of this account carry: no worker of another account sends them."""
        host = urlsplit(self.settings.get("base_url").value or "").netloc
        return f"{self.settings.profile_name.value}@{host}"

    @contextlib.asynccontextmanager
    async def journal(self) -> AsyncIterator[Journal]:
        """
        Open the journal.

        Raises:
            StopError: Something about it, or about a campaign in it, does not work.
        """
        try:
            async with Journal(self.database) as journal:
                yield journal
        except CampaignError as error:
            raise StopError(str(error)) from error

    async def campaign(self, journal: Journal, name: str | None) -> Campaign:
        """
        Return the campaign *name*, by default the newest.

        Raises:
            StopError: There is none.
        """
        names = await journal.campaigns(self.label)
        found = name or (names[-1] if names else None)
        if found not in names:
            raise StopError(f"there is no campaign {name!r}" if name else "there is no campaign")
        return Campaign(str(found), journal, account=self.label)

    async def tell_what_else_is_planned(self, journal: Journal, name: str) -> None:
        """Say what a worker sends besides the campaign *name*: all that is planned."""
        planned = await journal.planned(self.label)
        for other in sorted(planned.keys() - {name, ""}):
            say(
                f"also planned  {planned[other]} SMS of {other!r}, which are sent too; "
                f"`gosms campaign cancel {other}` drops them"
            )

    async def refuse_if_paused(self, journal: Journal) -> None:
        """
        End the command while GoSMS lets nothing pass.

        Raises:
            StopError: It is so; what is planned stays planned.
        """
        pause = await journal.pause_of(self.label)
        if pause is not None:
            code = Exit.STOPPED if pause.code in _TARIFF_OR_BLOCKED else Exit.RIGHTS
            raise StopError(f"paused, nothing is lost: {pause.reason}", code)


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Sender(Office):
    """The same for a command that sends."""

    settle: Annotated[
        float,
        POSITIVE,
        Parameter(
            ("--settle",),
            help="Seconds for which GoSMS may still work on a request whose sender is gone.",
        ),
    ] = 120.0

    timeout: Annotated[
        float,
        POSITIVE,
        Parameter(("--timeout",), help="Seconds for one send; for all workers the same."),
    ] = 30.0

    @contextlib.asynccontextmanager
    async def worker(self, journal: Journal, rate: int) -> AsyncIterator[Worker]:
        """Open a worker that shares *rate* sends a second with the others of this journal."""
        async with self.client():  # says what is wrong with token and address
            pass
        token, base_url = (self.settings.get(name).value for name in ("token", "base_url"))
        client = functools.partial(AsyncGoSMS, token, base_url=base_url)
        async with journal.limit_store() as store:
            limit = RateLimit(rate, store=store)
            settings = Settings(settle_lost=self.settle, send_timeout=self.timeout)
            async with Worker(
                journal, client, account=self.label, rate_limit=limit, settings=settings
            ) as worker:
                yield worker


THE_OFFICE = Office()  #: the account and the journal of the environment
THE_SENDER = Sender()  #: the same, to send
