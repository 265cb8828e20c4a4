"""Which message a send takes for its own, and what it says of the others."""

import gc
import logging

import pytest
from shelf import Shelf, client

from gosms_async import OutcomeUnknownError, ServerError, Verify

pytestmark = pytest.mark.virtual_time

PHONE = "79160000000"


async def test_the_earliest_is_taken_and_the_others_are_reported(caplog):
    shelf = Shelf()
    async with client(shelf) as gosms:
        await gosms.list()  # the server's clock is known before
        early, late = (shelf.put(PHONE, "hi", age=age) for age in (2, 1))
        with caplog.at_level(logging.WARNING):
            sent = await gosms.send(PHONE, "hi")

    stored = f"{0xA2:024x}"
    assert (sent.id, sent.recovered, sent.attempts) == (early, True, 1)
    assert sent.duplicates == (late, stored)
    (record,) = (each for each in caplog.records if each.levelno == logging.WARNING)
    assert (record.getMessage(), record.ids) == ("duplicates seen", (late, stored))


async def test_one_message_alone_is_no_duplicate(caplog):
    async with client(Shelf()) as gosms:
        with caplog.at_level(logging.WARNING):
            sent = await gosms.send(PHONE, "hi")

    assert sent.duplicates == ()
    assert "duplicates seen" not in caplog.text


@pytest.mark.parametrize("other", ["another phone", "another text", "too old"])
async def test_what_cannot_be_the_message_is_left_alone(other):
    shelf = Shelf(stores=False, status=None)
    async with client(shelf) as gosms:
        await gosms.list()
        shelf.put(
            "79161111111" if other == "another phone" else PHONE,
            "ho" if other == "another text" else "hi",
            age=30 if other == "too old" else 0,
        )
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONE, "hi")


async def test_a_message_that_another_process_claims_is_passed_over():
    shelf, asked = Shelf(), []

    async def claim(message_id):
        asked.append(message_id)
        return len(asked) > 1

    async with client(shelf, on_unknown=Verify(claim=claim)) as gosms:
        await gosms.list()
        theirs = shelf.put(PHONE, "hi", age=2)
        sent = await gosms.send(PHONE, "hi")

    assert asked == [theirs, sent.id]
    assert sent.duplicates == ()


async def test_when_all_are_claimed_by_others_nothing_is_found():
    shelf = Shelf(status=None)

    async def claim(_):
        return False

    async with client(shelf, on_unknown=Verify(claim=claim)) as gosms:
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONE, "hi")


async def test_attempts_are_counted_into_what_a_doubt_resolves_to():
    shelf = Shelf(stores=False, status=None)
    async with client(shelf) as gosms:
        with pytest.raises(OutcomeUnknownError) as caught:
            await gosms.send(PHONE, "hi")
        found = shelf.put(PHONE, "hi")

        sent = await caught.value.resolve(timeout=20)

    assert (sent.id, sent.attempts, sent.recovered) == (found, 1, True)


async def test_a_later_twin_does_not_take_the_message_of_an_earlier_one():
    """It begins within the margin of the clocks, so only the claim tells them apart."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        first = await gosms.send(PHONE, "hi")
        gc.collect()
        shelf.stores = False
        with pytest.raises(ServerError):
            await gosms.send(PHONE, "hi")

    assert first.recovered
