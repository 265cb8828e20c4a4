"""An outbox for services: an SMS is stored with the work it belongs to, and sent by a worker."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import exc

from gosms_async import Draft, SentMessage, checked_draft
from gosms_async.campaign import repairs
from gosms_async.campaign.errors import ChangedError, DoubtError, NotSentError
from gosms_async.campaign.rows import Entry, entries, values_of
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS

if TYPE_CHECKING:
    from gosms_async.campaign.journal import Journal

_FIRST_POLL: Final = 0.05  #: seconds between two looks at a row that is waited for
_LAST_POLL: Final = 0.25


class Outbox:
    """
    Takes single SMS for the workers of *account*, each under a key of the caller's.

    What was enqueued is sent once, however often it is enqueued and whatever dies in between.
    """

    def __init__(self, journal: Journal, *, account: str = "default") -> None:
        self._journal = journal
        self._account = account

    async def enqueue(
        self,
        phone_number: str,
        message: str,
        *,
        key: str,
        device_id: str | None = None,
        to_sim: int | None = None,
        callback_id: str | None = None,
    ) -> Entry:
        """
        Store one SMS, to be sent by a worker of this process or another; return how far it is.

        The same key again stores nothing, and returns what became of the first.

        Raises:
            ChangedError: The key is in use for another text or phone.
            ValueError, TypeError: It cannot be sent; the field is named. Nothing was stored.
        """
        draft = Draft(
            phone_number=phone_number,
            message=message,
            device_id=device_id,
            to_sim=to_sim,
            callback_id=callback_id,
        )
        entry = self._entry(draft, key)
        try:
            return await self._journal.database.write(lambda c: self._put(c, entry))
        except exc.IntegrityError:  # another process was first, just now
            return await self._journal.database.write(lambda c: self._put(c, entry))

    def enqueue_in(
        self, connection: sa.Connection, phone_number: str, message: str, *, key: str
    ) -> Entry:
        """
        Store one SMS in the caller's own transaction: it is sent if that is committed.

        *connection* is one of SQLAlchemy, to the journal's database; see `enqueue`.
        """
        draft = Draft(phone_number=phone_number, message=message)
        return self._put(connection, self._entry(draft, key))

    async def send(
        self,
        phone_number: str,
        message: str,
        *,
        ref: str,
        timeout: float = 60.0,  # noqa: ASYNC109 - the caller's word
    ) -> SentMessage:
        """
        Send one SMS durably: `enqueue` it and wait for what becomes of it.

        The same *ref* with the same phone and text returns the stored result, also after a crash.

        Raises:
            ChangedError: *ref* is in use for another text or phone.
            NotSentError: GoSMS refused it, or failed to send it.
            DoubtError: It is not known whether it was sent; `reconcile` has it looked for again.
            TimeoutError: It is still on its way after *timeout* seconds; ask again.
        """
        entry = await self.enqueue(phone_number, message, key=ref)
        poll = _FIRST_POLL
        async with asyncio.timeout(timeout):
            while (sent := _result(entry)) is None:
                await asyncio.sleep(poll)
                poll = min(2 * poll, _LAST_POLL)
                entry = await self._journal.rows.one(entry.key) or entry
        return sent

    async def get(self, key: str) -> Entry | None:
        """Return how far the SMS of *key* is; None: there is none."""
        return await self._journal.rows.one(self._key(key))

    async def reconcile(self, key: str) -> bool:
        """Have a worker look again for the SMS of *key* if it is in doubt; return whether it is."""
        return bool(await repairs.reconcile(self._journal, ROWS.c.key == self._key(key)))

    def _put(self, connection: sa.Connection, entry: Entry) -> Entry:
        found: list[Entry] = entries(ROWS.c.key == entry.key)(connection)
        if not found:
            connection.execute(sa.insert(ROWS).values(values_of(entry)))
            self._journal.queue.put(connection, self._account, entry.batch, single=True)
            return entry
        if found[0].phone and found[0].payload != entry.payload:  # of a purged one nothing is known
            raise ChangedError("this key is in use for another text or phone")
        return found[0]

    def _entry(self, draft: Draft, key: str) -> Entry:
        draft = checked_draft(draft)
        digest = self._key(key)
        return Entry(
            key=digest,
            account=self._account,
            campaign="",
            batch=digest,
            number=0,
            phone=draft.phone_number,
            text=draft.message,
            device_id=draft.device_id,
            to_sim=draft.to_sim,
            callback_id=draft.callback_id,
            changed_at=time.time(),
        )

    def _key(self, key: str) -> str:
        if not key:
            raise ValueError("key: what tells this SMS from all others")
        return hashlib.sha256(f"outbox\n{self._account}\n{key}".encode()).hexdigest()


def _result(entry: Entry) -> SentMessage | None:
    """Return what was sent; None: it is on its way."""
    if entry.state in {State.ACCEPTED, State.DELIVERED}:
        return SentMessage(id=entry.sms_id or "", recovered=entry.recovered)
    if entry.state in {State.REFUSED, State.FAILED}:
        raise NotSentError(entry.error or "the phone did not send it, or it was not delivered")
    if entry.is_given_up:
        raise DoubtError("it is not known whether it was sent; reconcile it")
    return None
