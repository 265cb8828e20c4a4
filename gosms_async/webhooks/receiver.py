"""From a webhook's call to the message it hints at: takes ids at once, looks them up in time."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import TYPE_CHECKING, Final, Self

from gosms_async import GoSMSError, NotFoundError, RateLimit
from gosms_async.core.limits import Limiter
from gosms_async.webhooks.asgi import answer_asgi
from gosms_async.webhooks.ids import MAX_BODY, ids_in, may_hold_ids
from gosms_async.webhooks.progress import Progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterable
    from types import TracebackType

    from gosms_async import AsyncGoSMS
    from gosms_async.webhooks.asgi import Receive, Scope, Send
    from gosms_async.webhooks.router import Router

_SHORTEST_SECRET: Final = 16  #: characters
_READ_WITHIN: Final = 5.0  #: seconds for a whole body
_LOOKS: Final = 3  #: at one id, when looks fail for the moment
_LOOK_AGAIN: Final = 5.0  #: seconds until then
_BUDGET: Final = RateLimit(5)  #: looks per second, half of what the API allows

_log = logging.getLogger(__name__)


class Receiver:
    """
    Takes the calls of GoSMS's webhooks (GoSMS API documentation: Webhooks).

    Nothing signs them and their form is not documented, so a call is but a hint: the ids in it
    are looked up with `get` and the *router* is told of every message that has come further.
    Waits of the same client for that message end at once.

    The address to enter in the panel ends in the *secret*. Use it as an async context manager,
    and give it calls by `receive`; it is an ASGI application too.

    Args:
        gosms: Who looks.
        router: Who is told.
        secret: The last segment of the path, 16 characters or more; keep it like a password.
        budget: Looks per second, so that a flood of calls takes no more of the API than that.
        backlog: Ids that may wait for a look; beyond that the oldest is dropped, and the newest
            is looked at first: what a flood drowns is what was there before it.
        memory: Messages whose last status is remembered, to know repeats and steps back.

    Raises:
        ValueError: The secret is too short.
    """

    def __init__(
        self,
        gosms: AsyncGoSMS,
        router: Router,
        *,
        secret: str,
        budget: RateLimit = _BUDGET,
        backlog: int = 1_000,
        memory: int = 10_000,
    ) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"secret: at least {_SHORTEST_SECRET} characters")
        self._gosms = gosms
        self._router = router
        self._secret = secret.encode()
        self._limiter = Limiter(budget)
        self._backlog = backlog
        self._progress = Progress(memory)
        self._hints: dict[str, int] = {}  # looks made so far, by id; the newest last
        self._hinted = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._looking: asyncio.Task[None] | None = None
        self._later: set[asyncio.TimerHandle] = set()
        self.dropped: int = 0
        """Ids that a full backlog has pushed out."""

    async def __aenter__(self) -> Self:
        self._looking = asyncio.ensure_future(self._look_for_ever())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self, *, grace: float = 5.0) -> None:
        """Take no more calls and look for *grace* seconds at most at what is left."""
        looking, self._looking = self._looking, None
        if looking is None:
            return
        try:
            async with asyncio.timeout(grace):
                await self.settled()
        except TimeoutError:
            _log.warning("hints left", extra={"number": len(self._hints)})
        finally:
            for timer in self._later:
                timer.cancel()
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until no hint waits for its look, and all handlers have been called."""
        await self._idle.wait()

    async def receive(self, secret: str, body: AsyncIterable[bytes], content_type: str = "") -> int:
        """
        Take one call and return the HTTP status to answer; the look comes later.

        Args:
            secret: The last segment of the path it came to.
            body: Read no further than 16 KiB, and for 5 seconds at most.
            content_type: As the call says; any kind of JSON or form.

        Returns:
            204, or 404 for a wrong secret, 408, 413, 415, and 503 while closed.
        """
        if not hmac.compare_digest(secret.encode(errors="replace"), self._secret):
            return 404
        if self._looking is None:
            return 503
        if not may_hold_ids(content_type):
            return 415
        try:
            async with asyncio.timeout(_READ_WITHIN):
                content = await _read(body)
        except TimeoutError:
            return 408
        if content is None:
            return 413
        for message_id in ids_in(content):
            self._take(message_id)
        return 204

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call as an ASGI application; mount it where the panel's address points."""
        await answer_asgi(self.receive, scope, receive, send)

    def _take(self, message_id: str, looks: int = 0) -> None:
        if self._progress.is_over(message_id):
            return
        looks = max(looks, self._hints.pop(message_id, 0))
        if len(self._hints) >= self._backlog:
            del self._hints[next(iter(self._hints))]
            self.dropped += 1
        self._hints[message_id] = looks
        self._idle.clear()
        self._hinted.set()

    async def _look_for_ever(self) -> None:
        while True:
            await self._hinted.wait()
            await self._limiter.acquire("look")
            message_id, looks = self._hints.popitem()
            await self._look(message_id, looks + 1)
            if not self._hints:
                self._hinted.clear()
                self._idle.set()

    async def _look(self, message_id: str, looks: int) -> None:
        try:
            message = await self._gosms.get(message_id)
        except NotFoundError:
            return  # invented, or deleted
        except GoSMSError as error:
            _log.info("a look failed", extra={"id": message_id, "error": type(error).__name__})
            if error.passing and looks < _LOOKS:
                self._look_again(message_id, looks)
            return
        if self._progress.takes(message):
            await self._router.tell(message)

    def _look_again(self, message_id: str, looks: int) -> None:
        def take() -> None:
            self._later.discard(timer)
            self._take(message_id, looks)

        timer = asyncio.get_running_loop().call_later(_LOOK_AGAIN, take)
        self._later.add(timer)


async def _read(body: AsyncIterable[bytes]) -> bytes | None:
    """Return the whole body, None if it is longer than any hint need be."""
    content = b""
    async for chunk in body:
        content += chunk
        if len(content) > MAX_BODY:
            return None
    return content
