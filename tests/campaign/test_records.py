"""What is told and what is forgotten of a campaign."""

import io

import attrs
import pytest
import sqlalchemy as sa

from gosms_async import AsyncGoSMS
from gosms_async.campaign import Campaign, CampaignError, Entry, Outbox, State, write_csv
from gosms_async.campaign.report import note, record
from gosms_async.campaign.tables import ROWS

ENTRY = Entry(
    key="k",
    account="default",
    campaign="spring",
    batch="b",
    number=2,
    phone="79161234567",
    text="t",
)


async def fill(journal, **values):
    await journal.database.write(lambda c: c.execute(sa.update(ROWS).values(values)))


async def test_a_report_has_a_line_for_each_row_and_runs_no_formula(campaign, journal, people):
    await campaign.load(people(2), "{name}")
    await fill(journal, error='=HYPERLINK("http://x")', state="refused", changed_at=0.0)
    file = io.StringIO()

    assert await write_csv(campaign, file) == 2

    assert file.getvalue().splitlines()[1] == (
        '1,79160000000,refused,,False,"\'=HYPERLINK(""http://x"")",,1970-01-01T00:00:00+00:00'
    )


@pytest.mark.parametrize(
    ("values", "now", "said"),
    [
        ({"error": "HTTP 400", "state": State.REFUSED}, 0, "HTTP 400"),
        ({"status": 2}, 100, "sent"),
        ({"status": 2}, 90_000, "sent, no report"),
        ({"status": 0}, 100, ""),
        ({"status": 0}, 400, "waits for a phone"),
        ({"status": 0, "device_id": "d"}, 400, "waits for phone d"),
    ],
)
def test_a_note_says_what_the_state_does_not(values, now, said):
    entry = attrs.evolve(ENTRY, **{"state": State.ACCEPTED, "since": 0.0, **values})

    assert note(entry, now) == said
    assert record(entry, now)["note"] == said


async def test_a_purge_forgets_phones_and_texts_but_no_deed(campaign, journal, people):
    await campaign.load(people(3), "{name}")
    await fill(journal, state="accepted", sms_id=ROWS.c.key)
    await campaign.load(people(4), "{name}")

    assert await journal.purge() == 3

    rows = [row async for row in campaign.rows()]
    assert [(row.phone, row.text) for row in rows[:3]] == [("", "")] * 3
    assert rows[3].phone == "79160000003"


async def test_a_purged_recipient_gets_nothing_again(campaign, journal, people):
    await campaign.load(people(2), "{name}")
    await fill(journal, state="accepted", sms_id=ROWS.c.key)
    await journal.purge()

    loaded = await campaign.load(people(2), "{name}")

    assert loaded.new == 0


async def test_a_purge_of_one_phone_drops_what_is_planned_for_it(campaign, journal, people):
    await campaign.load(people(2), "{name}")

    assert await journal.purge(phone="79160000001") == 1

    counts = await campaign.counts()
    assert (counts.planned, counts.refused) == (1, 1)
    assert await campaign.retry() == 0


async def test_a_purge_by_age_spares_what_is_new(campaign, journal, people):
    await campaign.load(people(2), "{name}")
    await fill(journal, state="accepted")

    assert await journal.purge(older_than=3600) == 0


async def test_a_campaign_is_deleted_when_it_has_ended(campaign, journal, people):
    await campaign.load(people(2), "{name}")
    with pytest.raises(CampaignError, match="2 rows have not ended yet"):
        await campaign.delete()
    await fill(journal, state="refused")

    assert await campaign.delete() == 2

    assert await journal.campaigns() == []


async def test_campaigns_are_listed_by_account(journal, people):
    for name, account in (("a", "default"), ("b", "other"), ("c", "default")):
        await Campaign(name, journal, account=account).load(people(1), "{name}")

    assert await journal.campaigns() == ["a", "c"]


async def test_what_is_planned_is_counted_by_campaign(journal, people):
    for name, count in (("a", 2), ("b", 1)):
        await Campaign(name, journal).load(people(count), name)
    await Campaign("b", journal).cancel()
    await Outbox(journal).enqueue("79161234567", "hi", key="k")

    assert await journal.planned() == {"a": 2, "": 1}
    assert await journal.planned("other") == {}


async def test_a_journal_is_told_what_became_of_rows_without_a_worker(
    campaign, journal, worker, emulator, people
):
    await campaign.load(people(3), "{name}")
    async with worker():
        await campaign.wait()
    emulator.clock.advance(minutes=5)

    async with AsyncGoSMS("dev", base_url=emulator.base_url) as gosms:
        assert await journal.track(gosms) == 0

    assert (await campaign.counts()).delivered == 3
