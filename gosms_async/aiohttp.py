"""
GoSMS in aiohttp: one client for as long as the application runs, webhooks, sound error answers.

    app = web.Application(middlewares=[answer_problems])
    app.cleanup_ctx.append(cleanup_ctx())

    async def handler(request):
        await request.app[GOSMS].send(...)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gosms_async import AsyncGoSMS, GoSMSError
from gosms_async.problems import problem_of

try:
    from aiohttp import web
except ImportError as _missing:
    raise ImportError("gosms_async.aiohttp needs: pip install 'gosms-async[aiohttp]'") from _missing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from gosms_async.webhooks import Receiver

GOSMS: Final = web.AppKey("gosms", AsyncGoSMS)
"""Where an application keeps its client."""


def cleanup_ctx(
    make: Callable[[], AsyncGoSMS] = AsyncGoSMS,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return a cleanup context that keeps a client open at `app[GOSMS]`; *make* makes it."""

    async def keep_open(app: web.Application) -> AsyncIterator[None]:
        async with make() as gosms:
            app[GOSMS] = gosms
            yield

    return keep_open


def webhook_handler(
    receiver_of: Callable[[web.Application], Receiver],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """
    Return a handler for `web.post("/gosms/{secret}", ...)`, where the panel's webhook points.

    Args:
        receiver_of: Finds the application's receiver, e.g. `lambda app: app[RECEIVER]`.
    """

    async def receive(request: web.Request) -> web.Response:
        secret, kind = request.match_info["secret"], request.headers.get("Content-Type", "")
        receiver = receiver_of(request.app)
        return web.Response(status=await receiver.receive(secret, request.content.iter_any(), kind))

    return receive


@web.middleware
async def answer_problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer each GoSMSError that a handler raises as `gosms_async.problems` says."""
    try:
        return await handler(request)
    except GoSMSError as error:
        problem = problem_of(error)
        return web.json_response(problem.body, status=problem.status, headers=problem.headers)
