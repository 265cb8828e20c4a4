"""What became of accepted messages: one walk of the account's list serves all rows."""

from __future__ import annotations

import datetime as dt
import math
import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from gosms_async import MessageStatus
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gosms_async import AsyncGoSMS, Message
    from gosms_async.campaign.database import Database

_MARGIN: Final = dt.timedelta(seconds=60)  #: between the clocks and orders of the list
NO_REPORT: Final = "sent, no report"
_ENDS: Final = {
    MessageStatus.DELIVERED: State.DELIVERED,
    MessageStatus.SEND_FAILED: State.FAILED,
    MessageStatus.DELIVERY_FAILED: State.FAILED,
}


async def track(gosms: AsyncGoSMS, database: Database, account: str, within: float) -> int:
    """
    Store how far the accepted rows of *account* are that are younger than *within* seconds.

    Returns:
        How many rows still have no end: GoSMS may yet report one.
    """
    if not await _left(database, account, -math.inf):
        return 0
    now = await gosms.server_time()  # rows hold times of this clock
    after = (now.timestamp() if now else time.time()) - within
    oldest = await _oldest(database, account, after)
    if oldest is not None:
        async for page in gosms.messages().pages():
            await learn(database, account, page.items)
            if page.items and page.items[-1].created_at < oldest - _MARGIN:
                break
    await _end_unreported(database, account, after)
    return await _left(database, account, after)


def _waiting(account: str, after: float) -> sa.ColumnElement[bool]:
    return (ROWS.c.account == account) & (ROWS.c.state == State.ACCEPTED) & (ROWS.c.since > after)


async def _oldest(database: Database, account: str, after: float) -> dt.datetime | None:
    query = sa.select(sa.func.min(ROWS.c.since)).where(_waiting(account, after))
    since = await database.read(lambda connection: connection.execute(query).scalar())
    return None if since is None else dt.datetime.fromtimestamp(since, dt.UTC)


async def _left(database: Database, account: str, after: float) -> int:
    query = sa.select(sa.func.count()).select_from(ROWS).where(_waiting(account, after))
    return await database.read(lambda connection: int(connection.execute(query).scalar_one()))


async def _end_unreported(database: Database, account: str, before: float) -> None:
    """Note of what was sent *before* that time that no delivery report came."""
    where = (ROWS.c.account == account) & (ROWS.c.state == State.ACCEPTED)
    where &= (ROWS.c.since <= before) & (ROWS.c.status == MessageStatus.SENT)
    where &= ROWS.c.error.is_(None)
    end = sa.update(ROWS).where(where).values(error=NO_REPORT, changed_at=time.time())
    await database.write(lambda connection: connection.execute(end))


async def learn(database: Database, account: str, messages: Sequence[Message]) -> None:
    """Store the statuses of *messages*, of which only some are rows of *account* and news."""
    statuses = {message.id: message.status for message in messages}
    ours = (ROWS.c.account == account) & ROWS.c.sms_id.in_(statuses)
    query = sa.select(ROWS.c.sms_id, ROWS.c.status).where(ours, ROWS.c.state == State.ACCEPTED)
    known = await database.read(lambda connection: connection.execute(query).all())
    news = {row.sms_id: statuses[row.sms_id] for row in known if row.status != statuses[row.sms_id]}

    def act(connection: sa.Connection) -> None:
        for sms_id, status in news.items():
            state = _ENDS.get(status, State.ACCEPTED)
            change = {"status": int(status), "state": state, "error": None}
            where = (ROWS.c.account == account) & (ROWS.c.sms_id == sms_id)
            where &= ROWS.c.state == State.ACCEPTED
            connection.execute(
                sa.update(ROWS).where(where).values(**change, changed_at=time.time())
            )

    if news:
        await database.write(act)
