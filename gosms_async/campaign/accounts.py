"""Whether an account may send at all: it is paused when GoSMS says that only a person can help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from gosms_async.campaign.tables import ACCOUNTS

if TYPE_CHECKING:
    from gosms_async.campaign.database import Database


@attrs.frozen
class Pause:
    """Why nothing is sent."""

    reason: str
    code: int | None
    since: float  #: Unix seconds


async def pause(database: Database, account: str, reason: str, code: int | None) -> None:
    """Let no further attempt leave; what is planned stays planned."""
    change = {"reason": reason, "code": code, "since": time.time()}

    def act(connection: sa.Connection) -> None:
        where = ACCOUNTS.c.name == account
        if not connection.execute(sa.update(ACCOUNTS).where(where).values(change)).rowcount:
            connection.execute(sa.insert(ACCOUNTS).values(name=account, **change))

    try:
        await database.write(act)
    except exc.IntegrityError:  # another worker was first, just now
        await database.write(act)


async def resume(database: Database, account: str) -> None:
    """Let it go on."""
    where = ACCOUNTS.c.name == account
    await database.write(lambda c: c.execute(sa.update(ACCOUNTS).where(where).values(reason=None)))


async def pause_of(database: Database, account: str) -> Pause | None:
    """Return why *account* is paused; None: it is not."""
    query = sa.select(ACCOUNTS.c.reason, ACCOUNTS.c.code, ACCOUNTS.c.since).where(
        ACCOUNTS.c.name == account, ACCOUNTS.c.reason.is_not(None)
    )
    row = await database.read(lambda connection: connection.execute(query).first())
    return None if row is None else Pause(*row)
