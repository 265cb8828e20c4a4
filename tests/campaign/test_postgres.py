"""On PostgreSQL a journal works as on a file, and its workers share a limit and their locks."""

import asyncio
import functools
import uuid

import pytest
import sqlalchemy as sa

from gosms_async import AsyncGoSMS
from gosms_async.campaign import Campaign, ChangedError, Journal, Outbox, State, Worker
from gosms_async.campaign.liveness import lock_of

pytest_plugins = "servers"


@pytest.fixture
async def journal(postgres_dsn):
    """A journal in a database of the test's own."""
    name = f"campaigns_{uuid.uuid4().hex}"
    url = postgres_dsn.replace("postgresql:", "postgresql+psycopg:")
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    server.dispose()
    async with Journal(postgres_dsn.rpartition("/")[0] + f"/{name}") as opened:
        yield opened


async def test_a_campaign_is_sent_within_the_shared_limit(journal, emulator, people, hurried):
    campaign = Campaign("spring", journal)
    emulator.fail("drop_after", times=1, match="send")
    await campaign.load(people(15), "{name}")
    client = functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url)

    async with Worker(journal, client, settings=hurried):
        counts = await campaign.wait()

    assert (counts.accepted, counts.recovered) == (15, 1)
    emulator.assert_sent(15)
    with journal.database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM gosms_rate_limit")).scalar()


async def test_an_sms_is_part_of_the_callers_transaction(journal):
    outbox = Outbox(journal)
    with journal.database.engine.connect() as connection:
        outbox.enqueue_in(connection, "79161234567", "hi", key="rolled back")
        connection.rollback()
        outbox.enqueue_in(connection, "79161234567", "hi", key="committed")
        connection.commit()

    assert await outbox.get("rolled back") is None
    assert (await outbox.get("committed")).state is State.PLANNED


async def test_a_lock_is_held_by_one(journal):
    first, second = (lock_of(journal.database, "run") for _ in range(2))

    assert await first.take()
    assert not await second.take()
    await first.free()
    assert await second.take()
    await second.free()


async def test_a_worker_whose_machine_is_gone_without_a_word_is_noticed(journal):
    """By the server, which would hold its lock for hours; and so is a server, by its workers."""
    lock = lock_of(journal.database, "run")
    await lock.take()

    of_the_holder = sa.text(
        "SELECT current_setting('tcp_keepalives_idle')::int"
        " + current_setting('tcp_keepalives_interval')::int"
        " * current_setting('tcp_keepalives_count')::int"
    )
    seconds = lock._connection.execute(of_the_holder).scalar()
    with journal.database.engine.connect() as connection:
        own = connection.connection.dbapi_connection.info.get_parameters()
    await lock.free()

    assert seconds == 30
    assert (own["keepalives_idle"], own["tcp_user_timeout"]) == ("15", "30000")


async def test_the_address_may_set_how_long_a_silent_server_is_waited_for(postgres_dsn):
    async with Journal(f"{postgres_dsn}?keepalives_idle=60") as journal:
        with journal.database.engine.connect() as connection:
            own = connection.connection.dbapi_connection.info.get_parameters()

    assert own["keepalives_idle"] == "60"


async def test_twins_of_two_campaigns_take_turns(journal, worker, emulator, people):
    campaigns = [Campaign(name, journal) for name in ("one", "two")]
    for campaign in campaigns:
        await campaign.load(people(3), "the same")

    async with worker():
        counts = [await campaign.wait() for campaign in campaigns]

    assert [each.accepted for each in counts] == [3, 3]
    emulator.assert_sent(6)


async def test_two_services_that_enqueue_one_key_at_the_same_time_store_one_sms(journal):
    first, second = Outbox(journal), Outbox(journal)
    with journal.database.engine.connect() as connection:
        first.enqueue_in(connection, "79161234567", "hi", key="k")
        other = asyncio.create_task(second.enqueue("79161234567", "hi", key="k"))
        async with asyncio.timeout(10):
            while not await journal.database.read(_somebody_waits):  # noqa: ASYNC110 - the server knows
                await asyncio.sleep(0.02)
        connection.commit()

    assert (await other).key == (await first.get("k")).key
    with pytest.raises(ChangedError):
        await second.enqueue("79161234567", "ho", key="k")


def _somebody_waits(connection):
    waiting = "wait_event_type = 'Lock' AND datname = current_database()"
    return connection.execute(
        sa.text(f"SELECT count(*) FROM pg_stat_activity WHERE {waiting}")
    ).scalar()
