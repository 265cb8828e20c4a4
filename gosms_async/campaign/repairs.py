"""What a person may have done about rows that ended badly, or that are to be forgotten."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from gosms_async.campaign.errors import CampaignError
from gosms_async.campaign.rows import Entry, entries, look_for
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gosms_async.campaign.journal import Journal

_BATCH: Final = 50  #: rows that a worker takes at a time
_BADLY_ENDED: Final = {State.REFUSED, State.FAILED, State.UNKNOWN}
_NOT_ENDED: Final = (State.PLANNED, State.SENDING, State.UNKNOWN)
_FORGOTTEN: Final = {"phone": "", "text": "", "payload": "", "error": None}


async def retry(journal: Journal, campaign: str, states: Iterable[State]) -> int:
    """
    Plan the rows of *campaign* at *states* once more; return how many they are.

    At "unknown" that may send an SMS twice: reconcile first. Those still looked for are left out.

    Raises:
        ValueError: Rows at one of *states* have not failed.
    """
    if wrong := set(states) - _BADLY_ENDED:
        raise ValueError(f"{', '.join(sorted(wrong))}: only {', '.join(sorted(_BADLY_ENDED))} rows")
    where = (ROWS.c.campaign == campaign) & ROWS.c.state.in_(list(states))
    where &= ROWS.c.turn.is_(None) & (ROWS.c.phone != "")  # a forgotten one cannot be sent again
    fresh = {"state": State.PLANNED, "mark": None, "turn": None, "sms_id": None, "status": None}

    def act(connection: sa.Connection) -> int:
        found, planned = entries(where)(connection), 0
        for at in range(0, len(found), _BATCH):
            some, batch = found[at : at + _BATCH], uuid.uuid4().hex
            those = where & ROWS.c.key.in_([entry.key for entry in some])  # still, whoever else did
            change = sa.update(ROWS).where(those).values(**fresh, batch=batch)
            planned += connection.execute(change).rowcount
            journal.queue.put(connection, some[0].account, batch)
        return planned

    return await journal.database.write_alone(act)


async def reconcile(journal: Journal, campaign: str) -> int:
    """Have a worker look again for the rows in doubt that were given up; return their number."""
    where = (ROWS.c.campaign == campaign) & (ROWS.c.state == State.UNKNOWN) & ROWS.c.turn.is_(None)
    again = uuid.uuid4().hex

    def act(connection: sa.Connection) -> int:
        doubtful: dict[str, list[Entry]] = {}
        for entry in entries(where)(connection):
            if look_for(connection, entry):
                doubtful.setdefault(entry.batch, []).append(entry)
        for rows in doubtful.values():
            journal.queue_doubts(connection, rows, again)
        return sum(map(len, doubtful.values()))

    return await journal.database.write_alone(act)


async def purge(
    journal: Journal, *, phone: str | None = None, older_than: float | None = None
) -> int:
    """
    Forget phone and text of rows that have ended; return how many.

    The rows stay, under keys that tell no phone, so that loading a file again sends nothing again.
    What is planned for *phone* is not sent any more.

    *phone* is digits with the country code, *older_than* seconds since a row's last change; by
    default those of anybody, of any age.
    """
    where: Any = ROWS.c.phone != ""
    if phone is not None:
        where &= ROWS.c.phone == phone
    if older_than is not None:
        where &= ROWS.c.changed_at < time.time() - older_than
    planned = sa.update(ROWS).where(where, ROWS.c.state == State.PLANNED)
    refused = planned.values(state=State.REFUSED, **_FORGOTTEN)
    ended = sa.update(ROWS).where(where, ROWS.c.state.not_in(_NOT_ENDED)).values(**_FORGOTTEN)

    def act(connection: sa.Connection) -> int:
        dropped = connection.execute(refused).rowcount if phone is not None else 0
        return dropped + connection.execute(ended).rowcount

    return await journal.database.write_alone(act)


async def delete(journal: Journal, campaign: str) -> int:
    """
    Forget a campaign whole; return how many rows it had. Loading its file again sends it again.

    Raises:
        CampaignError: Some of its rows have not ended.
    """
    own = ROWS.c.campaign == campaign
    open_ = sa.select(sa.func.count()).where(own, ROWS.c.state.in_(_NOT_ENDED))

    def act(connection: sa.Connection) -> int:
        if left := connection.execute(open_).scalar_one():
            raise CampaignError(f"campaign {campaign!r}: {left} rows have not ended yet")
        connection.execute(sa.delete(CAMPAIGNS).where(CAMPAIGNS.c.name == campaign))
        return connection.execute(sa.delete(ROWS).where(own)).rowcount

    return await journal.database.write_alone(act)
