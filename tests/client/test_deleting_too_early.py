"""A message cannot be deleted in its first 5 minutes."""

import httpx
import pytest

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
