"""`gosms campaign run` and `worker`: what sends."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import attrs
from cyclopts import Parameter

from gosms_async.campaign import Campaign, Counts, Journal, Loaded, RowsError, Worker

from .apps import IS_FILE, POSITIVE, app_of
from .ask import confirm
from .campaign_office import THE_SENDER, Sender
from .outcome import Exit, StopError
from .progress import Meter, show_cursor
from .show import FLAG, Json, Yes, give, give_json, say

campaign: Final = app_of("campaign")

_LOOK = 0.5  # seconds between two looks at how far it is
_SHOWN = 10  # skipped rows that are listed

Rate = Annotated[
    int, POSITIVE, Parameter(help="SMS a second, for all workers of the account together.")
]


async def run(
    file: Annotated[
        Path,
        Parameter(("FILE",), validator=IS_FILE, help="CSV, XLSX or JSON Lines."),
    ],
    /,
    *,
    template: Annotated[str, Parameter(help="The text, fields in braces: '{name}, hello'.")],
    name: Annotated[str | None, Parameter(help="By default that of the file.")] = None,
    rate: Rate = 10,
    limit: Annotated[int | None, POSITIVE, Parameter(help="Only so many rows of the file.")] = None,
    region: Annotated[str, Parameter(help="Country of numbers without a country code.")] = "RU",
    dry_run: Annotated[bool, FLAG, Parameter(help="Show the plan, send nothing.")] = False,
    yes: Yes = False,
    json: Json = False,
    account: Sender = THE_SENDER,
) -> int:
    """
    Send a text to every recipient of a file, once to each.

    The same command again goes on where it stopped, whatever stopped it.
    """
    async with account.journal() as journal:
        sending = Campaign(name or file.stem, journal, account=account.label)
        await account.tell_what_else_is_planned(journal, sending.name)
        if dry_run or not await sending.is_loaded(file, template, region=region, limit=limit):
            plan = await _checked(sending, file, template, region, limit)
            _tell_plan(sending.name, plan, rate)
            if dry_run:
                return Exit.OK
            if (number := plan.new + plan.left_out) and not yes:
                confirm(f"{number} SMS will be sent.", str(number))
            await sending.load(file, template, region=region, limit=limit)
        counts = await send(account, journal, sending, rate)
    _show(counts, json=json)
    return Exit.OK if counts.accepted + counts.delivered == counts.total else Exit.PARTLY


async def worker(*, rate: Rate = 10, account: Sender = THE_SENDER) -> int:
    """Send what is planned, for ever; any number of workers may share a PostgreSQL."""
    async with account.journal() as journal, account.worker(journal, rate) as working:
        with _interrupts() as stop:
            say(f"working for {account.label}; Ctrl-C stops")
            while not stop.is_set():
                await account.refuse_if_paused(journal)
                await _pause(stop)
            await working.drain()
    return Exit.INTERRUPTED


async def _checked(
    sending: Campaign, file: Path, template: str, region: str, limit: int | None
) -> Loaded:
    try:
        return await sending.load(file, template, region=region, limit=limit, dry_run=True)
    except RowsError as error:
        raise StopError(f"nothing was sent:\n{error}", Exit.USAGE) from error
    except ValueError as error:
        raise StopError(str(error), Exit.USAGE) from error


def _tell_plan(name: str, plan: Loaded, rate: int) -> None:
    say(f"campaign      {name}")
    say(f"recipients    {plan.rows} ok, {plan.skipped} skipped, {plan.repeated} repeated")
    if plan.new < plan.rows:
        say(f"new           {plan.new}, the others are in the campaign already")
    if plan.left_out:
        say(f"not in file   {plan.left_out} planned before: they are sent too, `cancel` drops them")
    for problem in plan.problems[:_SHOWN]:
        say(f"              {problem}")
    say(f"SMS parts     {plan.parts} ({plan.unicode} messages in UCS-2)")
    if plan.doubtful:
        say(f"doubtful      {plan.doubtful} texts have characters that GoSMS may refuse")
    say(f"first text    {plan.first_text}")
    say(f"takes about   {(plan.new + plan.left_out) / rate:.0f} s at {rate}/s")


async def send(account: Sender, journal: Journal, sending: Campaign, rate: int) -> Counts:
    """
    Work until nothing is left to do of *sending*.

    Raises:
        StopError: GoSMS lets nothing pass; what is planned stays planned.
        KeyboardInterrupt: A person stopped it; what was under way has ended.
    """
    await journal.resume(account.label)  # who runs it again has put right what paused it
    counts = await sending.counts()
    if not counts.left:
        return counts
    if doubts := counts.sending + counts.settling:
        within = account.settle + 2 * account.timeout  # a mark may take one, its send another
        say(f"{doubts} rows may be on their way: each is looked for, {within:.0f} s at most")
    async with account.worker(journal, rate) as working:
        with _interrupts() as stop, Meter(sending.name, counts.left) as meter:
            return await _follow(account, journal, sending, working, stop, meter)


async def _follow(  # noqa: PLR0917 - the parts of one run
    account: Sender,
    journal: Journal,
    sending: Campaign,
    working: Worker,
    stop: asyncio.Event,
    meter: Meter,
) -> Counts:
    left = (await sending.counts()).left
    waiting = ""
    while True:
        counts = await sending.counts()
        meter.step(max(left - counts.left, 0))
        left = min(left, counts.left)
        if not counts.left:
            return counts
        if stop.is_set():
            await working.drain()
            raise KeyboardInterrupt
        await account.refuse_if_paused(journal)
        if working.waiting_for != waiting:
            waiting = working.waiting_for
            say(f"waiting: {waiting}" if waiting else "going on")
        await _pause(stop)


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOOK):
            await stop.wait()


@contextlib.contextmanager
def _interrupts() -> Iterator[asyncio.Event]:
    """Give an event that the first Ctrl-C sets; the second ends the process on the spot."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def interrupted() -> None:
        if stop.is_set():
            show_cursor()
            os._exit(Exit.INTERRUPTED)  # the journal takes a kill as well
        stop.set()
        say("stopping when what is under way has its answer; Ctrl-C again stops at once")

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _show(counts: Counts, *, json: bool) -> None:
    if json:
        give_json({**attrs.asdict(counts), "total": counts.total})
        return
    sent = counts.accepted + counts.delivered
    parts = [f"{sent} accepted"]
    parts += [f"{counts.recovered} of them recovered after a lost answer"] * bool(counts.recovered)
    ends = ("refused", "failed", "unknown")
    parts += [f"{number} {end}" for end in ends if (number := getattr(counts, end))]
    give(f"{'✓' if sent == counts.total else '✗'} {', '.join(parts)}")
