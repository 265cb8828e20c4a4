"""When a send counts as not accepted, and when it stays in doubt."""

import asyncio
import datetime as dt

import pytest
from shelf import Shelf, client

from gosms_async import Draft, OutcomeUnknownError, ServerError, Verify
from gosms_async.core.errors import Fate

pytestmark = pytest.mark.virtual_time

PHONES = [f"7916000000{n}" for n in range(6)]


def clock():
    return asyncio.get_running_loop().time()


async def test_many_that_are_not_there_are_known_by_walks_and_repeated():
    shelf = Shelf(stores=False)
    async with client(shelf) as gosms:
        sending = (gosms.send(phone, "hi") for phone in PHONES)
        ends = await asyncio.gather(*sending, return_exceptions=True)

    assert [type(end) for end in ends] == [ServerError] * 6
    assert shelf.posts > 6


async def test_a_walk_that_fails_is_no_reason_to_search_for_each():
    shelf = Shelf()
    shelf.failing_looks = 2
    async with client(shelf) as gosms:
        await asyncio.gather(*(gosms.send(phone, "hi") for phone in PHONES))

    assert [look["offset"] for look in shelf.looks if "search" not in look] == ["1"] * 3
    assert len(shelf.looks) == 3


async def test_a_look_that_hangs_is_given_up_after_ten_seconds():
    """The next one comes 5 seconds later."""
    shelf = Shelf()
    shelf.slowness = 10_000
    async with client(shelf, on_unknown=Verify(patience=25)) as gosms:
        sending = asyncio.ensure_future(gosms.send(PHONES[0], "hi"))
        await asyncio.sleep(5)
        shelf.slowness = 0.01

        assert (await sending).recovered
    assert shelf.looked_at[1] - shelf.looked_at[0] == pytest.approx(15, abs=0.5)


async def test_a_send_looks_for_twelve_seconds():
    async with client(Shelf(stores=False, status=None)) as gosms:
        begun = clock()
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONES[0], "hi")

        assert clock() - begun == pytest.approx(12, abs=0.1)


async def test_a_lost_send_that_is_settled_stays_a_doubt_that_names_its_cause():
    async with client(Shelf(stores=False, status=None), on_unknown=Verify(settle_lost=4)) as gosms:
        with pytest.raises(OutcomeUnknownError, match="ReadError: the connection broke") as caught:
            await gosms.send(PHONES[0], "hi")

    assert (caught.value.fate, caught.value.attempts) == (Fate.LOST, 1)


async def test_an_unreadable_yes_that_does_not_show_is_never_known_to_be_absent():
    shelf = Shelf(stores=False, status=200)
    async with client(shelf) as gosms:
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONES[0], "hi")

    assert shelf.posts == 1


async def test_what_the_second_attempt_stored_counts_two_attempts():
    shelf = Shelf(stores=False)
    async with client(shelf) as gosms:
        sending = asyncio.ensure_future(gosms.send(PHONES[0], "hi"))
        await asyncio.sleep(1)
        shelf.stores = True
        sent = await sending

    assert (sent.attempts, sent.recovered) == (2, True)


async def test_without_the_servers_clock_nothing_is_known_after_a_crash():
    shelf = Shelf()
    shelf.dated = False
    draft = Draft(phone_number=PHONES[0], message="hi")
    async with client(shelf) as gosms:
        with pytest.raises(OutcomeUnknownError, match=r"^outcome unknown: it was") as caught:
            await gosms.recover(draft, since=shelf.now, timeout=400)

    assert caught.value.fate is Fate.LOST


async def test_without_the_servers_clock_a_message_that_is_there_cannot_be_told_from_an_old_one():
    shelf = Shelf()
    shelf.dated = False
    async with client(shelf) as gosms:
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONES[0], "hi")

    assert shelf.posts == 1


async def test_a_clock_that_was_heard_long_ago_does_not_count():
    """The machine slept for an hour since: what was stored meanwhile is not this send's."""

    class Sleeper(Shelf):
        slept = dt.timedelta()

        @property
        def now(self):
            return super().now + self.slept

    shelf = Sleeper(stores=False, status=None)
    async with client(shelf) as gosms:
        await gosms.list()
        await asyncio.sleep(700)
        shelf.slept = dt.timedelta(hours=1)
        shelf.put(PHONES[0], "hi", age=1800)

        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONES[0], "hi")


# `nox -s mutation` leaves these alive, and no test could tell them:
# - ">=" for ">" and the like where times are compared: no two events fall on the same instant;
# - None, "" or 0 for another false value that is only asked whether it is one (`in_line`, `found`);
# - the first values of `Search`: they are replaced when the first attempt leaves;
# - `Walk(None)`: the page's length only matters to a list that counts offsets in pages and shrinks;
# - a look that is made though the message was found: it is taken from what was known before;
# - `found` of an accepted send: whoever could resolve it has its answer already;
# - a task of the shared book that was cancelled or raised: it is neither while its loop lives;
# - the second message of a page for its first: among a hundred, either shows the list's order;
# - tenacity's state without an outcome: it asks only after one.
