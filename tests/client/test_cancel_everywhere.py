"""A send may be cancelled at each of its steps: the client still works and no place is lost."""

import asyncio

import pytest
from fakes import Stepwise
from verbs import PHONE, SEND, TOKEN

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.emulator import Emulator

FAST = RateLimit(10**6)


async def cancelled_at(step, call):
    """Cancel *call* when it has been suspended *step* times; tell whether it came to that."""
    task = asyncio.ensure_future(call)
    for _ in range(step):
        if task.done():
            break
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


async def steps_until_done(gosms):
    """Cancel one send at its first step, one at its second …; count them until one gets through."""
    step = 0
    while await cancelled_at(step, gosms.send(PHONE, f"cancelled at {step}")):
        assert (await gosms.send(PHONE, f"after {step}")).attempts == 1
        step += 1
    return step


async def all_over(gosms):
    async with asyncio.timeout(5):
        while gosms._session._dispatcher.in_flight:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


@pytest.mark.parametrize("mode", ["raise", "resend"])
async def test_every_step_over_a_transport_in_memory(mode):
    transport = Stepwise(SEND.good)
    async with AsyncGoSMS(TOKEN, transport=transport, rate_limit=FAST, on_unknown=mode) as gosms:
        steps = await steps_until_done(gosms)
        await all_over(gosms)
        free = gosms._session._dispatcher.places.free

    assert steps > 8
    assert (transport.open, free) == (0, 20)


@pytest.mark.parametrize("mode", ["raise", "resend"])
async def test_every_step_over_a_socket(mode):
    async with (
        Emulator(window=None) as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url, rate_limit=FAST, on_unknown=mode) as gosms,
    ):
        steps = await steps_until_done(gosms)
        await all_over(gosms)

        await asyncio.gather(*(gosms.send(PHONE, f"then {n}") for n in range(50)))

        assert steps >= 8
        assert gosms._session._dispatcher.places.free == 20


async def test_a_cancelled_send_that_had_left_is_accepted_once():
    """The exchange ends in the background; the server's answer is not thrown away half-way."""
    async with (
        Emulator(window=None) as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url, rate_limit=FAST, on_unknown="raise") as gosms,
    ):
        sending = asyncio.ensure_future(gosms.send(PHONE, "left"))
        while not gosms._session._dispatcher.in_flight:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await all_over(gosms)

        assert [message.text async for message in gosms.messages()] == ["left"]


async def test_a_crowd_that_is_cancelled_in_the_queue_costs_nothing():
    """A hundred wait for twenty places; half of them give up, the others get through."""
    transport = Stepwise(SEND.good)
    async with AsyncGoSMS(TOKEN, transport=transport, rate_limit=FAST) as gosms:
        sends = [asyncio.ensure_future(gosms.send(PHONE, f"hi {n}")) for n in range(100)]
        await asyncio.sleep(0)
        for send in sends[::2]:
            send.cancel()
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        await all_over(gosms)

    assert not [outcome for outcome in outcomes[1::2] if isinstance(outcome, BaseException)]
    assert transport.open == 0
