"""What the API leaves unsaid, measured on an account: its list, its clocks, its delays."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import math
import time
from typing import TYPE_CHECKING, Any, Literal

import attrs

from gosms_async import Verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gosms_async import AsyncGoSMS, Message

Order = Literal["newest first", "oldest first", "mixed"]
Offset = Literal["pages", "records"]

_LOOK = 0.2  # seconds between looks for a new message; the limit allows ten a second
_PAGE = 50  # messages; two pages of it show what `offset` counts
_SAFETY = 2.0  # times what was measured once

_DEFAULTS = Verify()


@attrs.frozen(kw_only=True)
class Findings:
    """What was measured; None: the account has too few messages, or nothing was sent."""

    order: Order | None
    offset: Offset | None  #: what it counts
    machine_ahead_s: float | None  #: this machine's clock minus the API's; whole seconds count
    created_ahead_s: float | None = None  #: `time_create` minus the API's clock
    visible_after_s: float | None = None  #: from the answer of a send until the list shows it

    @property
    def record(self) -> dict[str, Any]:
        """All of it, times to the millisecond."""
        return attrs.asdict(self, value_serializer=lambda *of: _rounded(of[-1]))

    @property
    def settings(self) -> dict[str, float]:
        """The fields of `Verify` that have to differ from their defaults on this account."""
        wanted = {
            "settle_failed": math.ceil((self.visible_after_s or 0.0) * _SAFETY),
            "margin": math.ceil(abs(self.created_ahead_s or 0.0) + 1),
        }
        return {
            name: float(value) for name, value in wanted.items() if value > getattr(_DEFAULTS, name)
        }


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


async def of_list(gosms: AsyncGoSMS) -> Findings:
    """Measure what can be read: order and offset of the list, and the clocks."""
    newest = await gosms.list(limit=100)
    server = await gosms.server_time()
    ahead = (dt.datetime.now(dt.UTC) - server).total_seconds() if server else None
    return Findings(
        order=order_of(newest.items),
        offset=await _offset(gosms, newest.total_records),
        machine_ahead_s=ahead,
    )


async def of_send(gosms: AsyncGoSMS, found: Findings, to: str, patience: float) -> Findings:
    """Send one SMS and add when the list showed it; for *patience* seconds at most."""
    sent = await gosms.send(to, "gosms doctor")
    answered, server = time.monotonic(), await gosms.server_time()
    message = await gosms.get(sent.id)
    ahead = (message.created_at - server).total_seconds() if server else None
    found = attrs.evolve(found, created_ahead_s=ahead)
    while (waited := time.monotonic() - answered) < patience:
        page = await gosms.list(limit=100, search=to)
        if sent.id in {each.id for each in page.items}:
            return attrs.evolve(found, visible_after_s=waited)
        await asyncio.sleep(_LOOK)
    return found


def order_of(
    messages: Sequence[Message],
) -> Literal["newest first", "oldest first", "mixed"] | None:
    """Return how a page is ordered by creation; None where its messages cannot tell."""
    times = [message.created_at for message in messages]
    falls = any(later < earlier for earlier, later in itertools.pairwise(times))
    rises = any(later > earlier for earlier, later in itertools.pairwise(times))
    if falls == rises:
        return "mixed" if falls else None
    return "newest first" if falls else "oldest first"


async def _offset(gosms: AsyncGoSMS, total: int) -> Offset | None:
    """Compare pages 1 and 2: all but one id in common means that records are counted."""
    limit = min(_PAGE, total // 2)
    if limit < 3:  # noqa: PLR2004 - one or two ids may be in common because new ones came
        return None
    first, second = [await gosms.list(limit=limit, offset=offset) for offset in (1, 2)]
    common = {each.id for each in first.items} & {each.id for each in second.items}
    return "records" if len(common) >= limit - 1 else "pages"
