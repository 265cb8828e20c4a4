"""
An aiohttp service that sends order notices and shows what became of them.

    python examples/aiohttp_service.py

Without GOSMS_TOKEN it talks to the emulator, whose address it prints; PORT is its own.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from typing import TYPE_CHECKING

from aiohttp import web
from local_account import account

from gosms_async.aiohttp import GOSMS, answer_problems, cleanup_ctx, webhook_handler
from gosms_async.webhooks import Receiver, Router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gosms_async import Message

SECRET = os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32)
RECEIVER = web.AppKey("receiver", Receiver)
STATUSES = web.AppKey("statuses", dict[str, list[str]])


async def receive_webhooks(app: web.Application) -> AsyncIterator[None]:
    """Keep a receiver open, which stands on the client."""
    router = Router()

    @router.on()
    async def keep(message: Message) -> None:
        app[STATUSES].setdefault(message.id, []).append(message.status.name)

    async with Receiver(app[GOSMS], router, secret=SECRET) as app[RECEIVER]:
        yield


async def notify(request: web.Request) -> web.Response:
    """`POST /orders/N/notice {"phone": …, "text": …}`."""
    order = request.match_info["order"]
    try:
        asked = await request.json()
        sent = await request.app[GOSMS].send(asked["phone"], f"Order {order}: {asked['text']}")
    except (KeyError, TypeError, ValueError) as error:
        raise web.HTTPUnprocessableEntity(text=type(error).__name__) from error
    return web.json_response({"id": sent.id, "recovered": sent.recovered})


async def statuses(request: web.Request) -> web.Response:
    """`GET /messages/ID`: the statuses that webhooks told of."""
    return web.json_response(request.app[STATUSES].get(request.match_info["id"], []))


def make_app() -> web.Application:
    """Make the service."""
    app = web.Application(middlewares=[answer_problems])
    app[STATUSES] = {}
    app.cleanup_ctx.extend([cleanup_ctx(), receive_webhooks])
    app.router.add_post("/orders/{order:\\d+}/notice", notify)
    app.router.add_get("/messages/{id}", statuses)
    app.router.add_post("/gosms/{secret}", webhook_handler(lambda app: app[RECEIVER]))
    return app


async def main(port: int) -> None:
    """Serve until SIGINT or SIGTERM; what was begun is finished first."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with account(webhook=f"http://127.0.0.1:{port}/gosms/{SECRET}"):
        runner = web.AppRunner(make_app(), shutdown_timeout=40)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            print(f"service   http://127.0.0.1:{port}", flush=True)
            await stopped.wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(os.environ.get("PORT", "8001"))))
