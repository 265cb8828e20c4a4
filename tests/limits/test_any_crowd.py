"""Whoever comes, waits or gives up, and however late the loop wakes: the limit's promises hold."""

import asyncio

import virtual
from hypothesis import given
from hypothesis import strategies as st

from gosms_async.core.limits import Limiter, RateLimit

MARGIN = 0.09
seconds = st.floats(0, 3, allow_nan=False)
waiters = st.lists(
    st.tuples(seconds, st.none() | seconds),  # comes after so long; gives up after so long
    min_size=1,
    max_size=60,
).map(lambda them: sorted(them, key=lambda waiter: waiter[0]))
#: how long each call is on its way; with half the margin for waking up the margin is used up
ways = st.lists(st.floats(0, MARGIN / 2 - 0.001), min_size=60, max_size=60)
blocked = st.lists(st.tuples(seconds, st.floats(0, 2)), max_size=3)


async def crowd(loop, waiters, blocked):
    """Return (number, start) of those who got a permit, in the order they got it."""
    limiter = Limiter(RateLimit(margin=MARGIN), clock=loop.time)
    begin = loop.time()
    granted = []

    async def wait(number, come, give_up):
        await asyncio.sleep(begin + come - loop.time())
        try:
            async with asyncio.timeout(give_up):
                await limiter.acquire("POST /send")
                granted.append((number, loop.time() - begin))
        except TimeoutError:
            pass

    for when, lag in blocked:
        loop.call_later(when, loop.lag, lag)
    async with asyncio.TaskGroup() as tasks:
        for number, waiter in enumerate(waiters):
            tasks.create_task(wait(number, *waiter))
    return granted


@given(waiters, ways, blocked)
def test_no_second_at_the_endpoint_holds_eleven(waiters, ways, blocked):
    """Counted where calls arrive, each some milliseconds late, no sliding second holds more."""
    granted = virtual.run(lambda loop: crowd(loop, waiters, blocked))

    arrivals = sorted(start + way for (_, start), way in zip(granted, ways, strict=False))
    for tenth, eleventh in zip(arrivals, arrivals[10:], strict=False):
        assert eleventh - tenth >= 1


@given(waiters)
def test_permits_go_out_in_the_order_of_arrival(waiters):
    """First come, first served, whoever gives up in between."""
    granted = virtual.run(lambda loop: crowd(loop, waiters, []))

    came = [waiters[number][0] for number, _ in granted]
    assert came == sorted(came)


@given(waiters)
def test_who_does_not_give_up_gets_a_permit_in_time(waiters):
    """Those who gave up cost nobody a permit: the patient are served as if alone."""
    granted = virtual.run(lambda loop: crowd(loop, waiters, []))

    patient = {number for number, (_, give_up) in enumerate(waiters) if give_up is None}
    served = {number for number, _ in granted}
    assert patient <= served
    windows = -(-len(granted) // 10)
    last_come = max(come for come, _ in waiters)
    assert granted == [] or granted[-1][1] <= last_come + windows * 1.09 + 0.2 + 0.001


def test_a_thousand_cancelled_waiters_leave_the_next_slot_on_time():
    """A crowd that gives up at once delays the one behind it by nothing."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        for _ in range(10):
            await limiter.acquire("POST /send")
        begin = loop.time()
        impatient = [asyncio.create_task(limiter.acquire("POST /send")) for _ in range(1000)]
        await asyncio.sleep(0.5)
        for task in impatient:
            task.cancel()
        await limiter.acquire("POST /send")
        return loop.time() - begin

    assert virtual.run(main) < 1.3
