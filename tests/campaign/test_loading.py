"""All rows of a source are stored, or none; and what was loaded once is not loaded again."""

import pytest

from gosms_async.campaign import Campaign, CampaignError, ChangedError, RowsError, State


async def test_recipients_are_normalised_and_counted(campaign):
    rows = [
        {"phone": "8 (916) 123-45-67", "name": "A"},
        {"phone": "+7 916 123 45 67", "name": "B"},
        {"phone": "123", "name": "C"},
        {"phone": "", "name": "D"},
        {"phone": "9161234568", "name": "₽"},
    ]

    loaded = await campaign.load(rows, "{name}, привет")

    assert (loaded.rows, loaded.new, loaded.skipped, loaded.repeated) == (2, 2, 2, 1)
    assert (loaded.parts, loaded.unicode, loaded.doubtful) == (2, 2, 1)
    assert [str(problem) for problem in loaded.problems] == [
        "row 2: repeats row 1",
        "row 3: not a phone number",
        "row 4: no phone number",
    ]
    assert [(row.number, row.phone) async for row in campaign.rows()] == [
        (1, "79161234567"),
        (5, "79161234568"),
    ]


async def test_one_wrong_row_keeps_all_from_being_stored(campaign, people):
    rows = [*people(3), {"phone": "89169999999"}, {"name": "no phone"}]

    with pytest.raises(RowsError) as caught:
        await campaign.load(rows, "{name}")

    assert [problem.row for problem in caught.value.problems] == [4, 5]
    assert str(caught.value).startswith("row 4: no value for {name}")
    assert (await campaign.counts()).total == 0


async def test_an_error_lists_the_first_rows_and_counts_the_rest(campaign):
    with pytest.raises(RowsError) as caught:
        await campaign.load([{"phone": "89160000000"}] * 1 + [{"x": "y"}] * 130, "{name}")

    assert caught.value.total == 131
    assert str(caught.value).endswith("and 111 more")


async def test_a_dry_run_stores_nothing(campaign, people):
    plan = await campaign.load(people(3), "{name}", dry_run=True)

    assert (plan.rows, plan.new, plan.first_text) == (3, 3, "N0")
    assert (await campaign.counts()).total == 0


async def test_loading_again_stores_only_what_is_new(campaign, people):
    await campaign.load(people(3), "{name}")

    loaded = await campaign.load(people(5), "{name}")

    assert (loaded.rows, loaded.new) == (5, 2)


async def test_a_file_that_was_loaded_is_not_read_again(campaign, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("phone\n89161234567\n89161234568\n")
    await campaign.load(file, "hi")

    assert await campaign.is_loaded(file, "hi")
    assert (await campaign.load(file, "hi")).new == 0
    assert not await campaign.is_loaded(file, "hi", limit=1)
    assert not await campaign.is_loaded(file, "ho")


async def test_a_limit_takes_the_first_rows_only(campaign, people):
    assert (await campaign.load(people(9), "{name}", limit=4)).new == 4


async def test_another_text_for_a_recipient_is_an_error(campaign, people):
    await campaign.load(people(2), "{name}")

    with pytest.raises(ChangedError, match="row 1: this recipient has another text"):
        await campaign.load(people(2), "dear {name}")


async def test_a_campaign_of_another_account_is_not_touched(campaign, journal, people):
    await campaign.load(people(1), "{name}")

    with pytest.raises(CampaignError, match="belongs to another account"):
        await Campaign("spring", journal, account="other").load(people(2), "{name}")


async def test_rows_come_page_by_page_in_order(campaign, people):
    await campaign.load(people(1203), "{name}")

    numbers = [row.number async for row in campaign.rows(State.PLANNED)]

    assert numbers == list(range(1, 1204))


async def test_a_plan_tells_what_another_file_of_the_campaign_has_planned(campaign, people):
    await campaign.load(people(5), "{name}")
    changed = [*people(5)[2:], *people(9)[7:]]

    plan = await campaign.load(changed, "{name}", dry_run=True)
    loaded = await campaign.load(changed, "{name}")

    assert (plan.rows, plan.new, plan.left_out) == (5, 2, 2)
    assert (loaded.rows, loaded.new, loaded.left_out) == (5, 2, 2)


async def test_a_dry_run_finds_another_text_as_well(campaign, people):
    await campaign.load(people(2), "{name}")

    with pytest.raises(ChangedError, match="cancel what is planned"):
        await campaign.load(people(2), "{name}!", dry_run=True)
