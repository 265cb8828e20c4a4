"""A gate closes for longer each time, until something passes."""

import asyncio

import pytest

from gosms_async.campaign.gate import Gate

pytestmark = [pytest.mark.virtual_time]


async def seconds_closed(gate):
    start = asyncio.get_running_loop().time()
    await gate.enter()
    return round(asyncio.get_running_loop().time() - start, 3)


async def test_each_pause_is_twice_as_long_up_to_the_longest():
    gate, pauses = Gate(1.0, 5.0), []
    for _ in range(5):
        gate.close("no phone")
        pauses.append(await seconds_closed(gate))

    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0]


async def test_a_success_opens_it_for_good():
    gate = Gate(1.0, 60.0)
    gate.close("no phone")
    gate.close("and others who were inside")
    assert not gate.is_open
    await gate.enter()
    assert (gate.is_open, gate.reason) == (True, "no phone")

    gate.passed()

    assert (await seconds_closed(gate), gate.reason) == (0.0, "")
