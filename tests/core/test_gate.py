"""The gate: so many exchanges at a time, and a place for each that ends, however it ends."""

import asyncio

import pytest

from gosms_async.core.bulk import each
from gosms_async.core.gate import Gate

pytestmark = pytest.mark.virtual_time


async def entered(gate, seconds, failure=None):
    async def exchange():
        await asyncio.sleep(seconds)
        if failure:
            raise failure

    await gate.enter()
    return gate.start(exchange())


async def test_no_more_than_its_size_are_in_flight_and_the_first_comes_first():
    gate, order = Gate(2), []

    async def caller(number):
        exchange = await entered(gate, 1)
        order.append(number)
        assert gate.in_flight <= 2
        await exchange.outcome

    await asyncio.gather(*map(caller, range(6)))

    assert order == [*range(6)]
    assert gate.in_flight == 0


async def test_a_failure_that_nobody_waits_for_is_silent(caplog):
    gate = Gate(1)
    await entered(gate, 1, ZeroDivisionError())

    await gate.drain(5)
    await asyncio.sleep(0)

    assert gate.in_flight == 0
    assert "never retrieved" not in caplog.text


async def test_cutting_ends_what_is_in_flight():
    gate = Gate(3)
    exchanges = [await entered(gate, 1000) for _ in range(3)]

    await gate.cut()
    await asyncio.sleep(0)

    assert all(exchange.outcome.cancelled() for exchange in exchanges)
    assert gate.in_flight == 0


async def test_a_place_that_was_not_used_is_given_back():
    gate = Gate(1)
    await gate.enter()

    gate.leave()

    async with asyncio.timeout(1):
        await gate.enter()


async def test_a_piece_of_work_that_fails_comes_out_of_the_bulk():
    async def work(number):
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        assert [r async for r in each(work, [0], 1)] == []
