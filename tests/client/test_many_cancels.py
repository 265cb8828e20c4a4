"""Ten thousand calls cancelled or timed out at random moments leave every connection usable."""

import asyncio
import random

import pytest
from verbs import PHONE, TOKEN

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit
from gosms_async.emulator import Emulator

FAST = RateLimit(10**6)


async def cancelled_soon(call, seconds):
    try:
        async with asyncio.timeout(seconds):
            await call
    except TimeoutError:
        return 1
    return 0


@pytest.mark.slow
async def test_ten_thousand_random_cancels_then_fifty_of_fifty_calls():
    chance = random.Random(1)
    async with (
        Emulator(window=None, keep=10) as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url, rate_limit=FAST, on_unknown="raise") as gosms,
    ):
        cancelled = 0
        while cancelled < 10_000:
            cancelled += sum(
                await asyncio.gather(
                    *(
                        cancelled_soon(
                            gosms.send(PHONE, f"{cancelled} {n}"), chance.uniform(0, 0.01)
                        )
                        for n in range(200)
                    )
                )
            )

        sent = await asyncio.gather(*(gosms.send(PHONE, f"hi {n}") for n in range(50)))

        assert len({message.id for message in sent}) == 50
        await asyncio.sleep(0)
        assert gosms._session._dispatcher.in_flight == set()
        assert gosms._session._dispatcher.places.free == 20


async def test_deadlines_over_a_hanging_server_cost_no_connection():
    """Each ends in the middle of an exchange, on every connection of the pool twice."""
    async with Emulator(window=None) as emulator:
        emulator.fail("hang", p=1)
        async with AsyncGoSMS(
            TOKEN, base_url=emulator.base_url, rate_limit=FAST, on_unknown="raise", timeout=0.3
        ) as gosms:
            for turn in range(2):
                calls = (gosms.send(PHONE, f"hi {turn} {n}") for n in range(20))
                hung = await asyncio.gather(*calls, return_exceptions=True)
                assert all(isinstance(error, GoSMSError) for error in hung)
            emulator.faults.clear()

            found = [await gosms.get(message.id) for message in emulator.messages()]

            assert len(found) == 40
