"""A campaign's rows as a CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any, TextIO

from gosms_async import MessageStatus
from gosms_async.campaign.states import State
from gosms_async.campaign.tracking import NO_REPORT

if TYPE_CHECKING:
    from gosms_async.campaign.campaign import Campaign
    from gosms_async.campaign.rows import Entry

COLUMNS = ("row", "phone", "state", "sms_id", "recovered", "note", "code", "changed_at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STUCK = 300.0  #: seconds; a phone that is there takes a message long before
_REPORTED_WITHIN = 86_400.0  #: seconds after which no delivery report is to be expected


async def write_csv(campaign: Campaign, file: TextIO) -> int:
    """Write every row to *file*, opened with `newline=""`; return how many."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = 0
    async for entry in campaign.rows():
        writer.writerow([_safe(value) for value in record(entry).values()])
        written += 1
    return written


def record(entry: Entry, now: float | None = None) -> dict[str, Any]:
    """Return what a report tells of *entry*; the text is not among it."""
    changed = dt.datetime.fromtimestamp(entry.changed_at, dt.UTC)
    told = (
        entry.number,
        entry.phone,
        str(entry.state),
        entry.sms_id or "",
        entry.recovered,
        note(entry, changed.timestamp() if now is None else now),
        entry.code or "",
        changed.isoformat(timespec="seconds"),
    )
    return dict(zip(COLUMNS, told, strict=True))


def note(entry: Entry, now: float) -> str:
    """
    Say in a few words what the state alone does not tell.

    Which phone a message waits for is known only if it was sent to one: the API tells of no other
    before one has taken it, and lists no phones.
    """
    if entry.error or entry.state is not State.ACCEPTED:
        return entry.error or ""
    age = now - entry.changed_at  # both of our clock, which may differ from the server's
    if entry.status == MessageStatus.SENT:
        return NO_REPORT if age > _REPORTED_WITHIN else "sent"
    if entry.status == MessageStatus.WAITING and age > _STUCK:
        return f"waits for phone {entry.device_id}" if entry.device_id else "waits for a phone"
    return ""


def _safe(value: Any) -> Any:
    """Put a quote before what a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
