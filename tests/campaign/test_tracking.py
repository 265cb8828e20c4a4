"""Rows take the ends of their messages from one walk of the list."""

import asyncio
import time

import pytest

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.campaign import State
from gosms_async.campaign.report import record
from gosms_async.campaign.tracking import track


@pytest.fixture
async def gosms(emulator):
    limit = RateLimit(10_000, margin=0)
    async with AsyncGoSMS("dev", base_url=emulator.base_url, rate_limit=limit) as client:
        yield client


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


async def test_a_worker_tracks_while_it_is_open(campaign, worker, emulator, people):
    await campaign.load(people(3), "{name}")
    async with worker(track_every=0.1):
        await campaign.wait()
        emulator.clock.advance(minutes=5)

        async with asyncio.timeout(10):
            while (await campaign.counts()).delivered < 3:  # noqa: ASYNC110 - others do it
                await asyncio.sleep(0.02)

    assert (await campaign.counts()).left == 0


async def test_nothing_is_asked_while_nothing_is_waited_for(gosms, journal, emulator):
    assert await track(gosms, journal.database, "default", within=86_400) == 0

    assert emulator.requests == []


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
