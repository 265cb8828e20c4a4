"""The FastAPI room: lifespan, dependency, webhooks and error answers."""

import contextlib

import httpx
import pytest
from fastapi import FastAPI

from gosms_async import AsyncGoSMS, Message, SentMessage
from gosms_async.emulator import Emulator
from gosms_async.fastapi import (
    DraftBody,
    GoSMS,
    exception_handlers,
    gosms_of,
    lifespan,
    webhook_router,
)
from gosms_async.webhooks import Receiver, Router

ID = "6654a4e8f1527149588c89f2"
SECRET = "s" * 32
DRAFT = {"phone_number": "79161234567", "message": "hi"}


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
def make(emulator):
    return lambda: AsyncGoSMS("dev", transport=httpx.ASGITransport(app=emulator.app))


def service(**settings):
    app = FastAPI(exception_handlers=exception_handlers, **settings)

    @app.post("/sms")
    async def send(draft: DraftBody, gosms: GoSMS) -> SentMessage:
        return await gosms.send(draft.phone_number, draft.message)

    @app.get("/sms/{message_id}")
    async def get(message_id: str, gosms: GoSMS) -> Message:
        return await gosms.get(message_id)

    return app


@contextlib.asynccontextmanager
async def client_of(app):
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as http,
    ):
        yield http


async def test_the_lifespan_alone_keeps_a_client_open(emulator, monkeypatch):
    """By default it is made from the environment."""
    async with emulator:
        monkeypatch.setenv("GOSMS_TOKEN", "dev")
        monkeypatch.setenv("GOSMS_BASE_URL", emulator.base_url)
        app = service(lifespan=lifespan)
        async with client_of(app) as http:
            sent = (await http.post("/sms", json=DRAFT)).json()
            message = (await http.get(f"/sms/{sent['id']}")).json()
            gosms = app.state.gosms

    assert (message["phone_number"], message["text"]) == ("79161234567", "hi")
    assert gosms._session._dispatcher.closed
    assert not hasattr(app.state, "gosms")


async def test_the_lifespan_is_entered_within_another(make):
    steps = []

    @contextlib.asynccontextmanager
    async def mine(app):
        async with lifespan(app, make):
            steps.append(app.state.gosms)
            yield
        steps.append("after")

    async with client_of(service(lifespan=mine)) as http:
        assert (await http.post("/sms", json=DRAFT)).status_code == 200

    assert steps[1:] == ["after"]


async def test_the_client_is_a_dependency_that_tests_can_replace(make):
    app = service()
    async with make() as gosms:
        app.dependency_overrides[gosms_of] = lambda: gosms
        async with client_of(app) as http:
            assert (await http.post("/sms", json=DRAFT)).status_code == 200


async def test_without_a_lifespan_the_developer_is_told():
    async with client_of(service()) as http:
        with pytest.raises(RuntimeError, match="lifespan="):
            await http.post("/sms", json=DRAFT)


@pytest.mark.parametrize(
    ("fault", "mode", "status", "may_have_been_sent"),
    [("blocked", "verify", 503, False), ("drop_after", "raise", 202, True)],
)
async def test_an_error_becomes_a_sound_answer(emulator, fault, mode, status, may_have_been_sent):
    emulator.fail(fault, p=1)

    def make():
        transport = httpx.ASGITransport(app=emulator.app)
        return AsyncGoSMS("dev", transport=transport, on_unknown=mode)

    app = service(lifespan=lambda app: lifespan(app, make))
    async with client_of(app) as http:
        answer = await http.post("/sms", json=DRAFT)

    assert answer.status_code == status
    assert answer.json()["may_have_been_sent"] is may_have_been_sent
    assert ("retry-after" in answer.headers) is (status == 503)


async def test_a_webhook_is_received(make, router, router_told):
    @contextlib.asynccontextmanager
    async def mine(app):
        async with (
            lifespan(app, make),
            Receiver(app.state.gosms, router, secret=SECRET) as app.state.receiver,
        ):
            yield

    app = service(lifespan=mine)
    app.include_router(webhook_router(lambda app: app.state.receiver), prefix="/gosms")
    async with client_of(app) as http:
        sent = (await http.post("/sms", json=DRAFT)).json()
        statuses = [
            (await http.request(method, f"/gosms/{secret}", content=content)).status_code
            for method, secret, content in [
                ("POST", SECRET, sent["id"].encode()),
                ("POST", "wrong", b""),
                ("POST", SECRET, b" " * 16385),
                ("GET", SECRET, b""),
            ]
        ]
        await app.state.receiver.settled()

    assert statuses == [204, 404, 413, 405]
    assert router_told == [0]
    assert "/gosms/{secret}" not in app.openapi()["paths"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"phone_number": "x"},
        {"phone_number": "1"},
        {"message": "`"},
        {"message": ""},
        {"to_sim": 0},
        {"device_id": "x"},
    ],
)
async def test_a_draft_that_cannot_be_sent_is_a_fault_of_the_request(make, emulator, wrong):
    async with client_of(service(lifespan=lambda app: lifespan(app, make))) as http:
        answer = await http.post("/sms", json=DRAFT | wrong if wrong else {})

    assert answer.status_code == 422
    assert emulator.requests == []


def test_the_openapi_shows_drafts_and_messages():
    schemas = service().openapi()["components"]["schemas"]

    assert {"Draft", "Message", "SentMessage"} <= set(schemas)


async def test_a_receiver_is_an_application_to_mount(make, router, router_told):
    app = FastAPI()
    async with make() as gosms, Receiver(gosms, router, secret=SECRET) as receiver:
        app.mount("/hooks", receiver)
        sent = await gosms.send("79161234567", "hi")
        async with client_of(app) as http:
            answer = await http.post(f"/hooks/{SECRET}", json={"id": sent.id})
        await receiver.settled()

    assert (answer.status_code, router_told) == (204, [0])
    assert isinstance(router, Router)
