"""
A FastAPI service that signs people up by one-time codes and tells them of their orders.

    python examples/fastapi_service.py

Without GOSMS_TOKEN it talks to the emulator, whose address it prints.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import uvicorn
from fastapi import APIRouter, Body, FastAPI, HTTPException, Path
from local_account import account
from otp import Codes

from gosms_async import AsyncGoSMS, GoSMSError, Message, MessageStatus, SentMessage
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
    from collections.abc import AsyncIterator, Callable

SECRET = os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)

api, news, codes = APIRouter(), Router(), Codes()


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


@api.post("/orders/{order}/notice")
async def notice(
    order: int,
    phone: Annotated[PhoneNumber, Body()],
    text: Annotated[MessageText, Body(max_length=250)],
    gosms: GoSMS,
) -> SentMessage:
    """Tell a customer something about an order."""
    return await gosms.send(phone, f"Order {order}: {text}")


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


def make_app(make: Callable[[], AsyncGoSMS] = AsyncGoSMS) -> FastAPI:
    """Make the service; *make* makes its client."""

    @contextlib.asynccontextmanager
    async def with_receiver(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(app, make), Receiver(app.state.gosms, news, secret=SECRET) as receiver:
            app.state.receiver = receiver
            yield

    app = FastAPI(lifespan=with_receiver, exception_handlers=dict(exception_handlers))
    app.include_router(api)
    app.include_router(webhook_router(lambda app: app.state.receiver), prefix="/gosms")
    return app


async def main(port: int) -> None:
    """Serve until SIGINT or SIGTERM; what was begun is finished first."""
    config = uvicorn.Config(
        make_app(), port=port, log_level="warning", timeout_graceful_shutdown=40
    )
    async with account(webhook=f"http://127.0.0.1:{port}/gosms/{SECRET}"):
        print(f"service   http://127.0.0.1:{port}/docs", flush=True)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
