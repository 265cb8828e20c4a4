"""Takes the calls of webhooks, answers at once, and has the messages they hint at looked up."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
from typing import TYPE_CHECKING, Final, Self

from gosms_async import RateLimit
from gosms_async.webhooks.access_log import hidden
from gosms_async.webhooks.asgi import answer_asgi
from gosms_async.webhooks.ids import MAX_BODY, ids_in, may_hold_ids
from gosms_async.webhooks.looks import Looks

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from gosms_async import AsyncGoSMS
    from gosms_async.webhooks.asgi import Receive, Scope, Send
    from gosms_async.webhooks.router import Router

_SECRET: Final = re.compile(r"[A-Za-z0-9._~-]{16,}")  # what no server spells in another way
_READ_WITHIN: Final = 5.0  #: seconds for a whole body
_BUDGET: Final = RateLimit(5)  #: looks per second, half of what the API allows


class Receiver:
    """
    Takes the calls of GoSMS's webhooks (GoSMS API documentation: Webhooks).

    Nothing signs them and their form is not documented, so a call is but a hint: the ids in it
    are looked up with `get` and the *router* is told of every message that has come further.
    Waits of the same client for that message end at once.

    The address to enter in the panel ends in the *secret*, which the access logs of uvicorn and
    aiohttp then show as `***`; a proxy in front has a log of its own. Use it as an async context
    manager, and give it calls by `receive`; it is an ASGI application too.

    Args:
        gosms: The client that reads the messages.
        router: Receives each message that has changed.
        secret: The last segment of the path, 16 letters, digits or -._~ or more; keep it like a
            password.
        budget: Looks per second, so that a flood of calls takes no more of the API than that.
        backlog: Ids that may wait for a look; beyond that the oldest is dropped, and the newest
            is looked at first: what a flood drowns is what was there before it.
        memory: Messages whose last status is remembered, to know repeats and steps back.

    Raises:
        ValueError: The secret is too short, or has other characters.
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
        if not _SECRET.fullmatch(secret):
            raise ValueError("secret: at least 16 letters, digits or -._~")
        if backlog < 1 or memory < 1:
            raise ValueError("backlog and memory: 1 or more")
        self._secret = secret
        self._looks = Looks(gosms, router, budget=budget, backlog=backlog, memory=memory)
        self._open = contextlib.ExitStack()

    @property
    def dropped(self) -> int:
        """Ids that a full backlog has pushed out."""
        return self._looks.dropped

    async def __aenter__(self) -> Self:
        self._open.enter_context(hidden(self._secret))
        self._looks.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self, *, grace: float = 5.0) -> None:
        """Take no more calls and look for *grace* seconds at most at what is left."""
        with self._open:
            await self._looks.aclose(grace)

    async def settled(self) -> None:
        """Wait until no hint waits for its look, and all handlers have been called."""
        await self._looks.settled()

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
        if not hmac.compare_digest(secret.encode(errors="replace"), self._secret.encode()):
            return 404
        if not self._looks.is_open:
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
            self._looks.add(message_id)
        return 204

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call as an ASGI application; mount it where the panel's address points."""
        await answer_asgi(self.receive, scope, receive, send)


async def _read(body: AsyncIterable[bytes]) -> bytes | None:
    """Return the whole body, None if it is longer than any hint need be."""
    content = bytearray()
    async for chunk in body:
        content += chunk
        if len(content) > MAX_BODY:
            return None
    return bytes(content)
