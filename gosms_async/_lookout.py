"""Looks for messages in the account's list, one look for all who look at the same time."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from . import _endpoints, _wire
from ._models import Message
from .core.errors import CallError
from .core.session import loop_time
from .core.walk import Walk

if TYPE_CHECKING:
    from ._models import MessagePage
    from .core.answer import Answer
    from .core.session import Session

_PAGE = 100  #: messages, the most that a page may hold
_PHONES_BY_NAME = 3  #: searches that cost no more than a walk of the newest messages
LOOK_TIMEOUT = 10.0  #: seconds for a page
_SLACK = dt.timedelta(seconds=5)  #: by which a page's order by time may be wrong


@attrs.frozen
class Look:
    """What one look saw."""

    started_at: float  #: loop time
    messages: Sequence[Message]  #: at least all those to the phone created since the time asked for
    is_complete: bool = True  #: False: the list counted more messages than it showed


@attrs.frozen(eq=False, repr=False)
class _Wanted:
    phone_number: str
    since: dt.datetime | None
    found: asyncio.Future[Look]


class Lookout:
    """
    Answers "which messages to this phone are there?" with the fewest requests.

    Those who ask while a look is under way wait for the next one, which serves them all: a few
    phones are searched for by number, many by one walk of the newest messages.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wanted: list[_Wanted] = []
        self._rounds: asyncio.Task[None] | None = None
        self._newest_first = True

    @property
    def heard(self) -> Answer | None:
        """The newest answer of the server, which tells its clock."""
        return self._session.heard

    @property
    def call_timeout(self) -> float:
        """Seconds that a send may take; so late may the last request of one leave."""
        return self._session.timeout

    async def look(self, phone_number: str, since: dt.datetime | None) -> Look:
        """
        Return the messages to *phone_number* created *since*, possibly with others.

        Raises:
            CallError: The look failed: that says nothing about the messages.
        """
        found: asyncio.Future[Look] = asyncio.get_running_loop().create_future()
        self._wanted.append(_Wanted(phone_number, since, found))
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.ensure_future(self._serve())
        return await found

    async def _serve(self) -> None:
        while self._wanted:
            waiting, self._wanted = self._wanted, []
            try:
                if not await self._serve_by_walk(waiting):
                    await self._serve_by_search(waiting)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait hear of it
                _fail(waiting, error)
            finally:
                for each in waiting:
                    each.found.cancel()  # none is left, unless this task itself was ended

    async def _serve_by_search(self, waiting: list[_Wanted]) -> None:
        """Search for each phone by its number."""
        for phone_number in dict.fromkeys(each.phone_number for each in waiting):
            asking = [each for each in waiting if each.phone_number == phone_number]
            try:
                look = await self._read(search=phone_number, since=None)
            except CallError as error:
                _fail(asking, error)
            else:
                _succeed(asking, look)

    async def _serve_by_walk(self, waiting: list[_Wanted]) -> bool:
        """Serve all at once, if that is cheaper and the list is known to be newest first."""
        times = [each.since for each in waiting if each.since is not None]
        phones = {each.phone_number for each in waiting}
        if not self._newest_first or len(phones) <= _PHONES_BY_NAME or len(times) < len(waiting):
            return False
        try:
            look = await self._read(search=None, since=min(times) - _SLACK)
        except CallError as error:
            _fail(waiting, error)
            return True
        if self._newest_first:
            _succeed(waiting, look)
        return self._newest_first

    async def _read(self, *, search: str | None, since: dt.datetime | None) -> Look:
        """Read to the end, or to the first message older than *since* if newest come first."""
        started_at, least = loop_time(), math.inf
        walk, messages = Walk(_PAGE), list[Message]()
        while not walk.done:
            offset = walk.offset
            page = await self._page(offset, search)
            fresh = walk.take([message.id for message in page.items], page.total_records)
            messages.extend(page.items[place] for place in fresh)
            least = min(least, page.total_records)
            if since is not None and messages:
                self._newest_first = _is_newest_first(messages)
                past = messages[-1].created_at < since and walk.offset > offset
                if (past and _has_an_order(messages)) or not self._newest_first:
                    return Look(started_at, messages)
        return Look(started_at, messages, is_complete=len(messages) >= least)

    async def _page(self, offset: int, search: str | None) -> MessagePage:
        query = {"limit": _PAGE, "offset": offset} | ({"search": search} if search else {})
        return await self._session.call(
            _endpoints.LOOK, query=query, read=_wire.read_page, timeout=LOOK_TIMEOUT
        )


def _is_newest_first(messages: list[Message]) -> bool:
    oldest = itertools.accumulate((message.created_at for message in messages), min)
    return all(
        message.created_at <= so_far + _SLACK
        for message, so_far in zip(messages, oldest, strict=True)
    )


def _has_an_order(messages: list[Message]) -> bool:
    """Tell whether they are far enough apart to show an order: a burst is not."""
    return messages[0].created_at > messages[-1].created_at + _SLACK


def _fail(waiting: list[_Wanted], error: Exception) -> None:
    for each in waiting:
        if not each.found.done():
            each.found.set_exception(error)


def _succeed(waiting: list[_Wanted], look: Look) -> None:
    for each in waiting:
        if not each.found.done():
            each.found.set_result(look)
