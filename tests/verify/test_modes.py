"""What a send does when no clear answer came, by `on_unknown`."""

import httpx
import pytest

from gosms_async import AsyncGoSMS, ServerError
from gosms_async.emulator import Emulator

pytestmark = pytest.mark.virtual_time

PHONE = "79161234567"


@pytest.fixture
def emulator():
    return Emulator(window=None)


@pytest.fixture
async def gosms(emulator):
    async with AsyncGoSMS("dev", transport=httpx.ASGITransport(app=emulator.app)) as client:
        yield client


async def test_a_message_stored_behind_a_500_is_found(gosms, emulator):
    emulator.fail("500_after", times=1)

    sent = await gosms.send(PHONE, "hi")

    (stored,) = emulator.messages()
    assert (sent.id, sent.recovered, sent.attempts) == (stored.id, True, 1)


async def test_a_500_that_stored_nothing_is_repeated(gosms, emulator):
    emulator.fail("500_before", times=1)

    sent = await gosms.send(PHONE, "hi")

    (stored,) = emulator.messages()
    assert (sent.id, sent.recovered, sent.attempts) == (stored.id, False, 2)


async def test_a_500_for_ever_is_known_not_to_be_sent(gosms, emulator):
    emulator.fail("500_before", times=3)

    with pytest.raises(ServerError) as caught:
        await gosms.send(PHONE, "hi")

    assert (caught.value.may_have_been_sent, len(emulator.messages())) == (False, 0)


async def test_a_server_whose_clock_runs_faster_hides_no_message():
    """Sixty times as fast: what was stored behind the 500 is found, not sent again."""
    emulator = Emulator(clock="x60", window=None)
    emulator.fail("500_after", times=1)
    async with AsyncGoSMS("dev", base_url="http://127.0.0.1/v1", transport=emulator.transport) as g:
        sent = await g.send(PHONE, "hi")

    assert [message.id for message in emulator.messages()] == [sent.id]
