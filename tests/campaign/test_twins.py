"""Rows of one text to one phone take turns, and none waits for another for ever."""

import asyncio

from gosms_async.campaign import Campaign
from gosms_async.campaign.rows import Rows


async def test_batches_whose_doubts_wait_for_each_other_are_settled(
    journal, worker, emulator, people, monkeypatch
):
    """In each of two batches one row is in doubt, and its twin in the other waits for it."""
    first = {("one", "79160000000"), ("two", "79160000001")}
    begun, mark, both = set(), Rows.mark, asyncio.Event()

    async def in_turn(self, entry, *rest):
        place = (entry.campaign, entry.phone)
        if place not in first:
            await both.wait()
        begun.add(place)
        marked = await mark(self, entry, *rest)
        if begun >= first:
            both.set()
        return marked

    monkeypatch.setattr(Rows, "mark", in_turn)
    emulator.fail("drop_after", times=2, match="send")
    emulator.fail("list_lag", p=1, seconds=1)
    campaigns = [Campaign(name, journal) for name in ("one", "two")]
    for campaign in campaigns:
        await campaign.load(people(2), "the same")

    async with worker(patience=0.3):
        counts = [await asyncio.wait_for(each.wait(), 20) for each in campaigns]

    assert [each.accepted for each in counts] == [2, 2]
    emulator.assert_sent(4)
