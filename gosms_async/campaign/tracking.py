"""What became of accepted messages: one walk of the account's list serves all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import math
import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from gosms_async import (
    AsyncGoSMS,
    GoSMSError,
    Message,
    MessageStatus,
    NotFoundError,
    WaitTimeoutError,
)
from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gosms_async.campaign.database import Database

_MARGIN: Final = dt.timedelta(seconds=60)  #: between the clocks and orders of the list
NO_REPORT: Final = "sent, no report"
_FEW: Final = 3  #: messages that are asked for one by one at no higher price than a page
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
            await _store(database, account, page.items)
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


async def _store(database: Database, account: str, messages: Sequence[Message]) -> None:
    """Store the statuses of one page, of which only some are rows of ours and news."""
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


class Deliveries:
    """
    Waits for the ends of many messages at once, within the limit of requests.

    Thousands of waiters cost one walk of the list every *every* seconds; a few are asked for by
    their ids. A webhook's hint makes the next look come at once.
    """

    def __init__(self, gosms: AsyncGoSMS, *, every: float = 5.0) -> None:
        self._gosms = gosms
        self._every = every
        self._waiting: dict[str, list[asyncio.Future[Message]]] = {}
        self._last: dict[str, Message] = {}
        self._hinted = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    async def wait(self, id: str, *, timeout: float) -> Message:  # noqa: A002, ASYNC109 - as `AsyncGoSMS.wait`
        """
        Return the message once its status is final.

        Raises:
            WaitTimeoutError: It is not after *timeout* seconds; `.last` is how it was last seen.
                "sent" may be its last status where the operator reports no delivery.
        """
        final: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(id, []).append(final)
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._look_for_ever())
        try:
            async with asyncio.timeout(timeout):
                return await final
        except TimeoutError:
            last = self._last.get(id)
            raise WaitTimeoutError(f"not final after {timeout:g} s", last=last) from None
        finally:
            self._forget(id, final)

    def hint(self) -> None:
        """Look now: a webhook has said that something changed."""
        self._hinted.set()

    async def aclose(self) -> None:
        """Look no more."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)

    async def _look_for_ever(self) -> None:
        while self._waiting:
            with contextlib.suppress(GoSMSError):  # the next look may pass
                await self._look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._hinted.wait()
            self._hinted.clear()

    async def _look(self) -> None:
        if len(self._waiting) <= _FEW:
            for each in list(self._waiting):
                with contextlib.suppress(NotFoundError):  # deleted: its waiter has a deadline
                    self._note(await self._gosms.get(each))
            return
        missing = set(self._waiting)
        async for page in self._gosms.messages().pages():
            for message in page.items:
                self._note(message)
                missing.discard(message.id)
            if not missing:
                return

    def _note(self, message: Message) -> None:
        if message.id in self._waiting:
            self._last[message.id] = message
            if message.is_final:
                for final in self._waiting[message.id]:
                    if not final.done():
                        final.set_result(message)

    def _forget(self, id_: str, final: asyncio.Future[Message]) -> None:
        self._waiting[id_].remove(final)
        if not self._waiting[id_]:
            del self._waiting[id_]
            self._last.pop(id_, None)
