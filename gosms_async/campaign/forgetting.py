"""What is forgotten: the phones and texts of rows that have ended, or a campaign whole."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from gosms_async.campaign.errors import CampaignError
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS

if TYPE_CHECKING:
    from gosms_async.campaign.database import Database

_NOT_ENDED: Final = (State.PLANNED, State.SENDING, State.UNKNOWN)
_FORGOTTEN: Final = {"phone": "", "text": "", "payload": "", "error": None}


async def purge(
    database: Database, *, phone: str | None = None, older_than: float | None = None
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

    return await database.write_alone(act)


async def delete(database: Database, campaign: str) -> int:
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

    return await database.write_alone(act)
