"""An outbox takes an SMS once per key, and sends it whatever dies in between."""

import asyncio

import pytest
import sqlalchemy as sa

from gosms_async.campaign import ChangedError, DoubtError, NotSentError, Outbox, State
from gosms_async.campaign.tables import ROWS

PHONE = "+7 916 123-45-67"


@pytest.fixture
def outbox(journal):
    return Outbox(journal)


async def test_the_same_key_is_one_sms(outbox, worker, emulator):
    for _ in range(3):
        await outbox.enqueue(PHONE, "hi", key="order-17")

    async with worker():
        sent = await outbox.send(PHONE, "hi", ref="order-17")

    assert [message.id for message in emulator.assert_sent(1)] == [sent.id]


async def test_a_result_is_stored(outbox, worker, emulator):
    async with worker():
        first = await outbox.send(PHONE, "hi", ref="order-17")

    again = await outbox.send(PHONE, "hi", ref="order-17", timeout=1)

    assert again.id == first.id
    assert (await outbox.get("order-17")).state is State.ACCEPTED


async def test_many_at_a_time_are_one_each(outbox, worker, emulator):
    async with worker():
        keys = [str(number % 10) for number in range(50)]
        sent = await asyncio.gather(*(outbox.send(PHONE, f"hi {k}", ref=k) for k in keys))

    assert len({each.id for each in sent}) == 10
    emulator.assert_sent(10)


async def test_ten_are_under_way_at_a_time(outbox, worker, emulator):
    """However few batches of campaigns a worker takes."""
    emulator.fail("hang", p=1, match="send")
    for number in range(10):
        await outbox.enqueue(PHONE, f"hi {number}", key=str(number))

    async with worker(batches=1, send_timeout=30.0):
        async with asyncio.timeout(20):
            while len(emulator.messages()) < 10:  # noqa: ASYNC110 - what others do
                await asyncio.sleep(0.02)
        states = {(await outbox.get(str(number))).state for number in range(10)}
        await emulator.aclose()  # nobody waits for what never comes

    assert states == {State.SENDING}


async def test_one_waits_behind_no_campaign(outbox, worker, emulator, campaign, people):
    """Though all that may be under way of a campaign is, and nothing of it ends."""
    emulator.fail("hang", p=1, match="send")
    await campaign.load(people(100), "{name}")
    async with worker(send_timeout=30.0):
        async with asyncio.timeout(20):
            while len(emulator.messages()) < 10:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)

        await outbox.enqueue(PHONE, "hi", key="k")
        await emulator.wait_for(to="79161234567", timeout=20)

        assert len(emulator.messages()) == 11
        await emulator.aclose()  # as above


async def test_a_key_with_another_text_is_an_error(outbox):
    await outbox.enqueue(PHONE, "hi", key="order-17")

    with pytest.raises(ChangedError, match="this key is in use"):
        await outbox.enqueue(PHONE, "ho", key="order-17")


async def test_an_sms_is_part_of_the_callers_transaction(outbox, journal):
    with journal.database.engine.connect() as connection:
        outbox.enqueue_in(connection, PHONE, "hi", key="rolled back")
        connection.rollback()
        outbox.enqueue_in(connection, PHONE, "hi", key="committed")
        connection.commit()

    assert await outbox.get("rolled back") is None
    assert (await outbox.get("committed")).state is State.PLANNED


async def test_a_send_that_takes_too_long_goes_on_without_its_caller(outbox, worker, emulator):
    with pytest.raises(TimeoutError):
        await outbox.send(PHONE, "hi", ref="k", timeout=0.1)

    async with worker():
        await outbox.send(PHONE, "hi", ref="k")

    emulator.assert_sent(1)


async def test_an_sms_to_a_phone_of_nobody_is_refused(outbox, worker):
    device = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a0"
    async with worker():
        entry = await outbox.enqueue(PHONE, "hi", key="k", device_id=device, to_sim=0)
        async with asyncio.timeout(10):
            while entry.state is not State.REFUSED:
                await asyncio.sleep(0.02)
                entry = await outbox.get("k")

    assert entry.code == 1016


@pytest.mark.parametrize(
    ("values", "error", "reason"),
    [
        ({"state": "refused", "error": "HTTP 400"}, NotSentError, "HTTP 400"),
        ({"state": "failed"}, NotSentError, "not delivered"),
        ({"state": "unknown"}, DoubtError, "reconcile"),
    ],
)
async def test_a_send_that_ended_badly_says_so(outbox, journal, values, error, reason):
    await outbox.enqueue(PHONE, "hi", key="k")
    await journal.database.write(lambda c: c.execute(sa.update(ROWS).values(values)))

    with pytest.raises(error, match=reason):
        await outbox.send(PHONE, "hi", ref="k")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"phone_number": "x"}, "phone_number"),
        ({"message": ""}, "message"),
        ({"to_sim": 1}, "to_sim"),
        ({"key": ""}, "key"),
    ],
)
async def test_wrong_arguments_store_nothing(outbox, arguments, reason):
    with pytest.raises(ValueError, match=reason):
        await outbox.enqueue(**{"phone_number": PHONE, "message": "hi", "key": "k", **arguments})
