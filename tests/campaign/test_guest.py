"""A worker attaches to the DBOS that its program has launched, and leaves it as it was."""

import asyncio
import contextlib

import pytest
from dbos import DBOS

from gosms_async.campaign import CampaignError, Outbox
from gosms_async.campaign import worker as worker_module
from gosms_async.campaign.liveness import lock_of


@DBOS.workflow(name="the program's own")
async def own(number):
    return 2 * number


@pytest.fixture
def launch(journal):
    """Launch the program's DBOS; keywords change its configuration."""
    with contextlib.ExitStack() as stack:

        def start(listen_to=None, **config):
            url = journal.database.text
            DBOS(
                config={"name": "shop", "system_database_url": url, "log_level": "ERROR", **config}
            )
            stack.callback(DBOS.destroy)
            if listen_to is not None:
                DBOS.listen_queues(listen_to)
            DBOS.launch()

        yield start


async def test_both_do_their_work_in_one_dbos(  # noqa: PLR0917 - fixtures
    launch, journal, campaign, worker, emulator, people
):
    emulator.fail("drop_after", times=1, match="send")
    launch()
    await campaign.load(people(60), "{name}")

    async with worker():
        doubled = await own(21)
        sent = await Outbox(journal).send("79161234567", "hi", ref="k", timeout=20)
        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert (doubled, counts.accepted) == (42, 60)
    assert sent.id in {message.id for message in emulator.assert_sent(61)}
    assert await own(4) == 8  # the host goes on
    assert DBOS.application_version != "gosms-1"


async def test_the_next_worker_goes_on_where_one_stopped(
    launch, campaign, worker, emulator, people
):
    emulator.fail("latency", p=1, seconds=0.05, match="send")
    launch()
    await campaign.load(people(60), "{name}")
    async with worker():
        await emulator.wait_for(to="79160000005", timeout=20)
    stopped = await campaign.counts()

    async with worker():
        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert stopped.left > 0
    assert counts.accepted == 60
    emulator.assert_sent(60)


@pytest.mark.parametrize(("version", "executor"), [("1", "the same"), ("2", "another")])
async def test_a_host_that_was_launched_anew_goes_on(  # noqa: PLR0917 - fixtures
    launch, campaign, worker, emulator, people, version, executor
):
    """It takes up what it had before any worker is there, and another what a dead one had."""
    emulator.fail("latency", p=1, seconds=0.05, match="send")
    launch(application_version="1", executor_id="the same")
    await campaign.load(people(60), "{name}")
    async with worker():
        await emulator.wait_for(to="79160000005", timeout=20)
    DBOS.destroy()

    launch(application_version=version, executor_id=executor)
    await asyncio.sleep(0.3)  # in which it may try
    async with worker():
        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert counts.accepted == 60
    emulator.assert_sent(60)


async def test_a_host_of_another_loop_has_the_work_done_in_the_workers(
    launch, campaign, worker, people
):
    await asyncio.to_thread(launch)
    await campaign.load(people(5), "{name}")

    async with worker():
        counts = await asyncio.wait_for(campaign.wait(), 30)

    assert counts.accepted == 5


async def test_a_host_that_is_not_launched_is_refused(journal, worker):
    DBOS(config={"name": "shop", "system_database_url": journal.database.text})
    try:
        with pytest.raises(CampaignError, match="launch the DBOS of this process first"):
            await worker().__aenter__()
    finally:
        DBOS.destroy()


async def test_a_host_with_another_database_is_refused(launch, worker, tmp_path):
    launch(system_database_url=f"sqlite:///{tmp_path}/theirs.db")

    with pytest.raises(CampaignError, match="works on another database"):
        await worker().__aenter__()


async def test_a_host_that_listens_to_other_queues_is_told_ours(launch, worker):
    launch(listen_to=["orders"])

    with pytest.raises(CampaignError, match=r"listen to gosms\.send\.default@shop, gosms\.si"):
        await worker().__aenter__()


async def test_two_processes_need_executor_ids_of_their_own(launch, worker, journal, monkeypatch):
    monkeypatch.setattr(worker_module, "_TRIES", 2)
    launch()
    lock = lock_of(journal.database, "local")
    await lock.take()

    with pytest.raises(CampaignError, match="another process has the executor id 'local'"):
        await worker().__aenter__()

    await lock.free()
