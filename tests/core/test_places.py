"""Places: never more than there are, the longest waiter first, none lost by those who give up."""

import asyncio

import pytest

from gosms_async.core.bulk import each
from gosms_async.core.places import Places

pytestmark = pytest.mark.virtual_time


def begin(wait):
    return asyncio.ensure_future(wait)


async def test_the_first_comes_first_and_nobody_overtakes():
    places, order = Places(1), []
    places.take()

    async def waiter(number):
        await places.wait()
        order.append(number)

    waiters = [begin(waiter(number)) for number in range(3)]
    await asyncio.sleep(0)
    places.give_back()
    overtaken = places.take()  # given already, though its waiter has not run yet
    for _ in range(2):
        await asyncio.sleep(0)
        places.give_back()
    await asyncio.gather(*waiters)

    assert (order, overtaken, places.free) == ([0, 1, 2], False, 0)


@pytest.mark.parametrize("given_first", [False, True])
async def test_a_waiter_that_is_cancelled_costs_no_place(given_first):
    """Even in the turn in which it gets one."""
    places = Places(1)
    places.take()
    leaving, staying = begin(places.wait()), begin(places.wait())
    await asyncio.sleep(0)
    if given_first:
        places.give_back()
    leaving.cancel()
    await asyncio.sleep(0)
    if not given_first:
        places.give_back()

    async with asyncio.timeout(1):
        await staying
    places.give_back()

    assert places.free == 1


async def test_places_within_others_take_from_both_and_give_back_to_both():
    outer = Places(2)
    inner = Places(1, within=outer)
    await inner.wait()
    await outer.wait()

    with pytest.raises(TimeoutError):  # the inner one is full
        async with asyncio.timeout(1):
            await inner.wait()
    inner.give_back()
    await outer.wait()
    with pytest.raises(TimeoutError):  # now the outer one is
        async with asyncio.timeout(1):
            await inner.wait()
    outer.give_back()
    await inner.wait()  # no place was lost by those who gave up

    inner.give_back()
    outer.give_back()
    assert (inner.free, outer.free, inner.take()) == (1, 2, True)


async def test_a_piece_of_work_that_fails_comes_out_of_the_bulk():
    async def work(number):
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        assert [r async for r in each(work, [0], 1)] == []


async def test_one_who_comes_after_a_waiter_has_left_gets_the_place_it_left():
    """All in one turn of the loop: the first has not run since it was cancelled."""
    places = Places(1)
    places.take()
    leaving = begin(places.wait())
    await asyncio.sleep(0)
    leaving.cancel()
    places.give_back()

    async with asyncio.timeout(1):
        await places.wait()

    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert places.free == 0
