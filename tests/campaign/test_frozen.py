"""A process that gets no time for a while sends nothing twice for that."""

import asyncio
import functools
import time

import arena
import attrs

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.campaign import Outbox, Worker
from gosms_async.campaign.rows import Rows

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
