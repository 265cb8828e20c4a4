"""A store that is away, slow or back again: an error or a share of the limit, never no limit."""

import asyncio
import contextlib

import pytest
import virtual
from memory import MemoryStore, crew

from gosms_async.core.errors import TransportError
from gosms_async.core.limits import RateLimit


def most_in_a_second(starts):
    starts = sorted(starts)
    return max(sum(first <= s < first + 1 for s in starts) for first in starts)


async def starts_of(limiters, loop, seconds):
    """Five tasks for each limiter start as often as they may; errors are taken in silence."""
    starts = []

    async def keep_starting(limiter):
        while True:
            try:
                await limiter.acquire("POST /send")
                starts.append(loop.time())
            except TransportError:
                await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(keep_starting(each)) for each in limiters for _ in range(5)]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    return starts


def test_the_key_is_the_account_and_the_endpoint():
    """Accounts and endpoints have windows of their own, and nothing else is told the store."""

    async def main(loop):
        store = MemoryStore()
        await crew(store, loop)[0].acquire("POST /send")
        return [*store.windows]

    assert virtual.run(main) == ["account:POST /send"]


@pytest.mark.parametrize("delay", [0, 0.004, 0.04])
def test_clients_that_share_a_store_hold_the_limit_together(delay):
    """Four clients reach the limit, and no sliding second has eleven, near the store or far."""

    async def main(loop):
        return await starts_of(crew(MemoryStore(delay=delay), loop, 4), loop, 20)

    starts = virtual.run(main)

    assert most_in_a_second(starts) <= 10
    assert len(starts) >= 20 * 8.9


def test_a_store_that_is_away_ends_in_an_error_that_says_so():
    """Nothing left, and the same call may work a moment later."""

    async def main(loop):
        await crew(MemoryStore(away=True), loop)[0].acquire("POST /send")

    with pytest.raises(TransportError, match="store is away: gone fishing") as caught:
        virtual.run(main)

    assert caught.value.passing
    assert not caught.value.may_have_been_sent


def test_a_crowd_learns_at_once_that_the_store_is_away():
    """A thousand waiters do not each wait for an answer that does not come."""

    async def main(loop):
        store = MemoryStore(away=True, delay=0.4)
        (limiter,) = crew(store, loop)
        calls = [limiter.acquire("POST /send") for _ in range(1000)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, TransportError) for outcome in outcomes)
        return store.asked

    assert virtual.run(main) == 1


def test_a_store_that_came_back_is_used_again():
    async def main(loop):
        store = MemoryStore(away=True)
        (limiter,) = crew(store, loop)
        with pytest.raises(TransportError):
            await limiter.acquire("POST /send")
        store.away = False
        await asyncio.sleep(0.5)
        await limiter.acquire("POST /send")
        return store.windows["account:POST /send"].slots

    assert len(virtual.run(main)) == 1


@pytest.mark.parametrize(("share", "fewest", "most"), [(0.25, 1.8, 2), (0.05, 0.4, 0.6)])
def test_a_share_goes_on_alone(share, fewest, most):
    """Without the store a client takes its part of the limit, after a full pause."""

    async def main(loop):
        limiters = crew(MemoryStore(away=True), loop, share=share)
        begin = loop.time()
        return [start - begin for start in await starts_of(limiters, loop, 41)]

    starts = virtual.run(main)

    assert starts[0] >= 1
    assert fewest <= len(starts) / 40 <= most


def test_going_and_coming_of_the_store_never_makes_a_burst():
    """Four clients with a fair share each hold the limit through three absences."""

    async def main(loop):
        store = MemoryStore()
        running = asyncio.create_task(starts_of(crew(store, loop, 4, share=0.25), loop, 40))
        for _ in range(3):
            await asyncio.sleep(5.3)
            store.away = True
            await asyncio.sleep(4.1)
            store.away = False
            store.windows.clear()  # it forgot everything
        return await running

    assert most_in_a_second(virtual.run(main)) <= 10


def test_a_store_slower_than_the_margin_allows_counts_as_away():
    """A slot that is known too late is of no use; the error names the time that would be."""

    async def main(loop):
        await crew(MemoryStore(delay=0.2), loop)[0].acquire("POST /send")

    with pytest.raises(TransportError, match=r"longer than 0\.045 s"):
        virtual.run(main)


def test_a_wider_margin_makes_a_far_store_usable():
    async def main(loop):
        (limiter,) = crew(MemoryStore(delay=0.2), loop, margin=0.5)
        await limiter.acquire("POST /send")

    virtual.run(main)


def test_a_cancelled_waiter_leaves_its_slot_to_the_next():
    """Cancelled on the way to the store or while it waits, it costs the account no slot."""

    async def acquire_for(seconds, limiter, starts, loop):
        while True:
            async with asyncio.timeout(seconds):
                await limiter.acquire("POST /send")
                starts.append(loop.time())

    async def main(loop):
        (limiter,) = crew(MemoryStore(delay=0.01), loop)
        starts, begin = [], loop.time()
        for patience in [0.001, 0.009, 0.05, 0.1] * 60:
            with contextlib.suppress(TimeoutError):
                await acquire_for(patience, limiter, starts, loop)
        return len(starts) / (loop.time() - begin)

    assert virtual.run(main) > 9


def test_an_absence_found_when_nobody_waited_is_not_told_later():
    """What the store said to a waiter that gave up is no news for one that comes much later."""

    async def main(loop):
        store = MemoryStore(delay=0.4, away=True)
        (limiter,) = crew(store, loop)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await limiter.acquire("POST /send")
        await asyncio.sleep(10)
        store.away, store.delay = False, 0
        await limiter.acquire("POST /send")
        return store.asked

    assert virtual.run(main) == 2


def test_a_fault_in_a_store_is_raised_and_does_not_stay():
    """An error that is none of being away is shown as it is, and the next call asks again."""

    class BrokenOnce(MemoryStore):
        async def reserve(self, *ask, **how):
            if not self.asked:
                self.asked = 1
                raise KeyError("a fault")
            return await super().reserve(*ask, **how)

    async def main(loop):
        (limiter,) = crew(BrokenOnce(), loop)
        with pytest.raises(KeyError):
            await limiter.acquire("POST /send")
        await limiter.acquire("POST /send")

    virtual.run(main)


def test_a_refusal_while_the_store_is_away_pauses_who_goes_on_alone():
    async def main(loop):
        (limiter,) = crew(MemoryStore(away=True), loop, share=0.5)
        await limiter.refused("POST /send", 7)
        begin = loop.time()
        await limiter.acquire("POST /send")
        return loop.time() - begin

    assert virtual.run(main) == pytest.approx(7)


@pytest.mark.parametrize("share", [0, -0.5, 1.5, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match="share"):
        RateLimit(share=share)
