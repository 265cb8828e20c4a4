"""What is stored of one SMS, and the changes of its state."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from gosms_async import Draft
from gosms_async.campaign import changes
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS
from gosms_async.text import mask_phone, matching_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gosms_async.campaign.database import Database

_BATCH = 50  #: rows that a worker takes at a time
_DRAFT = tuple(field.name for field in attrs.fields(Draft))


@attrs.frozen(kw_only=True)
class Entry:
    """One SMS of a campaign or of the outbox."""

    key: str
    account: str
    campaign: str
    batch: str
    number: int  #: of the row in its source
    phone: str = attrs.field(repr=mask_phone)
    text: str = attrs.field(repr=False)
    device_id: str | None = None
    to_sim: int | None = None
    callback_id: str | None = None
    state: State = attrs.field(default=State.PLANNED, converter=State)
    mark: str | None = None
    turn: str | None = attrs.field(default=None, repr=False)
    since: float | None = None
    sms_id: str | None = None
    recovered: bool = False
    code: int | None = None
    error: str | None = None
    status: int | None = None
    changed_at: float = 0.0

    @property
    def draft(self) -> Draft:
        """What is to be sent."""
        return Draft(
            phone_number=self.phone,
            message=self.text,
            device_id=self.device_id,
            to_sim=self.to_sim,
            callback_id=self.callback_id,
        )

    @property
    def is_given_up(self) -> bool:
        """Whether it is in doubt, and nobody looks for it any more."""
        return self.state is State.UNKNOWN and self.turn is None

    @property
    def began(self) -> dt.datetime:
        """The server's clock before the attempt that may be on the way."""
        return dt.datetime.fromtimestamp(self.since or 0.0, dt.UTC)

    @property
    def payload(self) -> str:
        """A digest of what is to be sent: the same key with another one is a mistake."""
        draft = json.dumps(attrs.astuple(self.draft), ensure_ascii=False)
        return hashlib.sha256(draft.encode()).hexdigest()

    @property
    def twins(self) -> str:
        """What sends have in common that a look cannot tell apart."""
        twins = f"{self.phone}\n{matching_key(self.text)}"
        return hashlib.sha256(twins.encode()).hexdigest()


_FIELDS = [ROWS.c[field.name] for field in attrs.fields(Entry)]


def entries(where: sa.ColumnElement[bool], limit: int | None = None) -> Any:
    """Return a function that reads the entries of which *where* is true, in their order."""
    query = sa.select(*_FIELDS).where(where).order_by(ROWS.c.number, ROWS.c.key).limit(limit)

    def ask(connection: sa.Connection) -> list[Entry]:
        return [Entry(**row) for row in connection.execute(query).mappings()]

    return ask


def values_of(entry: Entry) -> dict[str, Any]:
    """Return the columns of a new row."""
    columns = attrs.asdict(entry)
    return columns | {"payload": entry.payload, "state": str(entry.state)}


def look_for(connection: sa.Connection, entry: Entry) -> bool:
    """Note that *entry*, which was given up, is looked for again; False: a twin is on its way."""
    values = {"the_key": entry.key, "changed_at": time.time(), "turn": entry.twins}
    try:
        with connection.begin_nested():
            return connection.execute(changes.LOOK_FOR, values).rowcount > 0
    except exc.IntegrityError:
        return False


def in_batches(rows: Sequence[Entry]) -> Iterator[tuple[str, Sequence[Entry]]]:
    """Yield *rows* as workers take them, each lot with a new name."""
    for at in range(0, len(rows), _BATCH):
        yield uuid.uuid4().hex, rows[at : at + _BATCH]


class Rows:
    """The changes of state; each is one statement, and true only if the row was as expected."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_batch(self, batch: str, *states: State) -> Sequence[Entry]:
        """Return the rows of *batch* that are at one of *states*."""
        where = (ROWS.c.batch == batch) & ROWS.c.state.in_(states)
        found: list[Entry] = await self._database.read(entries(where))
        return found

    async def one(self, key: str) -> Entry | None:
        """Return the row of *key*."""
        found: list[Entry] = await self._database.read(entries(ROWS.c.key == key))
        return found[0] if found else None

    async def mark(self, entry: Entry, mark: str, since: dt.datetime) -> bool:
        """
        Note that an attempt is about to leave; only then it may.

        False: another attempt was made, the account is paused, or a twin is on its way.
        """
        stamp = since.timestamp()
        return await self._alone(changes.MARK, entry.key, mark=mark, since=stamp, turn=entry.twins)

    async def replan(self, key: str, mark: str, error: str | None = None) -> bool:
        """Note that the attempt is known not to have been accepted: it is made again."""
        return await self._do(changes.REPLAN, key, the_mark=mark, error=error)

    async def accept(self, key: str, mark: str, sms_id: str, *, recovered: bool) -> bool:
        """Note that GoSMS has it; another row's claim on the message leaves a doubt."""
        given = {"sms_id": sms_id, "recovered": recovered}
        if await self._alone(changes.ACCEPT, key, the_mark=mark, **given):
            return True
        return await self.doubt(key, mark, "its message counts as another row's")

    async def refuse(self, key: str, mark: str, code: int | None, error: str) -> bool:
        """Note that GoSMS refused it."""
        return await self._do(changes.REFUSE, key, the_mark=mark, code=code, error=error)

    async def doubt(self, key: str, mark: str, error: str | None = None) -> bool:
        """Note that it is not known what became of the attempt; its twins go on waiting."""
        return await self._do(changes.DOUBT, key, the_mark=mark, error=error)

    async def give_up(self, key: str, mark: str) -> bool:
        """Note that looking did not show what became of it; its twins wait no longer."""
        return await self._do(changes.GIVE_UP, key, the_mark=mark)

    async def claim(self, key: str, sms_id: str) -> bool:
        """Take a message for *key*; False: it is another row's."""
        return await self._alone(changes.CLAIM, key, sms_id=sms_id)

    async def _alone(self, change: sa.Update, key: str, **values: Any) -> bool:
        """Change a row to what no other row may be; False also if one is."""
        try:
            return await self._do(change, key, **values)
        except exc.IntegrityError:
            return False

    async def _do(self, change: sa.Update, key: str, **values: Any) -> bool:
        parameters = {"the_key": key, "changed_at": time.time(), **values}

        def act(connection: sa.Connection) -> int:
            return connection.execute(change, parameters).rowcount

        return await self._database.write(act) > 0
