"""Waiting until messages have their final status: one walk of the list serves all who wait."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import attrs

from ._models import Message
from .core.errors import APIError, CallError, UnreadableResponseError
from .core.session import loop_time
from .core.tasks import give_up

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

    from ._models import MessagePage

    Get = Callable[[str], Awaitable[Message]]
    Pages = Callable[[], AsyncGenerator[MessagePage, None]]

_PAUSES: Final = (0.5, 1.0, 2.0, 3.0)  #: seconds between looks; then the last one for ever
_FEW: Final = 3  #: messages that cost no more than a page when they are asked for one by one
_BARREN: Final = 5  #: pages without one that is waited for, after which a walk is given up
_MOST_BY_ID: Final = 20  #: messages asked for one by one in a look; the others have their turn


@attrs.define
class WaitTimeoutError(CallError):
    """The time is over and the message has no final status; 2 ("sent") may be the last it gets."""

    last: Message | None = attrs.field(default=None, kw_only=True)
    """The message as last seen, None if no look succeeded."""


@attrs.define(eq=False, repr=False)
class _Waited:
    """A message that is waited for."""

    id: str
    last: Message | None = None
    told: list[asyncio.Future[Message]] = attrs.field(factory=list)

    def tell(self, outcome: Message | Exception) -> None:
        """End the waits for it."""
        for told in self.told:
            if told.done():
                continue
            if isinstance(outcome, Message):
                told.set_result(outcome)
            else:
                told.set_exception(outcome)


class Waits:
    """
    The waits of one client; whatever it learns of a message ends the waits for that.

    All share their looks: a few messages are asked for by id, thousands by one walk of the list.
    A look is followed by a pause as long as itself at least: half of the limit is left to others.
    """

    def __init__(self) -> None:
        self._waited: dict[str, _Waited] = {}
        self._looking: asyncio.Task[None] | None = None
        self._joined = asyncio.Event()

    def learn(self, messages: Iterable[Message]) -> None:
        """Take note of how far *messages* are; those that are final end the waits for them."""
        if not self._waited:
            return
        for message in messages:
            waited = self._waited.get(message.id.lower())
            if waited:
                waited.last = message
                if message.is_final:
                    waited.tell(message)

    async def until_final(
        self,
        id_: str,
        timeout: float,  # noqa: ASYNC109 - the public name
        get: Get,
        pages: Pages,
    ) -> Message:
        """Return the message once somebody saw its status to be final; *get* and *pages* learn."""
        waited = self._waited.setdefault(id_.lower(), _Waited(id_))
        told: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        waited.told.append(told)
        self._joined.set()
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look_for_ever(get, pages))
        try:
            async with asyncio.timeout(timeout):
                return await told
        except TimeoutError:
            raise _too_late(waited.last, timeout) from None
        finally:
            self._leave(waited, told)

    def _leave(self, waited: _Waited, told: asyncio.Future[Message]) -> None:
        waited.told.remove(told)
        if not waited.told:
            del self._waited[waited.id.lower()]
        if not self._waited and self._looking is not None:
            give_up(self._looking)
            self._looking = None

    async def _look_for_ever(self, get: Get, pages: Pages) -> None:
        pauses = iter(_PAUSES)
        while True:
            self._joined.clear()
            began = loop_time()
            try:
                await self._look(get, pages)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait hear of it
                self._fail(self._waited, error)
            if await self._pause(next(pauses, _PAUSES[-1]), at_least=loop_time() - began):
                pauses = iter(_PAUSES)

    async def _pause(self, seconds: float, at_least: float) -> bool:
        """Wait for the next look, which one who joins hastens; tell whether one has."""
        await asyncio.sleep(max(_PAUSES[0], at_least))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds - max(_PAUSES[0], at_least)):
                await self._joined.wait()
        return self._joined.is_set()

    async def _look(self, get: Get, pages: Pages) -> None:
        missing = set(self._waited)
        if len(missing) > _FEW:
            with contextlib.suppress(CallError):  # by id it may succeed, or fail for good
                await self._walk(missing, pages)
        for key in [key for key in self._waited if key in missing][:_MOST_BY_ID]:
            if key in self._waited:
                self._waited[key] = self._waited.pop(key)  # the last, next time
                await self._ask(self._waited[key], get)

    async def _walk(self, missing: set[str], pages: Pages) -> None:
        """Take out of *missing* what the newest pages show."""
        barren = 0
        async with contextlib.aclosing(pages()) as walk:
            async for page in walk:
                before = len(missing)
                missing.difference_update(message.id.lower() for message in page.items)
                barren += len(missing) == before
                if barren >= min(_BARREN, len(missing)):
                    return

    async def _ask(self, waited: _Waited, get: Get) -> None:
        try:
            await get(waited.id)
        except CallError as error:
            if not error.passing:
                alone = isinstance(error, UnreadableResponseError) or _is_gone(error)
                self._fail([waited.id.lower()] if alone else self._waited, error)

    def _fail(self, keys: Iterable[str], error: Exception) -> None:
        for key in keys:
            if key in self._waited:
                self._waited[key].tell(error)


def _is_gone(error: CallError) -> bool:
    return isinstance(error, APIError) and error.gone


def _too_late(last: Message | None, seconds: float) -> WaitTimeoutError:
    status = "no answer" if last is None else f"status {last.status.name}"
    return WaitTimeoutError(f"not final after {seconds:g} s: {status}", last=last)
