"""The journal: where campaigns, the outbox and their workers meet."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Final, Self

import sqlalchemy as sa

from gosms_async.campaign.accounts import Pause, pause_of, resume
from gosms_async.campaign.database import Database
from gosms_async.campaign.engine import Queue
from gosms_async.campaign.forgetting import purge
from gosms_async.campaign.rows import Rows
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS
from gosms_async.campaign.tracking import learn, track

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from gosms_async import AsyncGoSMS, Message
    from gosms_async.campaign.rows import Entry
    from gosms_async.core.limits import Store


class Journal:
    """
    The database of campaigns; use it as an async context manager.

    Args:
        url: `postgresql://…` for workers on any number of machines, else a file of this one:
            `sqlite:///path`, or a path. By default the value of GOSMS_DATABASE_URL, or a file in
            the user's data folder.
    """

    def __init__(self, url: str | Path | None = None) -> None:
        self.database: Final = Database(url)
        self.rows: Final = Rows(self.database)
        self.queue: Final = Queue(self.database)

    async def __aenter__(self) -> Self:
        """
        Open it, and make what is missing.

        Raises:
            JournalError: The database cannot be reached, or is none.
        """
        await self.database.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.queue.close()
        await self.database.close()

    async def pause_of(self, account: str = "default") -> Pause | None:
        """Return why nothing is sent for *account*; None: nothing keeps it."""
        return await pause_of(self.database, account)

    async def resume(self, account: str = "default") -> None:
        """Let *account* send again, after a person has put right what had paused it."""
        await resume(self.database, account)

    async def put_doubts(self, rows: Sequence[Entry]) -> None:
        """Have *rows* of one batch, which are in doubt, settled by any worker, once."""
        if rows:
            await self.database.write(lambda c: self.queue_doubts(c, rows))

    def queue_doubts(
        self, connection: sa.Connection, rows: Sequence[Entry], again: str = ""
    ) -> None:
        """Do the same in the transaction of *connection*; or once more for each *again*."""
        marks = "\n".join(sorted(each.mark or each.key for each in rows))
        doubts = hashlib.sha256(f"{again}{marks}".encode()).hexdigest()
        self.queue.put(connection, rows[0].account, rows[0].batch, doubts=doubts)

    async def campaigns(self, account: str = "default") -> list[str]:
        """Return the names of the campaigns of *account*, oldest first."""
        query = (
            sa.select(CAMPAIGNS.c.name)
            .where(CAMPAIGNS.c.account == account)
            .order_by(CAMPAIGNS.c.created_at)
        )
        return await self.database.read(lambda c: list(c.execute(query).scalars()))

    async def planned(self, account: str = "default") -> dict[str, int]:
        """Return how many rows of each campaign are still planned; the outbox's name is empty."""
        query = (
            sa.select(ROWS.c.campaign, sa.func.count().label("rows"))
            .where(ROWS.c.account == account, ROWS.c.state == State.PLANNED)
            .group_by(ROWS.c.campaign)
        )
        found = await self.database.read(lambda c: c.execute(query).all())
        return {row.campaign: row.rows for row in found}

    async def track(
        self, gosms: AsyncGoSMS, account: str = "default", *, within: float = 86_400.0
    ) -> int:
        """
        Store what became of accepted rows of *account*, as *gosms* tells; workers do it as well.

        Returns:
            How many rows that are younger than *within* seconds have no end yet.
        """
        return await track(gosms, self.database, account, within)

    async def learn(self, message: Message, account: str = "default") -> None:
        """
        Store how far the accepted row of *message* is, if it has one; the API has just told it.

        It is a handler of webhooks: `router.on()(journal.learn)`.
        """
        await learn(self.database, account, [message])

    async def purge(self, *, phone: str | None = None, older_than: float | None = None) -> int:
        """
        Forget phone and text of rows that have ended; return how many.

        Args:
            phone: Digits with the country code: also drop what is planned for it. By default all.
            older_than: Seconds since a row's last change; by default any.
        """
        return await purge(self.database, phone=phone, older_than=older_than)

    @contextlib.asynccontextmanager
    async def limit_store(self) -> AsyncIterator[Store]:
        """Open the store through which the workers of this journal share a rate limit."""
        if self.database.path is not None:
            from gosms_async.stores.sqlite import SQLiteStore  # noqa: PLC0415 - one of the two

            # Not the journal itself: its writers wait for the disk, a limit must not.
            yield SQLiteStore(self.database.path.with_suffix(".limits"))
            return
        from gosms_async.stores.postgres import PostgresStore  # noqa: PLC0415 - as above

        dsn = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        async with PostgresStore(dsn) as store:
            yield store
