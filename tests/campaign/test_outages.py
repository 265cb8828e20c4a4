"""A database that is away for a while costs time, and never an SMS too many or too few."""

import asyncio
import contextlib
import functools
import sqlite3

import attrs
import pytest
import sqlalchemy as sa

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.campaign import Campaign, Journal, JournalError, State, Worker
from gosms_async.campaign.liveness import lock_of
from gosms_async.campaign.rows import Rows
from gosms_async.campaign.tables import ROWS

pytest_plugins = "servers"

AWAY = JournalError("the database is away")


@pytest.fixture
def failing(monkeypatch):
    """Let a change of rows fail once: before the database has done it, or after."""

    def fail(verb, side):
        change, left = getattr(Rows, verb), [AWAY]

        async def once(*args, **kwargs):
            if side == "before" and left:
                raise left.pop()
            result = await change(*args, **kwargs)
            if left:
                raise left.pop()
            return result

        monkeypatch.setattr(Rows, verb, once)
        return left

    return fail


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("verb", ["mark", "accept", "claim", "doubt", "replan"])
async def test_a_change_that_could_not_be_stored_is_found_out_about(  # noqa: PLR0917 - fixtures
    campaign, worker, emulator, people, journal, failing, verb, side
):
    """A lost answer has each of the changes happen."""
    for kind in ("drop_before", "drop_after"):
        emulator.fail(kind, times=1, match="send")
    left = failing(verb, side)
    await campaign.load(people(4), "{name}")

    async with worker(send_timeout=0.5, settle_lost=0.3):
        counts = await asyncio.wait_for(campaign.wait(), 60)

    assert (counts.accepted, left) == (4, [])
    emulator.assert_sent(4)
    emulator.assert_no_duplicates()
    assert await journal.pause_of() is None


async def test_an_attempt_whose_mark_took_too_long_is_not_made(
    campaign, worker, emulator, people, monkeypatch
):
    """Others settle it by the age of its mark: it must not leave long after that."""
    mark, marks = Rows.mark, []

    async def slowly(self, entry, *rest):
        marks.append(entry.key)
        marked = await mark(self, entry, *rest)
        await asyncio.sleep(0.3 if len(marks) == 1 else 0)
        return marked

    monkeypatch.setattr(Rows, "mark", slowly)
    await campaign.load(people(1), "{name}")
    async with worker(send_timeout=0.2):
        counts = await campaign.wait()

    assert (counts.accepted, counts.recovered, len(marks)) == (1, 0, 2)
    emulator.assert_sent(1)


async def test_a_write_outlives_a_caller_that_leaves(journal, campaign, people):
    await campaign.load(people(1), "{name}")
    change = sa.update(ROWS).values(error="changed")
    writing = asyncio.create_task(journal.database.write(lambda c: c.execute(change)))
    await asyncio.sleep(0)
    writing.cancel()

    await journal.database.write(lambda _: None)

    assert writing.cancelled()
    assert [row.error async for row in campaign.rows()] == ["changed"]


async def test_a_message_that_counts_as_another_rows_leaves_a_doubt(campaign, people, journal):
    await campaign.load(people(2), "{name}")
    stolen = {"state": "unknown", "mark": "dead.1", "turn": "t", "since": 0.0, "sms_id": "f" * 24}
    first, second = (sa.update(ROWS).where(ROWS.c.number == n) for n in (1, 2))
    await journal.database.write(lambda c: c.execute(first.values(stolen)))
    await journal.database.write(lambda c: c.execute(second.values(state="accepted", sms_id="e")))
    taken = await journal.rows.accept((await one(campaign, 1)).key, "dead.1", "e", recovered=False)

    row = await one(campaign, 1)

    assert (taken, row.state, row.sms_id) == (True, State.UNKNOWN, "f" * 24)
    assert row.error == "its message counts as another row's"


async def one(campaign, number):
    return [row async for row in campaign.rows()][number - 1]


async def test_a_worker_says_what_keeps_it(campaign, worker, people, failing):
    failing("mark", "before")
    await campaign.load(people(1), "{name}")

    async with worker(wait_least=0.3) as working:
        async with asyncio.timeout(10):
            while not working.waiting_for:  # noqa: ASYNC110 - what others do
                await asyncio.sleep(0.01)

        assert working.waiting_for == str(AWAY)
        assert (await campaign.wait()).accepted == 1


async def test_a_server_that_stops_in_the_middle_is_waited_for(
    postgres_server, emulator, people, hurried
):
    """Its lock is forgotten with it, so a living worker takes it again."""
    emulator.fail("latency", p=1, seconds=0.02, match="send")
    client = functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url)
    settings = attrs.evolve(hurried, in_flight=4)
    async with Journal(postgres_server.url) as journal:
        campaign = Campaign("spring", journal)
        await campaign.load(people(120), "{name}")
        limit = RateLimit(10_000, margin=0)
        async with Worker(journal, client, settings=settings, rate_limit=limit) as working:
            await emulator.wait_for(to="79160000010", timeout=20)
            postgres_server.stop()
            async with asyncio.timeout(20):
                while not working.waiting_for:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.02)
            postgres_server.start()
            counts = await asyncio.wait_for(campaign.wait(), 90)
            async with asyncio.timeout(10):
                while await is_free(lock_of(journal.database, working.run)):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)

    assert counts.accepted == 120
    emulator.assert_sent(120)
    emulator.assert_no_duplicates()


async def is_free(lock):
    taken = await lock.take()
    await lock.free()
    return taken


async def test_a_file_that_breaks_is_named(journal, campaign, people):
    await campaign.load(people(300), "{name}")
    path = journal.database.path
    await journal.database.close()
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))

    with pytest.raises(JournalError, match=r"campaigns\.db cannot be used: .*malformed"):
        await campaign.counts()


async def test_a_worker_begins_and_ends_in_no_time_while_its_server_is_away(
    postgres_server, emulator, hurried
):
    client = functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url)
    async with Journal(postgres_server.url) as journal:
        postgres_server.stop()
        with pytest.raises(JournalError, match="cannot be used"):
            await Worker(journal, client, settings=hurried).__aenter__()

        postgres_server.start()
        async with asyncio.timeout(20), Worker(journal, client, settings=hurried):
            postgres_server.stop()
