"""A message cannot be deleted in its first 5 minutes."""

import asyncio

import httpx
import pytest
from verbs import DELETE, error

from gosms_async import APIError, AsyncGoSMS, NotFoundError
from gosms_async.emulator import Emulator

pytestmark = pytest.mark.virtual_time


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
async def gosms(emulator):
    async with AsyncGoSMS("dev", transport=httpx.ASGITransport(app=emulator.app)) as client:
        yield client


async def test_an_early_delete_says_how_long_to_wait(gosms):
    sent = await gosms.send("79161234567", "hi")

    with pytest.raises(APIError) as caught:
        await gosms.delete(sent.id)

    assert caught.value.retry_after == pytest.approx(301, abs=2)


async def test_a_rest_shorter_than_the_deadline_is_waited_for(gosms, emulator, monkeypatch):
    sent = await gosms.send("79161234567", "hi")
    emulator.clock.advance(seconds=290)

    async def sleep(seconds):
        emulator.clock.advance(seconds=seconds)

    monkeypatch.setattr("gosms_async._deleting.asyncio.sleep", sleep)
    await gosms.delete(sent.id)

    with pytest.raises(NotFoundError):
        await gosms.get(sent.id)


async def test_asking_how_long_to_wait_ends_on_the_deadline_of_the_delete():
    """It is refused after 6 s, and then nobody says how old the message is."""

    async def handler(request):
        await asyncio.sleep(6 if request.method == "DELETE" else 1000)
        return error(400, 1010)

    loop = asyncio.get_running_loop()
    async with AsyncGoSMS("t", transport=httpx.MockTransport(handler), timeout=10) as gosms:
        began = loop.time()
        with pytest.raises(APIError) as caught:
            await DELETE.call(gosms)

        assert loop.time() - began == pytest.approx(10)
    assert (caught.value.code, caught.value.retry_after) == (1010, None)
