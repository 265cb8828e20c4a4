"""What a person may have done about rows that ended badly, or that are in doubt."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from gosms_async.campaign.rows import Entry, entries, in_batches, look_for
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gosms_async.campaign.journal import Journal

_IN_DOUBT: Final = (State.SENDING, State.UNKNOWN)
_BADLY_ENDED: Final = {State.REFUSED, State.FAILED, State.UNKNOWN}


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
        for batch, some in in_batches(found):
            those = where & ROWS.c.key.in_([entry.key for entry in some])  # still, whoever else did
            change = sa.update(ROWS).where(those).values(**fresh, batch=batch)
            planned += connection.execute(change).rowcount
            journal.queue.put(connection, some[0].account, batch)
        return planned

    return await journal.database.write_alone(act)


async def reconcile(journal: Journal, which: sa.ColumnElement[bool]) -> int:
    """Have a worker look again for what was given up; return how many rows are looked for then."""
    given_up = which & (ROWS.c.state == State.UNKNOWN) & ROWS.c.turn.is_(None)
    looked_for = which & ROWS.c.state.in_(_IN_DOUBT) & ROWS.c.turn.is_not(None)
    number = sa.select(sa.func.count()).where(looked_for)
    again = uuid.uuid4().hex

    def act(connection: sa.Connection) -> int:
        doubtful: dict[str, list[Entry]] = {}
        for entry in entries(given_up)(connection):
            if look_for(connection, entry):
                doubtful.setdefault(entry.batch, []).append(entry)
        for rows in doubtful.values():
            journal.queue_doubts(connection, rows, again)
        return int(connection.execute(number).scalar_one())

    return await journal.database.write_alone(act)


async def cancel(journal: Journal, campaign: str) -> int:
    """Refuse the rows of *campaign* that are still planned; return how many."""
    where = (ROWS.c.campaign == campaign) & (ROWS.c.state == State.PLANNED)
    change = {"state": State.REFUSED, "error": "cancelled", "changed_at": time.time()}
    refuse = sa.update(ROWS).where(where).values(change)
    return await journal.database.write_alone(lambda c: c.execute(refuse).rowcount)
