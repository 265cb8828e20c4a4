"""What `recover` says of a send whose process died."""

import asyncio
import datetime as dt

import pytest
from shelf import Shelf, client

from gosms_async import Draft, OutcomeUnknownError, Verify

pytestmark = pytest.mark.virtual_time

DRAFT = Draft(phone_number="+7 916 000-00-00", message="hi")
PHONE = "79160000000"


def seconds_ago(shelf, seconds):
    return shelf.now - dt.timedelta(seconds=seconds)


async def test_the_message_is_found():
    shelf = Shelf()
    async with client(shelf) as gosms:
        stored = shelf.put(PHONE, "hi", age=20)

        sent = await gosms.recover(DRAFT, since=seconds_ago(shelf, 21), timeout=5)

    assert (sent.id, sent.attempts, sent.recovered) == (stored, 1, True)


async def test_one_that_is_older_than_the_send_is_another():
    """The margin is 3 s: clocks may be apart by as much."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        shelf.put(PHONE, "hi", age=25)

        with pytest.raises(
            OutcomeUnknownError, match="outcome unknown: it was not found"
        ) as caught:
            await gosms.recover(DRAFT, since=seconds_ago(shelf, 20), timeout=5)

    assert caught.value.may_have_been_sent


@pytest.mark.parametrize(
    ("age", "is_known"), [(140, False), (160, True), (290, True), (310, False)]
)
async def test_absence_is_known_when_it_can_no_longer_come_and_not_yet_be_deleted(age, is_known):
    """Its request left within 30 s, the client's timeout, and is worked on for 120 s at most."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        recovering = gosms.recover(DRAFT, since=seconds_ago(shelf, age), timeout=5)

        if is_known:
            assert await recovering is None
        else:
            with pytest.raises(OutcomeUnknownError):
                await recovering


async def test_it_waits_until_the_send_is_settled():
    shelf = Shelf()
    async with client(shelf, on_unknown=Verify(settle_lost=20), timeout=10) as gosms:
        begun = asyncio.get_running_loop().time()

        assert await gosms.recover(DRAFT, since=shelf.now, timeout=60) is None

        assert 30 <= asyncio.get_running_loop().time() - begun < 37


async def test_it_leaves_the_line_of_twins_to_a_send_between_looks():
    """A recovery that looks for a minute holds up no send of the same text."""
    shelf = Shelf(stores=False, status=429)
    async with client(shelf) as gosms:
        recovering = asyncio.ensure_future(
            gosms.recover(DRAFT, since=seconds_ago(shelf, 5), timeout=60)
        )
        await asyncio.sleep(3)
        begun = asyncio.get_running_loop().time()

        await asyncio.gather(gosms.send(PHONE, "hi"), return_exceptions=True)

        assert asyncio.get_running_loop().time() - begun < 30
        recovering.cancel()
        await asyncio.gather(recovering, return_exceptions=True)
