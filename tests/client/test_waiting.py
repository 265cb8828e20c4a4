"""Thousands wait for the ends of their messages by a few looks at the list."""

import asyncio
import collections

import pytest

from gosms_async import (
    AsyncGoSMS,
    AuthenticationError,
    MessageStatus,
    NotFoundError,
    TransportError,
    UnreadableResponseError,
    WaitTimeoutError,
)
from gosms_async.emulator import Emulator
from gosms_async.emulator.clock import Clock
from gosms_async.emulator.plan import DELIVERY, DELIVERY_ERROR, NO_REPORT, SEND_ERROR, STUCK

pytestmark = pytest.mark.virtual_time

ENDS = {
    DELIVERY: MessageStatus.DELIVERED,
    DELIVERY_ERROR: MessageStatus.DELIVERY_FAILED,
    SEND_ERROR: MessageStatus.SEND_FAILED,
}


class LoopClock(Clock):
    """The emulated world lives by the clock of the test's loop."""

    def now(self):
        return 1_767_225_600 + asyncio.get_running_loop().time()


@pytest.fixture
async def emulator():
    return Emulator(clock=LoopClock())


@pytest.fixture
async def gosms(emulator):
    transport = emulator.transport
    async with AsyncGoSMS("t", base_url="http://127.0.0.1/v1", transport=transport) as client:
        yield client


def stored(emulator, *plans):
    """Store a message of each plan and return their ids."""
    account, ids = emulator.account("t"), []
    for plan in plans:
        message = account.store(
            "79161234567", f"hi {len(ids)}", device_id="", to_sim=None, callback_id=""
        )
        message.plan = plan
        ids.append(message.id)
    return ids


def asked(emulator):
    """Count the requests that came in, by endpoint; each was within the API's limit."""
    assert {each.status for each in emulator.requests} <= {200, 404}
    return collections.Counter(each.endpoint for each in emulator.requests)


async def test_two_thousand_wait_by_a_few_walks_of_the_list(gosms, emulator):
    """Each learns the end of its own; twenty pages hold them all."""
    plans = [*ENDS] * 667
    ids = stored(emulator, *plans)

    ended = await asyncio.gather(*(gosms.wait(each, timeout=60) for each in ids))

    assert [message.id for message in ended] == ids
    assert [message.status for message in ended] == [ENDS[plan] for plan in plans]
    assert asked(emulator)["list"] <= 4 * 21
    assert asked(emulator)["get"] == 0


async def test_what_has_no_end_says_how_it_was_last_seen_at_its_own_deadline(gosms, emulator):
    ids = stored(emulator, *[NO_REPORT, STUCK] * 50)
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def late(id_, seconds):
        with pytest.raises(WaitTimeoutError) as caught:
            await gosms.wait(id_, timeout=seconds)
        assert loop.time() - began == pytest.approx(seconds, abs=0.001)
        return caught.value.last.status

    seen = await asyncio.gather(*(late(id_, 10 + n) for n, id_ in enumerate(ids)))

    assert seen == [MessageStatus.SENT, MessageStatus.WAITING] * 50
    assert gosms._waits._waited == {}


async def test_one_that_was_deleted_ends_its_own_wait_alone(gosms, emulator):
    ids = stored(emulator, *[DELIVERY] * 200)
    emulator.find(ids[7]).deleted = True

    ended = await asyncio.gather(
        *(gosms.wait(each, timeout=60) for each in ids), return_exceptions=True
    )

    assert isinstance(ended.pop(7), NotFoundError)
    assert {message.status for message in ended} == {MessageStatus.DELIVERED}


async def test_one_who_gives_up_disturbs_nobody(gosms, emulator):
    """The first, whose wait began the looks, and a second one for a message of another."""
    ids = stored(emulator, *[DELIVERY] * 10)
    waiting = [asyncio.ensure_future(gosms.wait(each, timeout=60)) for each in [*ids, ids[-1]]]
    await asyncio.sleep(1)

    waiting[0].cancel()
    waiting[-1].cancel()

    ended = await asyncio.gather(*waiting[1:-1])
    assert [message.id for message in ended] == ids[1:]
    assert waiting[0].cancelled()


async def test_when_all_have_given_up_nothing_goes_on(gosms, emulator):
    before = asyncio.all_tasks()
    waits = [gosms.wait(each, timeout=0.1) for each in stored(emulator, *[STUCK] * 10)]

    await asyncio.gather(*waits, return_exceptions=True)
    await asyncio.sleep(1)

    assert asyncio.all_tasks() == before


async def test_one_who_joins_does_not_wait_for_the_next_look_of_the_others(gosms, emulator):
    """The others have waited long: they look every 3 s."""
    loop = asyncio.get_running_loop()
    old = [gosms.wait(each, timeout=60) for each in stored(emulator, *[STUCK] * 5)]
    waiting = asyncio.gather(*old, return_exceptions=True)
    (new,) = stored(emulator, DELIVERY)
    await asyncio.sleep(20.2)
    began = loop.time()

    assert (await gosms.wait(new, timeout=60)).is_final

    assert loop.time() - began < 0.6
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_look_of_anybody_at_the_list_ends_waits(gosms, emulator):
    ids = stored(emulator, *[DELIVERY] * 5)
    waiting = asyncio.gather(*(gosms.wait(each, timeout=60) for each in ids))
    await asyncio.sleep(8.1)
    began = asyncio.get_running_loop().time()

    await gosms.list()

    assert len(await waiting) == 5
    assert asyncio.get_running_loop().time() == began


async def test_where_the_list_cannot_be_read_messages_are_asked_for_by_id(gosms, emulator):
    emulator.fail("garbage", match="list", p=1)
    ids = stored(emulator, *[DELIVERY] * 30)

    ended = await asyncio.gather(*(gosms.wait(each, timeout=120) for each in ids))

    assert [message.id for message in ended] == ids


async def test_old_messages_far_down_the_list_are_asked_for_by_id_in_turns(gosms, emulator):
    """A walk is given up after five pages that show none of them."""
    ids = stored(emulator, *[DELIVERY] * 50)
    await asyncio.sleep(10)
    stored(emulator, *[STUCK] * 2000)

    ended = await asyncio.gather(*(gosms.wait(each, timeout=60) for each in ids))

    assert [message.id for message in ended] == ids
    assert asked(emulator)["get"] == 50
    assert asked(emulator)["list"] <= 15


async def test_an_answer_that_nobody_can_read_ends_the_wait_for_that_message_alone(gosms, emulator):
    good, bad = stored(emulator, DELIVERY, DELIVERY)
    get = gosms.get

    async def spoilt(id_):
        if id_ == bad:
            raise UnreadableResponseError
        return await get(id_)

    gosms.get = spoilt
    waiting = [asyncio.ensure_future(gosms.wait(each, timeout=60)) for each in (good, bad)]

    with pytest.raises(UnreadableResponseError):
        await waiting[1]
    assert (await waiting[0]).is_final


@pytest.mark.parametrize("crowd", [2, 500])
async def test_a_token_that_is_refused_ends_all_waits_at_once(gosms, emulator, crowd):
    emulator.fail("bad_token", match="*", p=1)
    ids = stored(emulator, *[STUCK] * crowd)
    began = asyncio.get_running_loop().time()

    ended = await asyncio.gather(
        *(gosms.wait(each, timeout=60) for each in ids), return_exceptions=True
    )

    assert {type(error) for error in ended} == {AuthenticationError}
    assert asyncio.get_running_loop().time() - began < 1


async def test_closing_the_client_ends_the_waits(gosms, emulator):
    waits = [gosms.wait(each, timeout=60) for each in stored(emulator, *[STUCK] * 100)]
    waiting = asyncio.gather(*waits, return_exceptions=True)
    await asyncio.sleep(5)

    await gosms.aclose()

    assert {type(error) for error in await waiting} == {TransportError}


async def test_an_error_of_the_program_is_not_waited_for(gosms, emulator):
    def broken(_):
        raise ZeroDivisionError

    gosms.get = broken
    (one,) = stored(emulator, STUCK)

    with pytest.raises(ZeroDivisionError):
        await gosms.wait(one, timeout=60)
