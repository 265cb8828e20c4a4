"""`gosms campaign status`, `report` and what a person may have done about rows."""

import sys
from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import Parameter

from gosms_async import RateLimit
from gosms_async.campaign import Campaign, State, write_csv
from gosms_async.text import international_digits

from .ask import confirm
from .campaign_office import THE_OFFICE, THE_SENDER, Office, Sender
from .campaign_run import send
from .outcome import Exit, StopError
from .show import FLAG, Json, Yes, give_json, give_table, say

_DAY = 86_400.0  # seconds

Name = Annotated[str | None, Parameter(("NAME",), help="By default the newest campaign.")]


async def status(
    name: Annotated[str | None, Parameter(("NAME",), help="By default all campaigns.")] = None,
    /,
    *,
    json: Json = False,
    account: Office = THE_OFFICE,
) -> None:
    """Show how far campaigns have come."""
    async with account.journal() as journal:
        chosen = [(await account.campaign(journal, name)).name] if name else None
        names = chosen or await journal.campaigns(account.label)
        found = {
            each: await Campaign(each, journal, account=account.label).counts() for each in names
        }
        pause = await journal.pause_of(account.label)
    if json:
        for each, counts in found.items():
            give_json({"campaign": each, **attrs.asdict(counts), "total": counts.total})
    else:
        states = [str(state) for state in State]
        rows = [
            (each, *(str(getattr(counts, state)) for state in states))
            for each, counts in found.items()
        ]
        give_table(("campaign", *states), rows)
    if pause is not None:
        say(f"paused: {pause.reason}")


async def reconcile(name: Name = None, /, *, yes: Yes = False, account: Sender = THE_SENDER) -> int:
    """Look again for the rows in doubt, and send what is known not to have been accepted."""
    async with account.journal() as journal:
        campaign = await account.campaign(journal, name)
        counts = await campaign.counts()
        doubts = counts.sending + counts.unknown
        if doubts:
            await account.tell_what_else_is_planned(journal, campaign.name)
            if counts.planned and not yes:
                confirm(
                    f"{counts.planned} SMS are still planned, and sent too.", str(counts.planned)
                )
            await campaign.reconcile()
            counts = await send(account, journal, campaign, rate=10)
    say(f"{doubts} rows were in doubt, {counts.unknown} are")
    return Exit.PARTLY if counts.unknown else Exit.OK


async def retry(
    name: Name = None,
    /,
    *,
    unknown: Annotated[
        bool, FLAG, Parameter(help="Rows in doubt too: an SMS may be sent twice.")
    ] = False,
    yes: Yes = False,
    account: Office = THE_OFFICE,
) -> None:
    """Plan refused and failed rows once more; `run` or a worker sends them."""
    states = [State.REFUSED, State.FAILED, *([State.UNKNOWN] if unknown else [])]
    async with account.journal() as journal:
        campaign = await account.campaign(journal, name)
        counts = await campaign.counts()
        number = sum(getattr(counts, state) for state in states) - unknown * counts.settling
        if number and not yes:
            confirm(f"{number} SMS will be sent again.", str(number))
        say(f"{await campaign.retry(*states)} rows are planned once more")


async def report(
    name: Name = None,
    /,
    *,
    csv: Annotated[Path | None, Parameter(help="Where to write it; by default stdout.")] = None,
    refresh: Annotated[bool, FLAG, Parameter(help="Ask GoSMS how far they are.")] = False,
    account: Office = THE_OFFICE,
) -> None:
    """Write every row, its state and its id as CSV; no cell of it is run by a spreadsheet."""
    async with account.journal() as journal:
        campaign = await account.campaign(journal, name)
        if refresh:
            async with (
                journal.limit_store() as store,
                account.client(rate_limit=RateLimit(store=store)) as gosms,
            ):
                say(f"{await journal.track(gosms, account.label)} have no delivery report yet")
        if csv is None:
            await write_csv(campaign, sys.stdout)
            return
        with csv.open("w", encoding="utf-8-sig", newline="") as file:
            say(f"{await write_csv(campaign, file)} rows written to {csv}")


async def cancel(name: Name = None, /, *, yes: Yes = False, account: Office = THE_OFFICE) -> None:
    """Send nothing more of a campaign; `retry` plans it again."""
    async with account.journal() as journal:
        campaign = await account.campaign(journal, name)
        number = (await campaign.counts()).planned
        if number and not yes:
            confirm(f"{number} SMS of {campaign.name!r} will not be sent.", str(number))
        say(f"{await campaign.cancel()} rows were cancelled")


async def purge(
    *,
    phone: Annotated[str | None, Parameter(help="Only of this number.")] = None,
    older_than: Annotated[float, Parameter(help="Only rows older than so many days.")] = 0.0,
    yes: Yes = False,
    account: Office = THE_OFFICE,
) -> None:
    """Forget the phones and texts of rows that have ended, of all campaigns."""
    try:
        digits = None if phone is None else international_digits(phone)
    except ValueError as error:
        raise StopError(str(error), Exit.USAGE) from error
    async with account.journal() as journal:
        if not yes:
            confirm("Phones and texts cannot be brought back.", "purge")
        number = await journal.purge(phone=digits, older_than=older_than * _DAY)
    say(f"{number} rows were purged")


async def delete(
    name: Annotated[str, Parameter(("NAME",), help="Which campaign.")],
    /,
    *,
    yes: Yes = False,
    account: Office = THE_OFFICE,
) -> None:
    """Forget a campaign whole: the same file would be sent again."""
    async with account.journal() as journal:
        campaign = await account.campaign(journal, name)
        if not yes:
            confirm(f"The campaign {name!r} is forgotten.", name)
        say(f"{await campaign.delete()} rows were forgotten")
