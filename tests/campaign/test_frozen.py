"""A process or a server that gets no time for a while has nothing sent twice for that."""

import asyncio
import functools
import time

import arena
import attrs

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.campaign import Campaign, Journal, Outbox, Worker
from gosms_async.campaign.rows import Rows

pytest_plugins = "servers"

SLOW = "70000000007"  # to the emulator: its answer comes a second after the message is stored


async def test_an_answer_that_comes_with_its_deadline_counts(journal, hurried, monkeypatch):
    """The client has its id by then, and its caller a doubt: no look takes it for another's."""
    mark = Rows.mark

    async def freeze(self, *row):
        marked = await mark(self, *row)
        asyncio.get_running_loop().call_later(0.7, time.sleep, 1.0)
        return marked

    monkeypatch.setattr(Rows, "mark", freeze)
    settings = attrs.evolve(hurried, send_timeout=1.2, settle_lost=0.8)
    with arena.emulator(seed=1, p=0) as (url, truth):
        client = functools.partial(AsyncGoSMS, "dev", base_url=url)
        limit = RateLimit(10_000, margin=0)
        async with Worker(journal, client, settings=settings, rate_limit=limit):
            sent = await Outbox(journal).send(SLOW, "hi", ref="k", timeout=30)

        assert truth().ids == {SLOW: sent.id}
        assert truth().stored == 1


async def test_a_server_that_freezes_in_the_middle_is_waited_for(
    postgres_server, emulator, people, hurried
):
    """For longer than a send may take, so that nobody knows what became of what was under way."""
    emulator.fail("latency", p=1, seconds=0.02, match="send")
    client = functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url)
    async with Journal(postgres_server.url) as journal:
        campaign = Campaign("spring", journal)
        await campaign.load(people(120), "{name}")
        limit = RateLimit(10_000, margin=0)
        async with Worker(journal, client, settings=hurried, rate_limit=limit):
            await emulator.wait_for(to="79160000010", timeout=20)
            postgres_server.freeze()
            await asyncio.sleep(hurried.send_timeout + 0.5)
            stored = len(emulator.messages())
            postgres_server.thaw()
            counts = await asyncio.wait_for(campaign.wait(), 60)

    assert 0 < stored < 120
    assert counts.accepted == 120
    emulator.assert_sent(120)
    emulator.assert_no_duplicates()
