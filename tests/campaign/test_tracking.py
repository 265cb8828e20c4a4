"""What became of messages is known to all who wait by one walk of the list."""

import asyncio
import time

import pytest

from gosms_async import AsyncGoSMS, MessageStatus, RateLimit, WaitTimeoutError
from gosms_async.campaign import Deliveries, State
from gosms_async.campaign.report import record
from gosms_async.campaign.tracking import track


@pytest.fixture
async def gosms(emulator):
    limit = RateLimit(10_000, margin=0)
    async with AsyncGoSMS("dev", base_url=emulator.base_url, rate_limit=limit) as client:
        yield client


async def until(true):
    while not true():  # noqa: ASYNC110 - what others do
        await asyncio.sleep(0.01)


def lists(emulator):
    return sum(exchange.endpoint == "list" for exchange in emulator.requests)


async def test_a_thousand_waiters_cost_one_walk(gosms, emulator):
    sent = [await gosms.send(f"7916{n:07d}", "hi") for n in range(250)]
    emulator.clock.advance(minutes=5)
    before, deliveries = lists(emulator), Deliveries(gosms)

    waits = [deliveries.wait(each.id, timeout=5) for each in sent * 4]
    messages = await asyncio.gather(*waits)
    await deliveries.aclose()

    assert {message.status for message in messages} == {MessageStatus.DELIVERED}
    assert lists(emulator) - before <= 4


async def test_few_waiters_ask_by_id_and_a_hint_makes_them_look(gosms, emulator):
    emulator.clock.advance(minutes=0)
    sent = await gosms.send("79161234567", "hi")
    deliveries = Deliveries(gosms, every=3600)
    waiting = asyncio.create_task(deliveries.wait(sent.id, timeout=10))
    async with asyncio.timeout(5):
        await until(lambda: any(each.endpoint == "get" for each in emulator.requests))
    emulator.clock.advance(minutes=5)

    deliveries.hint()

    assert (await waiting).status is MessageStatus.DELIVERED
    assert lists(emulator) == 0
    await deliveries.aclose()


async def test_what_has_no_end_says_how_it_was_last_seen(gosms, emulator):
    emulator.fail("no_report")
    sent = await gosms.send("79161234567", "hi")
    emulator.clock.advance(minutes=5)
    deliveries = Deliveries(gosms, every=0.05)

    with pytest.raises(WaitTimeoutError) as caught:
        await deliveries.wait(sent.id, timeout=0.3)

    assert caught.value.last.status is MessageStatus.SENT
    await deliveries.aclose()


async def test_a_message_that_is_gone_has_no_last_sight(gosms):
    deliveries = Deliveries(gosms)

    with pytest.raises(WaitTimeoutError) as caught:
        await deliveries.wait("6654a4e8f1527149588c89f2", timeout=0.2)

    assert caught.value.last is None
    await deliveries.aclose()


async def test_rows_take_the_ends_of_their_messages(  # noqa: PLR0917 - fixtures
    campaign, worker, emulator, people, gosms, journal
):
    for number, kind in enumerate(("send_error", "delivery_error", "no_report", "stuck")):
        emulator.fail(kind, match=f"send to:7916000000{number}")
    await campaign.load(people(6), "{name}")
    async with worker():
        await campaign.wait()
    emulator.clock.advance(minutes=5)

    left = await track(gosms, journal.database, "default", within=86_400)

    counts = await campaign.counts()
    assert (counts.delivered, counts.failed, counts.accepted, left) == (2, 2, 2, 2)
    assert await track(gosms, journal.database, "default", within=0.001) == 0
    notes = [record(row)["note"] async for row in campaign.rows(State.ACCEPTED)]
    assert notes == ["sent, no report", ""]


@pytest.mark.parametrize("ahead", [-7 * 86_400, 7 * 86_400])
async def test_rows_are_tracked_by_the_clock_of_the_server(  # noqa: PLR0917 - fixtures
    campaign, worker, emulator, people, gosms, journal, monkeypatch, ahead
):
    """This machine's clock may be a week off."""
    told = time.time
    monkeypatch.setattr(time, "time", lambda: told() + ahead)
    await campaign.load(people(3), "{name}")
    async with worker():
        await campaign.wait()
    emulator.clock.advance(minutes=5)

    assert await track(gosms, journal.database, "default", within=86_400) == 0
    assert (await campaign.counts()).delivered == 3
