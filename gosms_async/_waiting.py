"""Waiting until a message has its final status."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from ._models import Message
from .core.errors import CallError
from .core.polling import poll
from .core.tasks import give_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@attrs.define
class WaitTimeoutError(CallError):
    """The time is over and the message has no final status; 2 ("sent") may be the last it gets."""

    last: Message | None = attrs.field(default=None, kw_only=True)
    """The message as last seen, None if no look succeeded."""


class Waits:
    """The waits of one client; whatever it learns of a message ends the waits for that."""

    def __init__(self) -> None:
        self._told: dict[str, list[asyncio.Future[Message]]] = {}

    def learn(self, message: Message) -> None:
        """Tell those who wait for *message*, if its status is final."""
        for told in self._told.get(message.id.lower(), ()) if message.is_final else ():
            if not told.done():
                told.set_result(message)

    async def until_final(
        self,
        id_: str,
        look: Callable[[], Awaitable[Message]],
        timeout: float,  # noqa: ASYNC109 - the public name
    ) -> Message:
        """Return the message once *look*, or somebody else, saw its status to be final."""
        told: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._told.setdefault(id_.lower(), []).append(told)
        polling = asyncio.ensure_future(poll(look, timeout))
        try:
            await asyncio.wait((polling, told), return_when=asyncio.FIRST_COMPLETED)
            return told.result() if told.done() else _checked(polling.result(), timeout)
        finally:
            give_up(polling)
            self._forget(id_.lower(), told)

    def _forget(self, id_: str, told: asyncio.Future[Message]) -> None:
        self._told[id_].remove(told)
        if not self._told[id_]:
            del self._told[id_]


def _checked(last: Message | None, seconds: float) -> Message:
    if last is None or not last.is_final:
        status = "no answer" if last is None else f"status {last.status.name}"
        raise WaitTimeoutError(f"not final after {seconds:g} s: {status}", last=last)
    return last
