"""Sends in doubt at the same time share their looks."""

import asyncio

import pytest
from shelf import Shelf, client

from gosms_async import OutcomeUnknownError, ServerError

pytestmark = pytest.mark.virtual_time

PHONES = [f"7916000000{n}" for n in range(8)]


async def send_all(gosms, phones, text="hi"):
    return await asyncio.gather(*(gosms.send(phone, text) for phone in phones))


@pytest.mark.parametrize("crowd", [4, 8])
async def test_more_than_three_phones_are_found_by_one_walk_of_the_newest(crowd):
    shelf = Shelf()
    async with client(shelf) as gosms:
        sent = await send_all(gosms, PHONES[:crowd])

    assert [each.id for each in sent] == [shelf.id_of(phone) for phone in PHONES[:crowd]]
    assert [look.get("search") for look in shelf.looks] == [None]


async def test_up_to_three_phones_are_searched_for_by_number():
    shelf = Shelf()
    async with client(shelf) as gosms:
        sent = await send_all(gosms, PHONES[:4][1:])

    assert [each.id for each in sent] == [shelf.id_of(phone) for phone in PHONES[1:4]]
    assert sorted(look["search"] for look in shelf.looks) == PHONES[1:4]


async def test_twins_in_one_round_are_searched_for_once():
    """Two texts to one phone are one question, and each gets its own message."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        drafts = [(PHONES[0], "a"), (PHONES[1], "b"), (PHONES[1], "c")]
        sent = await asyncio.gather(*(gosms.send(*draft) for draft in drafts))

    assert len({each.id for each in sent}) == 3
    assert sorted(look["search"] for look in shelf.looks) == PHONES[:2]


async def test_a_walk_ends_at_the_first_message_that_is_too_old():
    """Of 350 messages 130 are young: two pages of 100 are read, the newest hundreds."""
    shelf = Shelf()
    for number in range(350):
        shelf.put("79990000000", f"{number}", age=0 if number < 130 else 3600)
    async with client(shelf) as gosms:
        await send_all(gosms, PHONES[:5])

    walked = [look for look in shelf.looks if "search" not in look]
    assert [(look["limit"], look["offset"]) for look in walked] == [("100", "1"), ("100", "2")]


async def test_a_walk_reads_on_while_messages_are_as_old_as_the_order_may_be_wrong():
    """Margin 3 s and slack 5 s: a message 7 s older than the send may hide younger ones."""
    shelf = Shelf()
    for number in range(250):
        shelf.put("79990000000", f"{number}", age=6)
    async with client(shelf) as gosms:
        await send_all(gosms, PHONES[:5])

    assert [look["offset"] for look in shelf.looks if "search" not in look] == ["1", "2", "3"]


async def test_a_list_that_is_not_newest_first_is_never_walked_again():
    shelf = Shelf(newest_first=False)
    for age in range(200, 0, -1):
        shelf.put("79990000000", f"{age}", age=60 * age)
    async with client(shelf) as gosms:
        sent = await send_all(gosms, PHONES[:5], "one")
        again = await send_all(gosms, PHONES[:5], "two")

    assert [each.recovered for each in sent + again] == [True] * 10
    walked = [look for look in shelf.looks if "search" not in look]
    assert [look["offset"] for look in walked] == ["1"]


async def test_a_search_that_fails_fails_for_its_phone_alone_and_is_made_again():
    shelf = Shelf()
    shelf.failing_looks = 1
    async with client(shelf) as gosms:
        first, second = await send_all(gosms, PHONES[:2])

    assert (first.recovered, second.recovered) == (True, True)
    asked = [look["search"] for look in shelf.looks]
    assert asked == [asked[0], asked[1], asked[0]]
    assert sorted(asked[:2]) == PHONES[:2]


async def test_a_walk_that_fails_is_made_again_at_the_next_look():
    shelf = Shelf()
    shelf.failing_looks = 2
    async with client(shelf) as gosms:
        sent = await send_all(gosms, PHONES[:6])

    assert all(each.recovered for each in sent)
    assert shelf.failing_looks == 0


async def test_looks_come_when_the_rules_say_so():
    """0.3, 1, 2, 5 and 10 seconds after the failure; a 500 settles at the look after 5 s."""
    shelf = Shelf(stores=False)
    async with client(shelf) as gosms:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(ServerError):
            await gosms.send(PHONES[0], "hi")

    of_first = [round(at - begun, 1) for at in shelf.looked_at[:4]]
    assert of_first == [0.3, 1.0, 2.0, 5.0]


async def test_after_the_last_look_of_the_rules_there_is_one_every_five_seconds():
    shelf = Shelf(stores=False, status=None)
    async with client(shelf) as gosms:
        with pytest.raises(OutcomeUnknownError) as caught:
            await gosms.send(PHONES[0], "hi")
        seen = len(shelf.looks)
        begun = asyncio.get_running_loop().time()
        with pytest.raises(OutcomeUnknownError):
            await caught.value.resolve(timeout=13)

        assert asyncio.get_running_loop().time() - begun == pytest.approx(13, abs=0.1)
    gaps = [
        b - a for a, b in zip(shelf.looked_at[seen:], shelf.looked_at[seen + 1 :], strict=False)
    ]
    assert gaps == [pytest.approx(5, abs=0.1)] * 2
