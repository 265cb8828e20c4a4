"""When the database or a neighbour is in trouble, it is said, and nothing is lost."""

import asyncio
import contextlib
import functools
import sqlite3
import stat

import pytest
import sqlalchemy as sa

from gosms_async import AsyncGoSMS
from gosms_async.campaign import Campaign, CampaignError, Journal, JournalError, Worker
from gosms_async.campaign.liveness import lock_of
from gosms_async.campaign.tables import ROWS


async def test_the_file_is_the_owners_alone(journal):
    path = journal.database.path

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_default_is_a_file_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("GOSMS_DATABASE_URL", raising=False)

    async with Journal() as journal:
        assert journal.database.path == tmp_path / "gosms-async" / "campaigns.db"


async def test_the_environment_names_the_database(monkeypatch, tmp_path):
    monkeypatch.setenv("GOSMS_DATABASE_URL", f"sqlite:///{tmp_path}/mine.db")

    async with Journal() as journal:
        assert journal.database.path == tmp_path / "mine.db"


def test_another_kind_of_database_is_refused():
    with pytest.raises(JournalError, match="not mysql"):
        Journal("mysql://u@h/d")


async def test_a_corrupt_file_is_named(tmp_path):
    (tmp_path / "campaigns.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(JournalError, match=r"campaigns\.db cannot be used: .*not a database"):
        await Journal(tmp_path / "campaigns.db").__aenter__()


async def test_a_server_that_is_away_is_named_without_its_password():
    with pytest.raises(JournalError, match=r"127\.0\.0\.1:1/d cannot be used") as caught:
        await Journal("postgresql://u:secret@127.0.0.1:1/d").__aenter__()

    assert "secret" not in str(caught.value)


async def test_a_full_disk_stops_before_anything_is_sent(campaign, journal, emulator, people):
    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.execute(sa.update(ROWS).values(error="x" * 1_000_000))

    await campaign.load(people(3), "{name}")
    with pytest.raises(JournalError, match="full"):
        await journal.database.write(fill)

    assert emulator.requests == []


async def test_a_second_worker_of_a_process_is_refused(worker):
    async with worker():
        with pytest.raises(CampaignError, match="one worker runs in a process"):
            await worker().__aenter__()


async def test_a_lock_is_held_by_one(journal):
    first, second = (lock_of(journal.database, "run") for _ in range(2))

    assert await first.take()
    assert not await second.take()
    await first.free()
    assert await second.take()
    await second.free()


async def test_the_lock_of_a_dead_worker_is_removed_by_the_next(journal, worker):
    path = journal.database.path
    dead = path.with_name(f"{path.name}.dead.lock")
    dead.touch()

    async with worker():
        assert len(list(path.parent.glob("*.lock"))) == 1

    assert list(path.parent.glob("*.lock")) == []


async def test_an_unreachable_api_is_waited_for(campaign, journal, emulator, people, worker):
    url = emulator.base_url
    await campaign.load(people(3), "{name}")
    await emulator.aclose()

    async with worker() as working:
        async with asyncio.timeout(20):
            while not working.waiting_for:  # noqa: ASYNC110 - what others do
                await asyncio.sleep(0.02)
        async with emulator:
            assert emulator.base_url == url
            counts = await campaign.wait()

    assert counts.accepted == 3


async def test_a_worker_that_stops_leaves_the_rest_to_the_next(
    campaign, worker, emulator, people, journal
):
    emulator.fail("latency", p=1, seconds=0.05, match="send")
    await campaign.load(people(60), "{name}")
    async with worker():
        async with asyncio.timeout(20):
            while not (await campaign.counts()).accepted:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
    stopped = await campaign.counts()

    async with worker():
        counts = await campaign.wait()

    assert stopped.left > 0
    assert stopped.sending == stopped.unknown == 0
    assert counts.accepted == 60
    emulator.assert_sent(60)


async def test_a_worker_shares_the_documented_limit_by_default(
    journal, campaign, emulator, people, hurried
):
    await campaign.load(people(15), "{name}")
    client = functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url)

    async with Worker(journal, client, settings=hurried):
        counts = await campaign.wait()

    assert counts.accepted == 15
    limits = journal.database.path.with_suffix(".limits")
    with contextlib.closing(sqlite3.connect(limits)) as file:
        assert file.execute("SELECT count(*) FROM rate_limit").fetchone() != (0,)


async def test_campaigns_of_another_account_wait_for_their_own_worker(journal, worker, people):
    other = Campaign("spring", journal, account="other")
    await other.load(people(3), "{name}")

    async with worker():
        await asyncio.sleep(0.3)

    assert (await other.counts()).planned == 3
