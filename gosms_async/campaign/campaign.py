"""A campaign: one text with fields, to many recipients, once to each."""

from __future__ import annotations

import asyncio
import collections
import hashlib
import itertools
from typing import TYPE_CHECKING, Final

import attrs
import sqlalchemy as sa

from gosms_async.campaign import forgetting, repairs
from gosms_async.campaign.loading import Loaded, Loader
from gosms_async.campaign.recipients import digest_of, rows_of
from gosms_async.campaign.rows import Entry, entries
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS
from gosms_async.campaign.template import Template

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gosms_async.campaign.journal import Journal
    from gosms_async.campaign.recipients import Row, Source

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
    settling: int = 0  #: of the unknown ones, those that a worker still looks for
    recovered: int = 0  #: accepted, though the answer was lost

    @property
    def total(self) -> int:
        """All rows."""
        return sum(getattr(self, state) for state in State)

    @property
    def left(self) -> int:
        """Rows that a worker has still something to do for."""
        return self.planned + self.sending + self.settling


class Campaign:
    """
    The campaign *name* of *journal*; it is there from its first `load` on.

    Args:
        name: Each recipient has one row in a campaign, however often its file is loaded.
        journal: Where it is kept.
        account: The account it is sent from, by the name that its workers use.
    """

    def __init__(self, name: str, journal: Journal, *, account: str = "default") -> None:
        if not name:  # what the outbox's rows have
            raise ValueError("name: a campaign has one")
        self.name = name
        self.account = account
        self._journal = journal
        self._database = journal.database

    async def load(
        self,
        source: Source,
        template: str,
        *,
        region: str = "RU",
        limit: int | None = None,
        dry_run: bool = False,
    ) -> Loaded:
        """
        Check every row of *source*, then store all that are new; workers begin with them at once.

        Args:
            source: A CSV, XLSX or JSON Lines file, or an iterable of mappings.
            template: The text, its fields in braces.
            region: The country of numbers without a country code, ISO 3166.
            limit: Only so many rows from the beginning.
            dry_run: Store nothing; of what is returned, `new` would be.

        Raises:
            RowsError: Rows lack a field, or their text cannot be sent. Nothing was stored.
            ChangedError: A recipient has another text in this campaign. Nothing was stored.
            CampaignError: The file cannot be read, or the database be used.
            ValueError: The template is wrong in itself.
        """
        loader = Loader(self.name, self.account, Template(template), region)
        if dry_run:
            return await self._database.read(lambda c: loader.check(c, _some(source, limit)))
        if await self.is_loaded(source, template, region=region, limit=limit):
            return Loaded(rows=(await self.counts()).total)
        digest, queue = _digest(source, template, region, limit), self._journal.queue
        return await self._database.write_alone(
            lambda connection: loader.store(connection, _some(source, limit), queue, digest)
        )

    async def is_loaded(
        self, source: Source, template: str, *, region: str = "RU", limit: int | None = None
    ) -> bool:
        """Whether this very file was the last to be loaded; of an iterable that is not known."""
        query = sa.select(CAMPAIGNS.c.source).where(
            CAMPAIGNS.c.name == self.name, CAMPAIGNS.c.account == self.account
        )
        last = await self._database.read(lambda connection: connection.execute(query).scalar())
        return bool(last) and last == _digest(source, template, region, limit)

    async def counts(self) -> Counts:
        """Return how many rows are at each state."""
        looked_for = ROWS.c.turn.is_not(None).label("looked_for")
        query = (
            sa.select(ROWS.c.state, ROWS.c.recovered, looked_for, sa.func.count().label("rows"))
            .where(ROWS.c.campaign == self.name, ROWS.c.account == self.account)
            .group_by(ROWS.c.state, ROWS.c.recovered, looked_for)
        )
        found = await self._database.read(lambda connection: connection.execute(query).all())
        counted = collections.Counter[str]()
        for row in found:
            counted[row.state] += row.rows
            counted["recovered"] += row.rows if row.recovered else 0
            counted["settling"] += row.rows if row.looked_for and row.state == "unknown" else 0
        return Counts(**counted)

    async def wait(self) -> Counts:
        """Wait until workers have brought every row as far as they can, and return where."""
        while (counts := await self.counts()).left:  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(_POLL)
        return counts

    async def retry(self, *states: State) -> int:
        """
        Plan the rows at *states*, by default refused and failed ones, once more; return how many.

        Rows at "unknown" may be sent twice by that: reconcile first.

        Raises:
            ValueError: Rows at one of *states* have not ended badly.
        """
        return await repairs.retry(self._journal, self.name, states or _RETRIED)

    async def reconcile(self) -> int:
        """
        Have a worker look again for the rows in doubt that were given up.

        Returns:
            How many rows are looked for now: these, and what is at "sending" or not yet given up.
            A worker takes up what a dead one left there; a living one may just be sending it.
        """
        return await repairs.reconcile(self._journal, ROWS.c.campaign == self.name)

    async def cancel(self) -> int:
        """Refuse the rows that are still planned; return how many. `retry` plans them again."""
        return await repairs.cancel(self._journal, self.name)

    async def delete(self) -> int:
        """Forget it whole; return how many rows it had. Loading its file again sends it again."""
        return await forgetting.delete(self._database, self.name)

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


def _some(source: Source, limit: int | None) -> Iterator[Row]:
    return itertools.islice(rows_of(source), limit)


def _digest(source: Source, template: str, region: str, limit: int | None) -> str:
    """Return what tells whether the same file was loaded before; empty: that cannot be told."""
    content = digest_of(source)
    load = f"{content}\n{region}\n{limit}\n{template}"
    return content and hashlib.sha256(load.encode()).hexdigest()
