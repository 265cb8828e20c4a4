"""The aiohttp room: a client per application, webhooks and error answers, on a real server."""

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gosms_async import AsyncGoSMS
from gosms_async.aiohttp import GOSMS, answer_problems, cleanup_ctx, webhook_handler
from gosms_async.emulator import Emulator
from gosms_async.webhooks import Receiver

SECRET = "s" * 32
JSON = {"Content-Type": "application/json"}
RECEIVER = web.AppKey("receiver", Receiver)


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
async def client(emulator, router):
    """A client of an application that sends."""

    async def send(request):
        sent = await request.app[GOSMS].send("79161234567", "hi")
        return web.json_response({"id": sent.id})

    async def receiving(app):
        async with Receiver(app[GOSMS], router, secret=SECRET) as app[RECEIVER]:
            yield

    app = web.Application(middlewares=[answer_problems])
    transport = httpx.ASGITransport(app=emulator.app)
    app.cleanup_ctx.append(cleanup_ctx(lambda: AsyncGoSMS("dev", transport=transport)))
    app.cleanup_ctx.append(receiving)
    app.router.add_post("/send", send)
    app.router.add_post("/gosms/{secret}", webhook_handler(lambda app: app[RECEIVER]))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_application_has_a_client_until_it_ends(client, emulator):
    answer = await client.post("/send")

    assert (await answer.json())["id"] == emulator.assert_sent(1)[0].id
    gosms = client.app[GOSMS]
    await client.close()
    assert gosms._session._dispatcher.closed


async def test_an_error_becomes_a_sound_answer(client, emulator):
    emulator.fail("429_storm", p=1, retry_after=99)

    answer = await client.post("/send")

    assert (answer.status, answer.headers["Retry-After"]) == (429, "99")
    assert (await answer.json())["may_have_been_sent"] is False


@pytest.mark.parametrize(
    ("method", "secret", "size", "status"),
    [
        ("POST", SECRET, 0, 204),
        ("POST", "wrong", 0, 404),
        ("POST", SECRET, 16385, 413),
        ("GET", SECRET, 0, 405),
    ],
)
async def test_calls_of_webhooks_are_answered(client, method, secret, size, status):
    answer = await client.request(method, f"/gosms/{secret}", data=b" " * size, headers=JSON)

    assert answer.status == status


async def test_a_webhook_is_received(client, emulator, router_told):
    await client.post("/send")
    sent = emulator.assert_sent(1)[0]

    await client.post(f"/gosms/{SECRET}", json={"deep": [{"id": sent.id}]})
    await client.app[RECEIVER].settled()

    assert router_told == [0]
