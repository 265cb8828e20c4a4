"""A campaign: one text with fields, to many recipients, once to each."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final

import attrs
import sqlalchemy as sa

from gosms_async.campaign import repairs
from gosms_async.campaign.loading import Loaded, Loader
from gosms_async.campaign.recipients import digest_of, rows_of
from gosms_async.campaign.rows import Entry, entries
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS
from gosms_async.campaign.template import Template

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gosms_async.campaign.journal import Journal
    from gosms_async.campaign.recipients import Source

_POLL: Final = 0.5  #: seconds between two looks at how far it is
_PAGE: Final = 500  #: rows read at a time
_RETRIED: Final = (State.REFUSED, State.FAILED)


@attrs.frozen
class Counts:
    """How many rows are at each state."""

    planned: int = 0
    sending: int = 0
    accepted: int = 0
    delivered: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All rows."""
        return sum(attrs.astuple(self))

    @property
    def left(self) -> int:
        """Rows that a worker has still something to do for."""
        return self.planned + self.sending


class Campaign:
    """
    The campaign *name* of *journal*; it is there from its first `load` on.

    Args:
        name: Each recipient has one row in a campaign, however often its file is loaded.
        journal: Where it is kept.
        account: The account it is sent from, by the name that its workers use.
    """

    def __init__(self, name: str, journal: Journal, *, account: str = "default") -> None:
        self.name = name
        self.account = account
        self._journal = journal
        self._database = journal.database

    async def load(
        self, source: Source, template: str, *, region: str = "RU", dry_run: bool = False
    ) -> Loaded:
        """
        Check every row of *source*, then store all that are new; workers begin with them at once.

        Args:
            source: A CSV, XLSX or JSON Lines file, or an iterable of mappings.
            template: The text, its fields in braces.
            region: The country of numbers without a country code, ISO 3166.
            dry_run: Store nothing.

        Raises:
            RowsError: Rows lack a field, or their text cannot be sent. Nothing was stored.
            ChangedError: A recipient has another text in this campaign. Nothing was stored.
            CampaignError: The file cannot be read, or the database be used.
            ValueError: The template is wrong in itself.
        """
        loader = Loader(self.name, self.account, Template(template), region)
        if dry_run:
            return await asyncio.to_thread(lambda: loader.check(rows_of(source)))
        digest = _digest(source, template, region)
        if digest and digest == await self._loaded_before():
            rows = (await self.counts()).total
            return Loaded(rows=rows)
        queue = self._journal.queue
        return await self._database.write_alone(
            lambda connection: loader.store(connection, rows_of(source), queue, digest)
        )

    async def _loaded_before(self) -> str | None:
        query = sa.select(CAMPAIGNS.c.source).where(
            CAMPAIGNS.c.name == self.name, CAMPAIGNS.c.account == self.account
        )
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def counts(self) -> Counts:
        """Return how many rows are at each state."""
        query = (
            sa.select(ROWS.c.state, sa.func.count().label("number"))
            .where(ROWS.c.campaign == self.name, ROWS.c.account == self.account)
            .group_by(ROWS.c.state)
        )
        found = await self._database.read(lambda connection: connection.execute(query).all())
        return Counts(**{row.state: row.number for row in found})

    async def wait(self) -> Counts:
        """Wait until workers have brought every row as far as they can, and return where."""
        while (counts := await self.counts()).left or await self._settling():  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(_POLL)
        return counts

    async def _settling(self) -> bool:
        """Whether a row in doubt is still looked for."""
        where = (ROWS.c.campaign == self.name) & (ROWS.c.state == State.UNKNOWN)
        query = sa.select(ROWS.c.key).where(where, ROWS.c.turn.is_not(None)).limit(1)
        return await self._database.read(lambda c: c.execute(query).first()) is not None

    async def retry(self, *states: State) -> int:
        """Plan the rows at *states* (refused and failed ones) once more; return how many."""
        return await repairs.retry(self._journal, self.name, states or _RETRIED)

    async def reconcile(self) -> int:
        """Have a worker look again for the rows in doubt; return how many."""
        return await repairs.reconcile(self._journal, self.name)

    async def delete(self) -> int:
        """Forget it whole; return how many rows it had. Loading its file again sends it again."""
        return await repairs.delete(self._journal, self.name)

    async def rows(self, *states: State) -> AsyncIterator[Entry]:
        """Yield the rows in the order of their source, all or those at *states*."""
        last = (-1, "")
        while True:
            where = (ROWS.c.campaign == self.name) & (ROWS.c.account == self.account)
            where &= sa.tuple_(ROWS.c.number, ROWS.c.key) > last
            if states:
                where &= ROWS.c.state.in_(states)
            found: list[Entry] = await self._database.read(entries(where, _PAGE))
            for entry in found:
                yield entry
            if len(found) < _PAGE:
                return
            last = (found[-1].number, found[-1].key)


def _digest(source: Source, template: str, region: str) -> str:
    """Return what tells whether the same file was loaded before; empty: that cannot be told."""
    content = digest_of(source)
    return content and hashlib.sha256(f"{content}\n{region}\n{template}".encode()).hexdigest()
