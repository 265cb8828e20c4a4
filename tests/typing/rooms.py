"""The rooms as type checkers see them; this file is never run."""

from typing import assert_type

from aiohttp import web
from fastapi import APIRouter, FastAPI

from gosms_async import AsyncGoSMS, Message, MessageStatus, SentMessage, TransportError
from gosms_async import aiohttp as in_aiohttp
from gosms_async import fastapi as in_fastapi
from gosms_async.listeners import Listener, LoggingListener, add_listener
from gosms_async.problems import Problem, problem_of
from gosms_async.routing import DeviceRouter, Route, Routed
from gosms_async.webhooks import Receiver, Router, ids_in

router = Router()


@router.on(MessageStatus.DELIVERED)
async def delivered(message: Message) -> str:
    """Handlers may return anything, and keep their type."""
    return message.id


async def webhooks(gosms: AsyncGoSMS, message: Message) -> None:
    """A receiver is a context manager, and behind it a handler stays what it was."""
    assert_type(await delivered(message), str)
    async with Receiver(gosms, router, secret="s" * 16) as receiver:
        assert_type(receiver, Receiver)
        assert_type(receiver.dropped, int)
    assert_type(ids_in(b""), list[str])


async def rooms(app: FastAPI, request: web.Request, dependency: in_fastapi.GoSMS) -> None:
    """Each framework gives the client by its type."""
    assert_type(dependency, AsyncGoSMS)
    assert_type(request.app[in_aiohttp.GOSMS], AsyncGoSMS)
    assert_type(in_fastapi.webhook_router(lambda _: app.state.receiver), APIRouter)
    async with in_fastapi.lifespan(app, lambda: AsyncGoSMS("token")):
        assert_type(problem_of(TransportError("away")), Problem)


async def routing(gosms: AsyncGoSMS) -> None:
    """A router tells the way that an SMS took."""
    routed = await DeviceRouter([Route(name="a", gosms=gosms)]).send("79161234567", "hi")
    assert_type(routed, Routed)
    assert_type(routed.sent, SentMessage)


def listeners() -> None:
    """A listener is anything that follows the base class."""
    listener: Listener = LoggingListener()
    add_listener(listener)
