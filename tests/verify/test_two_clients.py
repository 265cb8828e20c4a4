"""Clients of one account in one process, as a program makes that opens one for each request."""

import asyncio

import pytest
from shelf import Shelf, client

from gosms_async import OutcomeUnknownError

PHONE = "79161234567"

pytestmark = pytest.mark.virtual_time


@pytest.mark.parametrize("second_is_over", [False, True])
async def test_a_lost_send_of_one_is_not_found_in_the_message_of_the_other(second_is_over):
    """Not even if the other client is closed and gone by the time of the look."""
    shelf = Shelf(status=None, stores=False)
    async with client(shelf, timeout=60, on_unknown="raise") as first:
        with pytest.raises(OutcomeUnknownError) as lost:
            await first.send(PHONE, "hi")
        shelf.status, shelf.stores = 200, True
        second = client(shelf, timeout=60)
        sent = await second.send(PHONE, "hi")
        if second_is_over:
            await second.aclose()
            del second

        assert await lost.value.resolve(300) is None
        assert sent.attempts == 1
        if not second_is_over:
            await second.aclose()


async def test_equal_sends_of_two_clients_go_one_at_a_time():
    shelf = Shelf(status=200)
    async with client(shelf) as first, client(shelf) as second:
        sending = [asyncio.ensure_future(each.send(PHONE, "hi")) for each in (first, second)]
        await asyncio.sleep(0.005)
        in_flight = shelf.posts
        await asyncio.gather(*sending)

    assert (in_flight, shelf.posts) == (1, 2)


async def test_an_id_in_other_letters_is_the_same_message():
    shelf = Shelf(status=None, stores=False)
    async with client(shelf, timeout=60, on_unknown="raise") as gosms:
        with pytest.raises(OutcomeUnknownError) as lost:
            await gosms.send(PHONE, "hi")
        shelf.status, shelf.stores, shelf.shouts = 200, True, True
        await gosms.send(PHONE, "hi")

        assert await lost.value.resolve(300) is None
