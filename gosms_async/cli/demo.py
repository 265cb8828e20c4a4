"""`gosms demo`: eighty SMS to an emulator that misbehaves, and the proof that each came once."""

import asyncio
import contextlib
import importlib.resources
import webbrowser
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated

import attrs
from cyclopts import Parameter

from gosms_async import AsyncGoSMS, Draft, RateLimit, SendResult
from gosms_async.emulator import Emulator
from gosms_async.text import segments

from .emulator import greet
from .outcome import Exit, StopError
from .progress import Meter
from .recipients import Recipients, read_recipients
from .show import FLAG, Json, complain, give, give_json, say

PORT = 8026  #: the emulator's usual one
TEMPLATE = "{name}, заказ {order} готов. Ждём вас!"
_RATE, _FAST = 10, 200  # SMS a second
#: what a person calls them: their kinds, and the rows that each strikes
_FAULTS: dict[str, dict[str, tuple[int, ...]]] = {
    "extra 429": {"429_storm": (70, 78)},
    "answers lost after commit": {"500_after": (19,), "drop_after": (54,)},
}


@attrs.frozen
class Result:
    """What the client reports, and what the emulator holds."""

    accepted: int
    recovered: int  #: accepted, though the answer was lost
    failed: int
    stored: int
    distinct: int
    duplicates: int


async def demo(
    *,
    port: Annotated[int | None, Parameter(help="By default 8026, or a free one.")] = None,
    keep: Annotated[bool, FLAG, Parameter(help="Stay until Ctrl-C.")] = False,
    open_: Annotated[bool, FLAG, Parameter(("--open",), help="Open the page, and stay.")] = False,
    fast: Annotated[bool, FLAG, Parameter(help="At 200/s: for impatient tests.")] = False,
    json: Json = False,
) -> int:
    """Send 80 SMS to an emulator that misbehaves and prove that each came once."""
    rate = _FAST if fast else _RATE
    async with emulator_on(port, rate) as emulator:
        greet(emulator)
        if open_:
            webbrowser.open(emulator.url)
        recipients = shipped_recipients()
        arm(emulator, recipients, rate)
        result = await campaign(emulator, recipients, rate)
        show(result, json=json)
        if keep or open_:
            await stay(emulator)
        elif not json:
            say("  to see them on the page: gosms demo --open")
    return Exit.OK if result.accepted == result.distinct == len(recipients.rows) else Exit.PARTLY


@contextlib.asynccontextmanager
async def emulator_on(port: int | None, rate: int) -> AsyncIterator[Emulator]:
    """Serve an emulator; where nobody asked for a port, a free one does as well."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            emulator = await stack.enter_async_context(
                Emulator(port=PORT if port is None else port, window=rate)
            )
        except OSError as error:
            if port is not None:
                raise StopError(f"port {port} is taken: try another --port") from error
            emulator = await stack.enter_async_context(Emulator(window=rate))
        yield emulator


def shipped_recipients() -> Recipients:
    """Read the list that comes with the package: 80 good rows, a bad one, a repeated one."""
    file = importlib.resources.files("gosms_async.cli") / "demo.csv"
    return read_recipients(file.read_text(encoding="utf-8").splitlines())


def arm(emulator: Emulator, recipients: Recipients, rate: int) -> None:
    """Let the emulator misbehave as a busy service does."""
    armed = [f"real limit {rate}/s"]
    for name, kinds in _FAULTS.items():
        strikes = [(kind, row) for kind, rows in kinds.items() for row in rows]
        for kind, row in strikes:
            emulator.fail(kind, match=f"send to:{recipients.rows[row]['phone']}")
        armed.append(f"{len(strikes)} {name}")
    say(f"  armed: {' · '.join(armed)}")


async def campaign(emulator: Emulator, recipients: Recipients, rate: int) -> Result:
    """Send to all recipients, as any program would, and count on both sides."""
    drafts = [
        Draft(phone_number=row["phone"], message=TEMPLATE.format_map(row))
        for row in recipients.rows
    ]
    tell_plan(recipients, drafts, rate)
    results = []
    limit = RateLimit(_RATE, per=_RATE / rate)
    async with AsyncGoSMS("dev", base_url=emulator.base_url, rate_limit=limit) as gosms:
        await gosms.list(limit=1)  # nobody measures how long the first connection takes
        with Meter("demo", len(drafts)) as meter:
            async for result in gosms.send_many(drafts):
                results.append(result)
                meter.step()
    return count(results, emulator)


def tell_plan(recipients: Recipients, drafts: list[Draft], rate: int) -> None:
    """Say what is about to be sent."""
    counted = [segments(draft.message) for draft in drafts]
    unicode = sum(each.encoding == "UCS-2" for each in counted)
    skipped = recipients.skipped
    say("campaign      demo")
    say(f"recipients    {len(drafts)} ok, {len(skipped)} skipped")
    for sentence in skipped:
        say(f"              {sentence}")
    say(f"SMS parts     {sum(each.count for each in counted)} ({unicode} messages in UCS-2)")
    say(f"takes about   {len(drafts) / rate:.0f} s at {rate}/s")


def count(results: list[SendResult], emulator: Emulator) -> Result:
    """Compare what the client says with what the emulator holds."""
    sent = [result.sent for result in results if result.sent]
    stored = Counter((message.phone_number, message.text) for message in emulator.messages())
    errors = [result.error for result in results if result.error]
    for kind, times in Counter(map(type, errors)).items():
        complain(f"{times} × {next(error for error in errors if type(error) is kind)}")
    return Result(
        accepted=len(sent),
        recovered=sum(each.recovered for each in sent),
        failed=len(results) - len(sent),
        stored=stored.total(),
        distinct=len(stored),
        duplicates=stored.total() - len(stored),
    )


def show(result: Result, *, json: bool) -> None:
    """Write the result."""
    if json:
        give_json(attrs.asdict(result))
        return
    unclear = f", {result.failed} failed or unclear" if result.failed else ""
    mark = "✗" if result.failed or result.duplicates else "✓"
    give(
        f"{mark} {result.accepted} accepted, {result.recovered} of them "
        f"recovered after a lost answer{unclear}"
    )
    give(f"  stored {result.stored}, distinct {result.distinct}, duplicates {result.duplicates}")


async def stay(emulator: Emulator) -> None:
    """Leave the page there to be looked at."""
    with contextlib.suppress(asyncio.CancelledError):
        say(f"  the page stays at {emulator.url} until Ctrl-C")
        await asyncio.Event().wait()
