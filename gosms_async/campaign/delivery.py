"""The way of one row: mark, send, record; and the way of one that a dead attempt left behind."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import contextvars
import itertools
from typing import TYPE_CHECKING, Final

from gosms_async import APIError, AsyncGoSMS, GoSMSError, OutcomeUnknownError
from gosms_async.campaign.accounts import pause, pause_of
from gosms_async.campaign.gate import Gate
from gosms_async.campaign.states import State
from gosms_async.campaign.verdict import Next, verdict_on

if TYPE_CHECKING:
    import datetime as dt

    from gosms_async import SentMessage
    from gosms_async.campaign.database import Database
    from gosms_async.campaign.rows import Entry, Rows
    from gosms_async.campaign.settings import Settings

_SHORT = 0.05  #: seconds between two looks at the own attempts
_TWINS_POLL = 0.5  #: seconds between two looks whether a twin is at its end
# The messages of rows, by database and key, until the database has them: it may be away when they
# are known, and no look of this process, of its next worker either, takes them for anybody's.
_found: Final = collections.defaultdict[str, dict[str, str]](dict)
_asking: contextvars.ContextVar[str] = contextvars.ContextVar("the key of the row being settled")


class Deliverer:
    """Brings rows to their ends, a few at a time; one run of a worker has one."""

    def __init__(self, database: Database, rows: Rows, run: str, settings: Settings) -> None:
        self._database = database
        self._rows = rows
        self._run = run
        self._settings = settings
        self._numbers = itertools.count()
        # By whether a row is of a campaign: a single one waits behind no thousands.
        self._places = {is_of: asyncio.Semaphore(settings.in_flight) for is_of in (True, False)}
        self.gate: Final = Gate(settings.wait_least, settings.wait_most)
        self._found = _found[str(database.url)]
        # The doubts of this run, by mark: their answers may have come after their deadlines.
        self._unknown: dict[str, OutcomeUnknownError] = {}
        self.draining = False  #: no further attempt leaves
        self.in_hand: dict[str, str] = {}  #: the batch of each attempt that may have left, by mark
        self.settling: set[str] = set()  #: the marks of attempts that are being looked for
        self.gosms: AsyncGoSMS

    async def claim(self, sms_id: str) -> bool:
        """Take a message that was found for the row that looks for it, unless it is another's."""
        return await self._claim(_asking.get(), sms_id)

    async def _claim(self, key: str, sms_id: str) -> bool:
        self._found[key] = sms_id
        is_its = await self._rows.claim(key, sms_id)
        del self._found[key]
        return is_its

    async def finish(self, batch: str) -> None:
        """Wait for the ends of the attempts that are being made for rows of *batch*."""
        marks = {mark for mark, its_batch in self.in_hand.items() if its_batch == batch}
        while marks & self.in_hand.keys():  # noqa: ASYNC110 - they end by themselves
            await asyncio.sleep(_SHORT)

    async def deliver(self, entry: Entry) -> None:
        """Send *entry*, which is planned, until it has an end or is in doubt."""
        _asking.set(entry.key)
        while not self.draining:
            await self.gate.enter()
            async with self._places[bool(entry.campaign)]:
                if await self._attempt(entry):
                    return
            if not await self._wait_for_turn(entry):
                return
        await asyncio.Event().wait()  # the batch is not done: the next run goes on with it

    async def settle(self, entry: Entry) -> None:
        """Find out what became of an attempt for *entry*: accepted, planned anew, or unknown."""
        _asking.set(entry.key)
        mark = entry.mark or ""
        self.settling.add(mark)
        try:
            await self._settle(entry, mark)
            self._unknown.pop(mark, None)
        finally:
            self.settling.discard(mark)

    async def _settle(self, entry: Entry, mark: str) -> None:
        found = entry.sms_id or self._found.get(entry.key)
        if found and await self._claim(entry.key, found):
            await self._accept(entry, found, mark, recovered=True)
            return
        if not await self._rows.doubt(entry.key, mark):
            return
        try:
            sent = await self._look_for(entry, mark)
        except OutcomeUnknownError:
            await self._rows.give_up(entry.key, mark)
            return
        if sent is not None:
            await self._accept(entry, sent.id, mark, recovered=True)
        elif not await self._rows.replan(entry.key, mark):
            await self._rows.give_up(entry.key, mark)

    async def _look_for(self, entry: Entry, mark: str) -> SentMessage | None:
        timeout, own = self._settings.recover_timeout, self._unknown.get(mark)
        if own is not None:
            with contextlib.suppress(OutcomeUnknownError):  # as when the machine slept meanwhile
                sent: SentMessage | None = await own.resolve(timeout)
                return sent
        return await self.gosms.recover(entry.draft, since=entry.began, timeout=timeout)

    async def _attempt(self, entry: Entry) -> bool:
        """Mark and send *entry*; True: this row needs no further attempt of ours."""
        begun = asyncio.get_running_loop().time()
        since = await self._server_time()
        if since is None or self.draining:
            return False
        mark = f"{self._run}.{next(self._numbers)}"
        self.in_hand[mark] = entry.batch
        try:
            if not await self._rows.mark(entry, mark, since):
                return False
            if asyncio.get_running_loop().time() - begun > self._settings.send_timeout:
                await self._rows.replan(entry.key, mark)  # others may take it for a dead one's soon
                return False
            return await self._send(entry, mark)
        finally:
            del self.in_hand[mark]

    async def _server_time(self) -> dt.datetime | None:
        """Return the server's clock, which any answer of it tells; None if none came."""
        try:
            return await self.gosms.server_time()
        except APIError:
            return await self.gosms.server_time()
        except GoSMSError as error:
            self.gate.close(str(error))
            return None

    async def _send(self, entry: Entry, mark: str) -> bool:
        try:
            sent = await self._sent(entry)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged and stored
            return await self._judge(entry, mark, error)
        self.gate.passed()
        await self._accept(entry, sent.id, mark, recovered=sent.recovered)
        return True

    async def _accept(self, entry: Entry, sms_id: str, mark: str, *, recovered: bool) -> None:
        self._found[entry.key] = sms_id
        await self._rows.accept(entry.key, mark, sms_id, recovered=recovered)
        del self._found[entry.key]

    async def _sent(self, entry: Entry) -> SentMessage:
        # `send` would warn of a doubtful text each time; loading has counted them.
        (result,) = [each async for each in self.gosms.send_many([entry.draft])]
        if result.sent is None:
            raise result.error or AssertionError("a result is one of both")
        return result.sent

    async def _judge(self, entry: Entry, mark: str, error: Exception) -> bool:
        verdict = verdict_on(error)
        if isinstance(error, OutcomeUnknownError):
            self._unknown[mark] = error
        if verdict.next is Next.DOUBT:
            return await self._rows.doubt(entry.key, mark, verdict.reason)
        if verdict.next is Next.REFUSE:
            return await self._rows.refuse(entry.key, mark, verdict.code, verdict.reason)
        if verdict.next is Next.PAUSE:
            await pause(self._database, entry.account, verdict.reason, verdict.code)
        else:
            self.gate.close(verdict.reason)
        await self._rows.replan(entry.key, mark, verdict.reason)
        return False

    async def _wait_for_turn(self, entry: Entry) -> bool:
        """Wait for what kept *entry* from its attempt; False: it has had another one."""
        now = await self._rows.one(entry.key)
        if now is None or now.state is not State.PLANNED:
            return False
        if await pause_of(self._database, entry.account):
            await asyncio.sleep(self._settings.pause_poll)
        elif self.gate.is_open:
            await asyncio.sleep(_TWINS_POLL)
        return True
