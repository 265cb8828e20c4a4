"""
A FastAPI service that signs people up by one-time codes and tells them of their orders.

    python examples/fastapi_service.py

Without GOSMS_TOKEN it talks to the emulator, whose address it prints; PORT is its own.

A code is worth nothing when it comes late, so it is sent at once or not at all. A notice of an
order is stored, and sent by a worker: once, whatever dies in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import secrets
import signal
from typing import TYPE_CHECKING, Annotated

import uvicorn
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Path, Request
from local_account import account
from otp import Codes

from gosms_async import AsyncGoSMS, GoSMSError, Message, MessageStatus, RateLimit, SentMessage
from gosms_async.campaign import ChangedError, Journal, Outbox, Settings, Worker
from gosms_async.fastapi import (
    GoSMS,
    MessageText,
    PhoneNumber,
    exception_handlers,
    lifespan,
    webhook_router,
)
from gosms_async.webhooks import Receiver, Router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)

api, news, codes = APIRouter(), Router(), Codes()


def outbox_of(request: Request) -> Outbox:
    outbox: Outbox = request.app.state.outbox
    return outbox


OutboxOfApp = Annotated[Outbox, Depends(outbox_of)]
OrderNumber = Annotated[int, Path(ge=1, le=10**12)]


@api.post("/signup")
async def sign_up(phone: Annotated[PhoneNumber, Body(embed=True)], gosms: GoSMS) -> SentMessage:
    """Send a code to a phone."""
    code = codes.issue(phone)
    if code is None:
        raise HTTPException(429, "a code was sent a moment ago", {"Retry-After": "60"})
    try:
        return await gosms.send(phone, f"Your code is {code}")
    except GoSMSError as error:
        if not error.may_have_been_sent:
            codes.withdraw(phone)
        raise


@api.post("/signup/confirm", status_code=204)
async def confirm(
    phone: Annotated[PhoneNumber, Body()], code: Annotated[str, Body(max_length=6)]
) -> None:
    """Take the code that the phone's owner has typed."""
    if not codes.check(phone, code):
        raise HTTPException(403, "no such code")


@api.put("/orders/{order}/notices/{name}", status_code=202)
async def notify(
    order: OrderNumber,
    name: str,
    phone: Annotated[PhoneNumber, Body()],
    text: Annotated[MessageText, Body(max_length=250)],
    outbox: OutboxOfApp,
) -> dict[str, str | None]:
    """Tell a customer something about an order; asked for twice, it is one SMS."""
    try:
        entry = await outbox.enqueue(phone, f"Order {order}: {text}", key=f"{order} {name}")
    except ChangedError as error:
        raise HTTPException(409, "this notice has another text or phone") from error
    return {"state": entry.state, "id": entry.sms_id}


@api.get("/orders/{order}/notices/{name}")
async def notice(order: OrderNumber, name: str, outbox: OutboxOfApp) -> dict[str, str | None]:
    """Show what became of a notice."""
    entry = await outbox.get(f"{order} {name}")
    if entry is None:
        raise HTTPException(404, "no such notice")
    return {"state": entry.state, "id": entry.sms_id}


@api.get("/messages/{message_id}")
async def message(
    message_id: Annotated[str, Path(pattern="^[0-9a-fA-F]{24}$")], gosms: GoSMS
) -> Message:
    """Show a message as the account knows it."""
    return await gosms.get(message_id)


@news.on(MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED, MessageStatus.SEND_FAILED)
async def over(message: Message) -> None:
    """Hear of each message's end by webhook."""
    print(f"{message.id} {message.status.name}", flush=True)


@contextlib.asynccontextmanager
async def everything(app: FastAPI) -> AsyncIterator[None]:
    """Open what the service needs, and close it in the end: the worker finishes its sends."""
    async with Journal() as journal, journal.limit_store() as store:
        limit = RateLimit(store=store)  # one for client and worker: GoSMS counts both together
        async with (
            Worker(journal, rate_limit=limit, settings=Settings(batches=20)),  # of one SMS each
            lifespan(app, functools.partial(AsyncGoSMS, rate_limit=limit)),
            Receiver(app.state.gosms, news, secret=SECRET) as app.state.receiver,
        ):
            app.state.outbox = Outbox(journal)
            news.on()(journal.learn)
            yield


app = FastAPI(lifespan=everything, exception_handlers=exception_handlers)
app.include_router(api)
app.include_router(webhook_router(lambda app: app.state.receiver), prefix="/gosms")


async def main(port: int) -> None:
    """Serve until SIGINT or SIGTERM; what was begun is finished first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn, when it is done, raises its own again
    config = uvicorn.Config(
        app,
        port=port,
        log_level="warning",
        timeout_keep_alive=75,  # longer than callers and proxies keep an idle connection
        timeout_graceful_shutdown=40,  # longer than a send may take
    )
    async with account(webhook=f"http://127.0.0.1:{port}/gosms/{SECRET}"):
        print(f"service   http://127.0.0.1:{port}/docs", flush=True)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(os.environ.get("PORT", "8000"))))
