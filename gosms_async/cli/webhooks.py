"""`gosms webhooks`: hear what GoSMS calls, on this machine."""

import asyncio
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlsplit

from cyclopts import Parameter

from gosms_async import Message
from gosms_async.emulator.server import serving
from gosms_async.webhooks import Receiver, Router
from gosms_async.webhooks.asgi import Receive, Scope, Send, answer_asgi

from .account import THE_ACCOUNT, Account
from .apps import app_of
from .outcome import Exit, StopError
from .records import message_record, message_row
from .show import Json, complain, give, give_json, hide_ctrl_c, say

webhooks: Final = app_of("webhooks")

_VARIABLE: Final = "GOSMS_WEBHOOK_SECRET"  # no flag: others can read the arguments of a process
_TIMEOUT: Final = 10.0  # seconds for who is forwarded to
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@webhooks.command
async def listen(
    *,
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes a free one.")] = 8027,
    host: Annotated[str, Parameter(help="Address to listen on; 0.0.0.0 is all.")] = "127.0.0.1",
    forward_to: Annotated[
        str | None, Parameter(help="Pass each call on to this address as it came.")
    ] = None,
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> None:
    """
    Show each message that GoSMS calls about, as the account tells it.

    The last part of the address is a secret: GOSMS_WEBHOOK_SECRET, or a new one each time.
    """
    if forward_to is not None and urlsplit(forward_to).scheme not in {"http", "https"}:
        raise StopError("--forward-to wants an address that starts with http", Exit.USAGE)
    secret = os.environ.get(_VARIABLE) or secrets.token_urlsafe(16)
    async with (
        account.client() as gosms,
        Receiver(gosms, _router(json=json), secret=secret) as receiver,
    ):
        app = receiver if forward_to is None else Forwarder(receiver, forward_to)
        try:
            async with serving(app, host, port) as found:
                say(f"● listening  http://{host}:{found}/{secret}   Ctrl-C stops", "bold")
                say("  the address for GoSMS: that of a tunnel or a proxy to here, with this end")
                await asyncio.Event().wait()
        except OSError as error:
            raise StopError(f"port {port} of {host} cannot be had: try --port 0") from error
        except asyncio.CancelledError:
            hide_ctrl_c()
            say("stopped")


def _router(*, json: bool) -> Router:
    router = Router()

    @router.on()
    async def show(message: Message) -> None:
        if json:
            give_json(message_record(message))
        else:
            give(*message_row(message))

    return router


class Forwarder:
    """An ASGI application that passes the calls which *receiver* takes on to *address*."""

    def __init__(self, receiver: Receiver, address: str) -> None:
        self._receiver = receiver
        self._address = address
        self._under_way = set[asyncio.Task[None]]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        await answer_asgi(self._take, scope, receive, send)

    async def _take(self, secret: str, body: AsyncIterable[bytes], content_type: str) -> int:
        chunks = list[bytes]()
        status = await self._receiver.receive(secret, _kept(body, chunks), content_type)
        if status < 300:  # noqa: PLR2004 - it was taken
            passing = asyncio.create_task(self._pass_on(b"".join(chunks), content_type))
            self._under_way.add(passing)
            passing.add_done_callback(self._under_way.discard)
        return status

    async def _pass_on(self, body: bytes, content_type: str) -> None:
        """Call *address*; GoSMS has its answer, whatever comes of this."""
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self._address, body, {"content-type": content_type or "application/json"}
        )
        try:
            status = await asyncio.to_thread(_status_of, request)
        except OSError as error:
            complain(f"{self._address}: {error}")
        else:
            say(f"{status} {self._address}")


async def _kept(body: AsyncIterable[bytes], chunks: list[bytes]) -> AsyncIterator[bytes]:
    async for chunk in body:
        chunks.append(chunk)
        yield chunk


def _status_of(request: urllib.request.Request) -> int:
    """Return the HTTP status that *request* is answered with."""
    try:
        with _OPENER.open(request, timeout=_TIMEOUT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
