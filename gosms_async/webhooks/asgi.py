"""A receiver as an ASGI application, without a framework."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Take = Callable[[str, AsyncIterable[bytes], str], Awaitable[int]]

_NOT_ALLOWED = 405


async def answer_asgi(take: Take, scope: Scope, receive: Receive, send: Send) -> None:
    """Give *take* a POST's last path segment, body and content type, and answer its status."""
    if scope["type"] != "http":
        raise RuntimeError(f"a webhook is called by HTTP, not by {scope['type']}")
    headers: list[tuple[bytes, bytes]] = [(b"content-length", b"0")]
    if scope["method"] == "POST":
        given = dict(scope["headers"])
        secret = scope["path"].rpartition("/")[2]
        content_type = given.get(b"content-type", b"").decode("latin-1")
        status = await take(secret, _body(receive), content_type)
    else:
        status = _NOT_ALLOWED
        headers.append((b"allow", b"POST"))
    if status == 204:  # noqa: PLR2004 - which has no body, and so no length
        headers.clear()
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)  # a client that has left sends no more
