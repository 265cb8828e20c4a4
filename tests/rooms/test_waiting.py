"""A wait ends when anybody who uses the client sees the message's end."""

import asyncio

import httpx
import pytest

from gosms_async import MessageStatus

ID = "6654a4e8f1527149588c89f2"


def message(status):
    fields = {"id": ID, "message": "hi", "phone_number": "79161234567", "time_create": 1716812679}
    return httpx.Response(200, json={**fields, "status": status})


@pytest.mark.virtual_time
@pytest.mark.parametrize("seen_as", [ID, ID.upper()])
async def test_a_look_of_somebody_else_ends_the_wait(gosms, api, seen_as):
    """A webhook's receiver is such a one; the wait itself would look again after 0.5 s."""
    route = api.post("/sms/get").mock(side_effect=[message(2), message(4)])
    waiting = [asyncio.ensure_future(gosms.wait(ID, timeout=60)) for _ in range(2)]
    waiting[1].cancel()
    await asyncio.sleep(0.1)
    began = asyncio.get_running_loop().time()

    await gosms.get(seen_as)

    assert (await waiting[0]).status is MessageStatus.DELIVERED
    assert asyncio.get_running_loop().time() == began
    assert route.call_count == 2


@pytest.mark.virtual_time
async def test_a_look_that_sees_no_end_ends_no_wait(gosms, api):
    route = api.post("/sms/get").mock(side_effect=[message(1), message(2), message(4)])
    waiting = asyncio.ensure_future(gosms.wait(ID, timeout=60))
    await asyncio.sleep(0.1)

    await gosms.get(ID)
    await asyncio.sleep(0.1)

    assert not waiting.done()
    assert (await waiting).is_final
    assert route.call_count == 3


@pytest.mark.virtual_time
async def test_nothing_is_kept_of_waits_that_are_over(gosms, api):
    api.post("/sms/get").mock(return_value=message(4))

    await gosms.wait(ID, timeout=1)

    assert gosms._waits._waited == {}
