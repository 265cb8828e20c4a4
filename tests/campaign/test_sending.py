"""Rows end where they should, whatever the API answers."""

import asyncio

import attrs
import pytest
import sqlalchemy as sa

from gosms_async import _search
from gosms_async.campaign import Campaign, State
from gosms_async.campaign.rows import Rows
from gosms_async.campaign.tables import ROWS


async def wait(campaign, **counts):
    """Wait until the counts are these."""
    async with asyncio.timeout(20):
        while not (  # noqa: ASYNC110 - what others do
            counts.items() <= attrs.asdict(found := await campaign.counts()).items()
        ):
            await asyncio.sleep(0.02)
    return found


async def test_each_recipient_gets_one_sms(campaign, worker, emulator, people):
    await campaign.load(people(120), "{name}, привет")

    async with worker():
        counts = await campaign.wait()

    assert (counts.accepted, counts.left) == (120, 0)
    assert sorted(m.phone_number for m in emulator.messages()) == [
        f"7916{n:07d}" for n in range(120)
    ]


@pytest.mark.parametrize("kind", ["500_before", "500_after", "drop_before", "drop_after", "hang"])
async def test_a_lost_answer_is_settled(campaign, worker, emulator, people, kind):
    emulator.fail(kind, times=2, match="send")
    await campaign.load(people(5), "{name}")

    async with worker():
        counts = await campaign.wait()

    assert counts.accepted == 5
    emulator.assert_sent(5)
    emulator.assert_no_duplicates()


async def test_a_refused_row_is_alone_in_that(campaign, worker, emulator, people):
    emulator.fail("429_storm", times=1, match="send")
    await campaign.load([*people(2), {"phone": "89160000077", "name": "№"}], "{name}")
    with emulator.fail("no_devices", times=2):
        async with worker():
            counts = await campaign.wait()

    assert (counts.accepted, counts.total) == (3, 3)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("tariff_limit", 1006), ("blocked", 3000), ("api_off", 1002), ("no_send_right", 1005)],
)
async def test_a_stopped_account_pauses_and_loses_nothing(  # noqa: PLR0917 - fixtures
    campaign, worker, emulator, people, journal, kind, code
):
    fault = emulator.fail(kind, p=1, match="send")
    await campaign.load(people(20), "{name}")

    async with worker():
        async with asyncio.timeout(10):
            while (pause := await journal.pause_of()) is None:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        await wait(campaign, planned=20)
        attempts = len(emulator.requests)
        await asyncio.sleep(0.3)
        assert len(emulator.requests) == attempts
        fault.clear()
        await journal.resume()
        counts = await campaign.wait()

    assert pause.code == code
    assert counts.accepted == 20
    emulator.assert_no_duplicates()


async def test_a_missing_phone_is_waited_for(campaign, worker, emulator, people, journal):
    fault = emulator.fail("no_active_devices", p=1)
    await campaign.load(people(3), "{name}")

    async with worker() as working:
        async with asyncio.timeout(10):
            while "1015" not in working.waiting_for:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        fault.clear()
        counts = await campaign.wait()

    assert counts.accepted == 3
    assert await journal.pause_of() is None


async def test_a_crashed_run_is_settled_by_the_next(
    campaign, worker, emulator, people, monkeypatch
):
    """The first run sends and never records it, as a killed one."""
    await campaign.load(people(3), "{name}")
    never = asyncio.Event()

    async def accept(*_, **__):
        await never.wait()

    with monkeypatch.context() as patch:
        patch.setattr(Rows, "accept", accept)
        async with worker(send_timeout=0.5):
            await wait(campaign, sending=3)
            await emulator.wait_for(to="79160000002")

    async with worker():
        counts = await campaign.wait()

    assert (counts.accepted, counts.recovered) == (3, 3)
    emulator.assert_sent(3)


async def test_two_rows_of_one_text_and_phone_are_two_sms(journal, worker, emulator, people):
    campaigns = [Campaign(name, journal) for name in ("one", "two")]
    for campaign in campaigns:
        await campaign.load(people(4), "the same")
    emulator.fail("drop_after", times=4, match="send")

    async with worker():
        counts = [await campaign.wait() for campaign in campaigns]

    assert [each.accepted for each in counts] == [4, 4]
    emulator.assert_sent(8)
    ids = {row.sms_id for campaign in campaigns async for row in campaign.rows()}
    assert ids == {message.id for message in emulator.messages()}


async def test_what_is_never_found_stays_unknown_until_it_is_reconciled(
    campaign, worker, emulator, people
):
    """Nothing is known of a message older than what may have been deleted."""
    emulator.fail("drop_after", times=1, match="send")
    hidden = emulator.fail("list_lag", p=1, seconds=3600)
    await campaign.load(people(2), "{name}")
    async with worker(deletable_after=0.1):
        counts = await asyncio.wait_for(campaign.wait(), 60)
        assert (counts.unknown, counts.accepted) == (1, 1)
        hidden.clear()

        assert await campaign.reconcile() == 1
        counts = await campaign.wait()

    assert (counts.unknown, counts.accepted, counts.recovered) == (0, 2, 1)


async def test_doubts_about_an_attempt_that_is_being_made_are_settled_after_it(
    campaign, worker, emulator, people, journal
):
    """Another worker may take an attempt of ours for that of a dead run, and put it once."""
    emulator.fail("hang_before", times=1)
    await campaign.load(people(1), "{name}")
    async with worker():
        await wait(campaign, sending=1)
        await journal.put_doubts([row async for row in campaign.rows(State.SENDING)])

        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert counts.accepted == 1
    emulator.assert_sent(1)


async def test_a_doubt_is_settled_though_the_machine_slept_meanwhile(
    campaign, worker, emulator, people, monkeypatch
):
    """What was measured before is then of no use, so it is looked for anew."""
    slept = [0.0]
    monkeypatch.setattr(_search, "slept", lambda: slept[0])
    emulator.fail("drop_before", times=1, match="send")
    await campaign.load(people(1), "{name}")

    async with worker(send_timeout=0.5):
        await wait(campaign, unknown=1)
        slept[0] = 60.0
        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert counts.accepted == 1
    emulator.assert_sent(1)


async def test_a_message_that_was_claimed_before_a_crash_is_not_looked_for(
    campaign, worker, emulator, people, journal
):
    await campaign.load(people(1), "{name}")
    crashed = {"state": "unknown", "mark": "dead.1", "turn": "t", "since": 0.0, "sms_id": "f" * 24}
    await journal.database.write(lambda c: c.execute(sa.update(ROWS).values(crashed)))

    async with worker():
        counts = await campaign.wait()

    assert (counts.accepted, counts.recovered) == (1, 1)
    assert emulator.requests == []


async def test_the_servers_clock_is_read_from_a_refusal_as_well(campaign, worker, emulator, people):
    emulator.fail("api_off", p=1, match="list")
    await campaign.load(people(2), "{name}")

    async with worker():
        counts = await campaign.wait()

    assert counts.accepted == 2


async def test_failed_rows_are_planned_once_more(campaign, worker, emulator, people):
    emulator.fail("send_error", times=2)
    await campaign.load(people(3), "{name}")
    async with worker() as working:
        await campaign.wait()
        emulator.clock.advance(minutes=5)
        await working.track()
        assert (await campaign.counts()).failed == 2

        assert await campaign.retry(State.FAILED) == 2
        counts = await campaign.wait()

    assert counts.failed == 0
    emulator.assert_sent(5)
