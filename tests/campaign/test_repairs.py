"""What a person has done about rows neither sends an SMS twice nor leaves a row behind."""

import asyncio
import time

import pytest
import sqlalchemy as sa

from gosms_async.campaign import Campaign, Journal, Outbox, State
from gosms_async.campaign.accounts import pause, pause_of
from gosms_async.campaign.tables import ACCOUNTS, ROWS

pytest_plugins = "servers"


async def fill(journal, **values):
    await journal.database.write(lambda c: c.execute(sa.update(ROWS).values(values)))


@pytest.mark.parametrize("state", [State.PLANNED, State.SENDING, State.ACCEPTED, State.DELIVERED])
async def test_only_what_ended_badly_is_planned_again(campaign, journal, people, state):
    await campaign.load(people(1), "{name}")
    await fill(journal, state=state)

    with pytest.raises(ValueError, match=f"{state}: only failed, refused, unknown rows"):
        await campaign.retry(state)


async def test_a_row_that_is_being_looked_for_is_not_planned_again(campaign, journal, people):
    await campaign.load(people(2), "{name}")
    await fill(journal, state=State.UNKNOWN, mark="run.1")
    looked_for = sa.update(ROWS).where(ROWS.c.number == 1).values(turn="t")
    await journal.database.write(lambda c: c.execute(looked_for))

    assert await campaign.retry(State.UNKNOWN) == 1

    assert [row.number async for row in campaign.rows(State.PLANNED)] == [2]


async def test_a_campaign_needs_a_name(journal):
    """Rows of the outbox have none: nobody repeats or deletes them as a campaign."""
    await Outbox(journal).enqueue("79161234567", "hi", key="k")

    with pytest.raises(ValueError, match="name"):
        Campaign("", journal)


async def test_rows_are_looked_for_again_whole_or_not_at_all(
    campaign, journal, people, monkeypatch
):
    """A crash between the two writes would leave rows that nobody looks for, and no command."""
    await campaign.load(people(3), "{name}")
    await fill(journal, state=State.UNKNOWN, mark="run.1")

    def crash(*_, **__):
        raise RuntimeError("here")

    with monkeypatch.context() as patch:
        patch.setattr(journal.queue, "put", crash)
        with pytest.raises(RuntimeError, match="here"):
            await campaign.reconcile()

    assert (await campaign.counts()).settling == 0
    assert await campaign.reconcile() == 3


async def test_a_twin_under_way_is_reconciled_after_it(journal, people):
    one, two = (Campaign(name, journal) for name in ("one", "two"))
    for campaign in (one, two):
        await campaign.load(people(1), "the same")
    await fill(journal, state=State.UNKNOWN, mark="run.1")

    assert [await one.reconcile(), await two.reconcile()] == [1, 0]


async def test_what_a_dead_or_living_attempt_left_counts_as_looked_for(campaign, journal, people):
    await campaign.load(people(4), "{name}")
    for number, values in (
        (1, {"state": State.UNKNOWN}),  # given up
        (2, {"state": State.UNKNOWN, "turn": "2"}),
        (3, {"state": State.SENDING, "turn": "3"}),
    ):
        change = sa.update(ROWS).where(ROWS.c.number == number).values(mark="run.1", **values)
        await journal.database.write(lambda c, change=change: c.execute(change))

    assert await campaign.reconcile() == 3
    assert await campaign.reconcile() == 3


async def test_an_sms_of_the_outbox_is_reconciled_by_its_key(journal, worker, emulator):
    outbox = Outbox(journal)
    await outbox.enqueue("79161234567", "hi", key="k")
    given_up = {"state": State.UNKNOWN, "mark": "run.1", "since": time.time() - 60}
    await fill(journal, **given_up)

    async with worker():
        assert await outbox.reconcile("k")
        sent = await outbox.send("79161234567", "hi", ref="k", timeout=30)

    assert not await outbox.reconcile("k")
    assert [message.id for message in emulator.assert_sent(1)] == [sent.id]


async def test_what_is_cancelled_is_not_sent_unless_it_is_planned_again(
    campaign, worker, emulator, people
):
    await campaign.load(people(60), "{name}")

    assert await campaign.cancel() == 60

    async with worker():
        assert (await campaign.wait()).refused == 60
        assert emulator.messages() == []
        assert await campaign.retry() == 60
        assert (await campaign.wait()).accepted == 60


@pytest.fixture
async def shared(postgres_dsn):
    """Two workers' views of one PostgreSQL, in a schema of the test's own."""
    server = sa.create_engine(postgres_dsn.replace("postgresql:", "postgresql+psycopg:"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CREATE DATABASE repairs"))
    url = postgres_dsn.rpartition("/")[0] + "/repairs"
    async with Journal(url) as one, Journal(url) as two:
        yield one, two
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("DROP DATABASE repairs WITH (FORCE)"))
    server.dispose()


async def until_waiting(journal, number):
    """Wait until so many statements wait for the lock of another's transaction."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = 'repairs'"
    )
    async with asyncio.timeout(10):
        while await journal.database.read(lambda c: c.execute(waiting).scalar()) < number:  # noqa: ASYNC110 - the server knows
            await asyncio.sleep(0.02)


async def test_two_who_plan_rows_again_at_the_same_time_plan_them_once(shared, people):
    one, two = shared
    await Campaign("spring", one).load(people(5), "{name}")
    await fill(one, state=State.FAILED)

    with one.database.engine.begin() as connection:
        connection.execute(sa.select(ROWS.c.key).with_for_update())
        both = [asyncio.create_task(Campaign("spring", each).retry()) for each in shared]
        await until_waiting(two, 2)

    assert sorted(await asyncio.gather(*both)) == [0, 5]


async def test_two_workers_pause_an_account_at_the_same_time(shared):
    one, two = shared
    first = {"name": "default", "reason": "first", "code": 1006, "since": 0.0}

    with one.database.engine.begin() as connection:
        connection.execute(sa.insert(ACCOUNTS).values(first))
        second = asyncio.create_task(pause(two.database, "default", "second", 3000))
        await until_waiting(one, 1)
    await second

    assert (await pause_of(one.database, "default")).reason == "second"
