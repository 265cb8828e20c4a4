"""Clients of one account in one process, as a program makes that opens one for each request."""

import asyncio

import pytest
from shelf import Shelf, client

from gosms_async import Draft, OutcomeUnknownError, ServerError, Verify

PHONE = "79161234567"
DRAFT = Draft(phone_number=PHONE, message="hi")

pytestmark = pytest.mark.virtual_time


@pytest.mark.parametrize("second_is_over", [False, True])
async def test_a_lost_send_of_one_is_not_found_in_the_message_of_the_other(second_is_over):
    """Not even if the other client is closed and gone by the time of the look."""
    shelf = Shelf(status=None, stores=False)
    async with client(shelf, timeout=60, on_unknown="raise") as first:
        with pytest.raises(OutcomeUnknownError) as lost:
            await first.send(PHONE, "hi")
        shelf.status, shelf.stores = 200, True
        second = client(shelf, timeout=60)
        sent = await second.send(PHONE, "hi")
        if second_is_over:
            await second.aclose()
            del second

        assert await lost.value.resolve(300) is None
        assert sent.attempts == 1
        if not second_is_over:
            await second.aclose()


async def test_equal_sends_of_two_clients_go_one_at_a_time():
    shelf = Shelf(status=200)
    async with client(shelf) as first, client(shelf) as second:
        sending = [asyncio.ensure_future(each.send(PHONE, "hi")) for each in (first, second)]
        await asyncio.sleep(0.005)
        in_flight = shelf.posts
        await asyncio.gather(*sending)

    assert (in_flight, shelf.posts) == (1, 2)


async def test_an_id_in_other_letters_is_the_same_message():
    shelf = Shelf(status=None, stores=False)
    async with client(shelf, timeout=60, on_unknown="raise") as gosms:
        with pytest.raises(OutcomeUnknownError) as lost:
            await gosms.send(PHONE, "hi")
        shelf.status, shelf.stores, shelf.shouts = 200, True, True
        await gosms.send(PHONE, "hi")

        assert await lost.value.resolve(300) is None


async def test_a_result_that_was_lost_after_the_send_is_not_denied_by_recover():
    """The process lived, its database did not: nobody may send that SMS again."""
    shelf = Shelf(status=200)
    async with client(shelf) as gosms:
        since = await gosms.server_time()
        await gosms.send(PHONE, "hi")

        with pytest.raises(OutcomeUnknownError):
            await gosms.recover(DRAFT, since=since, timeout=250)


async def test_what_a_closed_client_was_told_is_in_doubt_for_a_while_and_then_found():
    """Its own process asks for it, whose result was lost; that can only be a mishap."""
    shelf = Shelf(status=200)
    async with client(shelf) as gosms:
        since = await gosms.server_time()
        sent = await gosms.send(PHONE, "hi")
    async with client(shelf) as later:
        with pytest.raises(OutcomeUnknownError):
            await later.recover(DRAFT, since=since, timeout=20)
        await asyncio.sleep(40)
        assert (await later.recover(DRAFT, since=since, timeout=20)).id == sent.id
        assert await later.recover(DRAFT, since=since, timeout=200) is None


async def test_a_claim_that_fails_is_asked_again():
    """Its error says nothing about an SMS that is there."""
    answers = [OSError("the database is away"), True]

    async def claim(_):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with client(Shelf(), on_unknown=Verify(claim=claim)) as gosms:
        assert (await gosms.send(PHONE, "hi")).recovered


@pytest.mark.parametrize("seconds", [None, -1, float("inf"), float("nan"), "1"])
async def test_a_doubt_is_resolved_within_a_time(seconds):
    async with client(Shelf(status=None), on_unknown="raise") as gosms:
        with pytest.raises(OutcomeUnknownError) as lost:
            await gosms.send(PHONE, "hi")

        with pytest.raises((ValueError, TypeError), match="timeout"):
            await lost.value.resolve(seconds)


async def test_a_client_for_each_request_is_not_given_the_message_of_the_last_one():
    """Equal texts within a second, each by a client of its own; the second is not stored."""
    shelf = Shelf(status=200)
    async with client(shelf) as first:
        await first.send(PHONE, "hi")
    shelf.status, shelf.stores = 500, False

    async with client(shelf) as second:
        with pytest.raises(ServerError):
            await second.send(PHONE, "hi")
