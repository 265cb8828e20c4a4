"""What a person may have done about rows that ended badly, or that are in doubt."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from gosms_async.campaign.rows import Entry, entries, in_batches, look_for
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gosms_async.campaign.journal import Journal

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
