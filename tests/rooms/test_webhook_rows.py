"""Webhooks feed campaigns and the outbox: a row hears of its message's end at once."""

import functools

from processes import until

from gosms_async import AsyncGoSMS
from gosms_async.campaign import Journal, Outbox, Settings, Worker

PHONE = "79161234567"


async def test_a_row_takes_its_end_from_a_webhook(served, router, tmp_path):
    """Its worker walks no list."""
    client = functools.partial(AsyncGoSMS, "dev", base_url=served.emulator.base_url)
    async with (
        Journal(tmp_path / "journal.db") as journal,
        Worker(journal, client, settings=Settings(track_every=0)),
    ):
        router.on()(journal.learn)
        served.listen()
        outbox = Outbox(journal)
        await outbox.enqueue(PHONE, "hi", key="7")

        async def accepted():
            return (await outbox.get("7")).state == "accepted"

        await until(accepted)
        await served.gosms.send(PHONE, "no row of the journal")
        served.emulator.clock.advance(minutes=1)
        await served.emulator.webhooks.settled()
        await served.receiver.settled()
        entry = await outbox.get("7")

    assert (entry.state, entry.status) == ("delivered", 4)
    assert served.looks() == 2


async def test_what_comes_late_changes_no_end(served, tmp_path):
    client = functools.partial(AsyncGoSMS, "dev", base_url=served.emulator.base_url)
    async with (
        Journal(tmp_path / "journal.db") as journal,
        Worker(journal, client, settings=Settings(track_every=0)),
    ):
        outbox = Outbox(journal)
        await outbox.enqueue(PHONE, "hi", key="7")

        async def sent():
            return (await outbox.get("7")).sms_id

        sms_id = await until(sent)
        before = await served.gosms.get(sms_id)
        served.emulator.clock.advance(minutes=1)
        await journal.learn(await served.gosms.get(sms_id))
        await journal.learn(before)
        entry = await outbox.get("7")

    assert (entry.state, entry.status) == ("delivered", 4)
