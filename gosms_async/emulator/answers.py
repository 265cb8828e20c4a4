"""How an answer reaches the client, or fails to."""

from __future__ import annotations

import asyncio
import json
import secrets
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gosms_async.emulator.clock import Clock
    from gosms_async.emulator.faults import Firing

MAX_BODY = 1 << 20  # bytes; the longest message takes a few thousand
NO_ANSWER = "no answer"
BROKEN_ANSWER = "broken answer"

_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
_GARBAGE = b'{"id": "6654a4e8\xff\xfe'


@attrs.define
class Answer:
    """A status and a body to be sent."""

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def json(cls, status: int, content: Any, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Make one of JSON; a 204 has no body."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, headers=headers)


class Channel:
    """One request's way in and out, over a socket or in process."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        # Only a server that owns the socket puts it here (see server.py).
        self._socket = scope.get("state", {}).get("socket")

    async def read(self) -> bytes | None:
        """Return the body, or what came of one that is too long; None when the client has gone."""
        message = await self._receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body", False) and len(body) <= MAX_BODY:
            message = await self._receive()
            body += message.get("body", b"")
        return None if message["type"] == "http.disconnect" else body

    async def stays(self, seconds: float | None, clock: Clock) -> bool:
        """Wait *seconds* (None: for ever), and tell whether the client is still there."""
        gone = asyncio.ensure_future(self._disconnect())
        waits = {gone}
        if seconds is not None:
            waits.add(asyncio.ensure_future(clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            for wait in waits:
                wait.cancel()

    async def _disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def start(self, answer: Answer, clock: Clock) -> None:
        """Send status and headers."""
        raw = [(b"date", _http_date(int(clock.now())))]
        raw += [(name.encode(), value.encode()) for name, value in answer.headers]
        if answer.status != 204:  # noqa: PLR2004 - No Content
            raw.append((b"content-type", answer.media_type.encode()))
            raw.append((b"content-length", str(len(answer.body)).encode()))
        await self._send({"type": "http.response.start", "status": answer.status, "headers": raw})

    async def body(self, piece: bytes, *, more: bool = False) -> None:
        """Send (a piece of) the body."""
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def drop(self) -> None:
        """Break the connection; in process, raise what a break raises there."""
        if self._socket is None:
            import httpx  # noqa: PLC0415 - whoever calls an ASGI app through httpx has it

            raise httpx.ReadError("the emulator dropped the connection")
        self._socket.abort()
        await self._disconnect()


TOO_LARGE = Answer(413, _TOO_LARGE, "text/html", (("connection", "close"),))


@attrs.frozen
class Seen:
    """What the client saw: the HTTP status, if one left, and the same in words."""

    status: int | None
    words: str


NOTHING = Seen(None, NO_ANSWER)


async def deliver(channel: Channel, answer: Answer, firing: Firing, clock: Clock) -> Seen:
    """Send *answer* as far as the faults allow, and tell what the client saw of it."""
    if not firing:
        await channel.start(answer, clock)
        await channel.body(answer.body)
        return Seen(answer.status, str(answer.status))
    if "hang" in firing or "hang_before" in firing:
        await channel.stays(None, clock)
        return NOTHING
    if "drop_after" in firing or "drop_before" in firing:
        await channel.drop()
        return NOTHING
    if "latency" in firing and not await channel.stays(firing.seconds("latency", 1.0), clock):
        return NOTHING
    return await _harmed(channel, _replaced(answer, firing), firing, clock)


def _replaced(answer: Answer, firing: Firing) -> Answer:
    if answer.status >= 400:  # noqa: PLR2004 - a refusal is not harmed further
        return answer
    if "500_after" in firing:
        return error_answer(500, 1000, "Неизвестная ошибка")
    if "html_502" in firing:
        return Answer(502, _BAD_GATEWAY, "text/html")
    if "garbage" in firing:
        return Answer(200, _GARBAGE)
    return answer


async def _harmed(channel: Channel, answer: Answer, firing: Firing, clock: Clock) -> Seen:
    await channel.start(answer, clock)
    whole = "garbage" not in firing
    if "truncate" in firing:
        await channel.body(answer.body[: len(answer.body) // 2], more=True)
        await channel.drop()
        whole = False
    elif "dribble" in firing:
        whole = await _dribble(channel, answer.body, firing, clock) and whole
    else:
        await channel.body(answer.body)
    return Seen(answer.status, str(answer.status) if whole else BROKEN_ANSWER)


async def _dribble(channel: Channel, body: bytes, firing: Firing, clock: Clock) -> bool:
    """Send one byte at a time, and tell whether the client waited for the last."""
    for byte in body:
        await channel.body(bytes((byte,)), more=True)
        if not await channel.stays(firing.seconds("dribble", 0.5), clock):
            return False
    await channel.body(b"")
    return True


def error_answer(
    status: int, code: int, message: str, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Make the error object of the API."""
    errors = {"code": code, "message": message, "hash": secrets.token_hex(6)}
    return Answer.json(status, {"errors": errors}, headers)


@lru_cache(maxsize=1)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
