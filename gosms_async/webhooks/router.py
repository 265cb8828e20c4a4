"""What to do when a message reaches a status."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from gosms_async import Message, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

Handler = Callable[[Message], Awaitable[object]]
H = TypeVar("H", bound=Handler)

_log = logging.getLogger(__name__)


class Router:
    """
    Handlers by status.

        router = Router()

        @router.on(MessageStatus.DELIVERED)
        async def delivered(message: Message) -> None: ...

    Each is given the message as the API tells it, once per status, in the order in which the
    message was seen to reach them; one that GoSMS passed through between two looks is not seen.
    What a handler raises is logged. They are called one after the other, and the next look waits
    for them: leave long work to a task or a queue.
    """

    def __init__(self) -> None:
        self._handlers: list[tuple[Sequence[MessageStatus], Handler]] = []

    def on(self, *statuses: MessageStatus) -> Callable[[H], H]:
        """Call the decorated coroutine function at one of *statuses*; without any, at each."""

        def register(handler: H) -> H:
            self._handlers.append((statuses, handler))
            return handler

        return register

    async def tell(self, message: Message) -> None:
        """Call, one after the other, the handlers of the status of *message*."""
        for statuses, handler in self._handlers:
            if statuses and message.status not in statuses:
                continue
            (failure,) = await asyncio.gather(_call(handler, message), return_exceptions=True)
            if failure is not None:  # be it a cancel: it ends no other handler and no look
                fields = {"id": message.id}
                _log.error("a webhook's handler failed", exc_info=failure, extra=fields)


async def _call(handler: Handler, message: Message) -> None:
    await handler(message)
