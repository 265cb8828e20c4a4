"""A receiver as an ASGI application, without a framework."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Take = Callable[[str, AsyncIterable[bytes], str], Awaitable[int]]


async def answer_asgi(take: Take, scope: Scope, receive: Receive, send: Send) -> None:
    """Give *take* a POST's last path segment, body and content type, and answer its status."""
    if scope["type"] != "http":
        raise RuntimeError(f"a webhook is called by HTTP, not by {scope['type']}")
    status = 405
    if scope["method"] == "POST":
        secret = scope["path"].rpartition("/")[2]
        content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        status = await take(secret, body_of(receive), content_type)
    headers = [(name.encode(), value.encode()) for name, value in headers_of(status, scope).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def headers_of(status: int, scope: Scope) -> dict[str, str]:
    """Return what is answered with *status*; who is refused and still sends is cut off."""
    if status == 204:  # noqa: PLR2004 - which has no body, and so no length
        return {}
    headers = {"content-length": "0"}
    if status == 405:  # noqa: PLR2004 - which has to say what is allowed
        headers["allow"] = "POST"
    if scope.get("http_version", "1.1").startswith("1"):  # later ones know no such header
        headers["connection"] = "close"
    return headers


async def body_of(receive: Receive) -> AsyncIterator[bytes]:
    """Yield the body's chunks; a client that leaves before its end ends it."""
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)
