"""From recipients to stored rows: every row is checked, and all are stored or none."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import time
from typing import TYPE_CHECKING

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gosms_async.campaign.errors import CampaignError, ChangedError, Problem, RowsError
from gosms_async.campaign.recipients import phone_of
from gosms_async.campaign.rows import Entry, in_batches, values_of
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import CAMPAIGNS, ROWS
from gosms_async.phones import international
from gosms_async.text import doubtful, segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gosms_async.campaign.engine import Queue
    from gosms_async.campaign.recipients import Row
    from gosms_async.campaign.template import Template

_AT_ONCE = 500  #: rows looked up and stored at a time
_SHOWN = 100  #: problems kept; the rest is counted


@attrs.define(kw_only=True)
class Loaded:
    """What became of the rows of a source."""

    rows: int = 0  #: that are part of the campaign
    new: int = 0  #: of these, stored now; the others were before
    left_out: int = (
        0  #: rows of the campaign, still planned, whose recipients are not in the source
    )
    skipped: int = 0  #: without a number that can exist
    repeated: int = 0  #: of a recipient who had a row before
    parts: int = 0  #: SMS parts of all rows, which the operator charges
    unicode: int = 0  #: rows that go out as UCS-2
    doubtful: int = 0  #: rows with characters that GoSMS may refuse
    first_text: str = attrs.field(default="", repr=False)
    problems: list[Problem] = attrs.field(factory=list)  #: the first of what was skipped


class Loader:
    """Stores the rows of one source in one transaction."""

    def __init__(self, campaign: str, account: str, template: Template, region: str) -> None:
        self._campaign = campaign
        self._account = account
        self._template = template
        self._region = region
        self._first_rows: dict[str, int] = {}
        self._wrong: list[Problem] = []
        self._wrong_total = 0
        self.loaded: Loaded = Loaded()

    def check(self, connection: sa.Connection, rows: Iterable[Row]) -> Loaded:
        """
        Read all rows and store nothing.

        Raises:
            RowsError: Rows that the template cannot fill, or whose text cannot be sent.
            ChangedError: A recipient has a row with another text in this campaign.
        """
        entries = self._entries(rows, self._salt(connection))
        while some := list(itertools.islice(entries, _AT_ONCE)):
            self.loaded.new += len(self._fresh(connection, some))
        return self._complete(connection)

    def store(
        self, connection: sa.Connection, rows: Iterable[Row], queue: Queue, source: str
    ) -> Loaded:
        """
        Store what is not stored yet, and queue it.

        Raises:
            RowsError, ChangedError: As `check`.
        """
        self._make(connection)
        entries = self._entries(rows, self._salt(connection))
        while some := list(itertools.islice(entries, _AT_ONCE)):
            fresh = self._fresh(connection, some)
            for batch, entries_of_it in in_batches(fresh):
                values = [values_of(attrs.evolve(each, batch=batch)) for each in entries_of_it]
                connection.execute(sa.insert(ROWS), values)
                queue.put(connection, self._account, batch)
            self.loaded.new += len(fresh)
        where = CAMPAIGNS.c.name == self._campaign
        connection.execute(sa.update(CAMPAIGNS).where(where).values(source=source))
        return self._complete(connection)

    def _complete(self, connection: sa.Connection) -> Loaded:
        self._refuse_wrong()
        where = (ROWS.c.campaign == self._campaign) & (ROWS.c.state == State.PLANNED)
        planned = connection.execute(sa.select(ROWS.c.phone).where(where)).scalars()
        self.loaded.left_out = sum(phone not in self._first_rows for phone in planned)
        return self.loaded

    def _make(self, connection: sa.Connection) -> None:
        """Make the campaign where it is missing."""
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        new = {"name": self._campaign, "account": self._account, "created_at": time.time()}
        made = insert(CAMPAIGNS).values(**new, salt=secrets.token_hex(16), source="")
        connection.execute(made.on_conflict_do_nothing())

    def _salt(self, connection: sa.Connection) -> str:
        """Open the campaign for this transaction alone; of one that is not there it is empty."""
        query = sa.select(CAMPAIGNS.c.account, CAMPAIGNS.c.salt).with_for_update()
        found = connection.execute(query.where(CAMPAIGNS.c.name == self._campaign)).first()
        if found is not None and found.account != self._account:
            raise CampaignError(f"campaign {self._campaign!r} belongs to another account")
        return found.salt if found else ""

    def _fresh(self, connection: sa.Connection, some: list[Entry]) -> list[Entry]:
        keys = [entry.key for entry in some]
        query = sa.select(ROWS.c.key, ROWS.c.payload).where(ROWS.c.key.in_(keys))
        stored = {row.key: row.payload for row in connection.execute(query)}
        for entry in some:
            before = stored.get(entry.key)
            if before and before != entry.payload:  # empty: it was purged
                raise ChangedError(
                    f"row {entry.number}: this recipient has another text in campaign "
                    f"{self._campaign!r}; cancel what is planned of it, and give a new campaign "
                    "a name of its own"
                )
        return [entry for entry in some if entry.key not in stored]

    def _entries(self, rows: Iterable[Row], salt: str) -> Iterator[Entry]:
        now = time.time()
        for number, row in rows:
            phone = self._phone(number, row)
            text = self._text(number, row) if phone else None
            if phone and text and not self._wrong:
                self._count(text)
                yield Entry(
                    key=hashlib.sha256(f"{salt}\n{phone}".encode()).hexdigest(),
                    account=self._account,
                    campaign=self._campaign,
                    batch="",
                    number=number,
                    phone=phone,
                    text=text,
                    changed_at=now,
                )

    def _phone(self, number: int, row: dict[str, str]) -> str | None:
        """Return the number to send to; None: there is none, or it has a row already."""
        written = phone_of(row)
        if written is None:
            self._note_wrong(number, "no field of the phone number; call it phone")
            return None
        phone = international(written, self._region)
        if phone is None:
            self.loaded.skipped += 1
            self._note_skipped(number, "no phone number" if not written else "not a phone number")
        elif self._first_rows.setdefault(phone, number) != number:
            self.loaded.repeated += 1
            self._note_skipped(number, f"repeats row {self._first_rows[phone]}")
            return None
        return phone

    def _text(self, number: int, row: dict[str, str]) -> str | None:
        try:
            return self._template.fill(row)
        except ValueError as error:
            self._note_wrong(number, str(error))
            return None

    def _count(self, text: str) -> None:
        counted, loaded = segments(text), self.loaded
        loaded.first_text = loaded.first_text or text
        loaded.rows += 1
        loaded.parts += counted.count
        loaded.unicode += counted.encoding == "UCS-2"
        loaded.doubtful += bool(doubtful(text))

    def _note_skipped(self, number: int, reason: str) -> None:
        if len(self.loaded.problems) < _SHOWN:
            self.loaded.problems.append(Problem(number, reason))

    def _note_wrong(self, number: int, reason: str) -> None:
        self._wrong_total += 1
        if len(self._wrong) < _SHOWN:
            self._wrong.append(Problem(number, reason))

    def _refuse_wrong(self) -> None:
        if self._wrong:
            raise RowsError(tuple(self._wrong), self._wrong_total)
