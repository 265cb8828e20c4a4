"""An emulator whose time stands still, and a plain HTTP client to it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gosms_async.emulator import Emulator

PHONE = "79161234567"


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
def connect():
    """Open a client of an emulator in process; without a token it sends none."""
    clients = []

    def open_(emulator, token="dev"):
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=emulator.app),
            base_url="http://127.0.0.1/v1",
            headers={"authorization": f"Bearer {token}"} if token else {},
        )
        clients.append(client)
        return client

    return open_


@pytest.fixture
def api(emulator, connect):
    return connect(emulator)


@pytest.fixture
def send(api):
    """Send one SMS and return the answer."""

    async def send_(message="hi", phone_number=PHONE, **fields):
        fields = {"message": message, "phone_number": phone_number, **fields}
        return await api.post("/sms/send", json=fields)

    return send_


@pytest.fixture
def until():
    """Wait until something is so that nobody announces."""

    async def until_(condition):
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - looked at from outside, without an event
                await asyncio.sleep(0)

    return until_


@pytest.fixture
async def page(emulator):
    transport = httpx.ASGITransport(app=emulator.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8026", follow_redirects=True
    ) as client:
        yield client
    await emulator.aclose()


@pytest.fixture
def do(emulator, page):
    async def do_(deed, **fields):
        fields = {"page_token": emulator.page_token, **fields}
        return await page.post(f"/do/{deed}", data=fields)

    return do_
