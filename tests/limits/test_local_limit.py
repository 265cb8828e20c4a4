"""A client that has its limit for itself: ten at once, never eleven in a second."""

import asyncio

import pytest
import virtual

from gosms_async.core.limits import Limiter, RateLimit


def most_in_a_second(starts):
    """The most of *starts* that any half-open second holds."""
    starts = sorted(starts)
    return max(sum(first <= s < first + 1 for s in starts) for first in starts)


async def starts_of(limiter, loop, calls, endpoint="POST /send"):
    """Start *calls* tasks at once and return when each got its permit, in order of arrival."""

    async def start():
        await limiter.acquire(endpoint)
        return loop.time()

    return await asyncio.gather(*(start() for _ in range(calls)))


def test_an_idle_account_starts_ten_calls_at_once():
    """The first ten permits are there without a wait; the eleventh is not."""

    async def main(loop):
        return await starts_of(Limiter(RateLimit(), clock=loop.time), loop, 11)

    starts = virtual.run(main)

    assert starts[9] - starts[0] < 0.001
    assert starts[10] - starts[0] > 1


def test_a_free_permit_does_not_suspend():
    """Acquiring a free permit runs to its end without giving the loop a turn."""
    step = Limiter(RateLimit()).acquire("POST /send")

    with pytest.raises(StopIteration):
        step.send(None)


def test_six_hundred_calls_take_66_seconds_at_most():
    """The limit is used up: more than 9.1 starts a second, and never 11 in a sliding one."""

    async def main(loop):
        return await starts_of(Limiter(RateLimit(), clock=loop.time), loop, 600)

    starts = virtual.run(main)

    assert starts[-1] - starts[0] < 600 / 9.1
    assert most_in_a_second(starts) == 10


def test_endpoints_do_not_wait_for_each_other():
    """Each endpoint has a limit of its own."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        await starts_of(limiter, loop, 10)
        before = loop.time()
        await starts_of(limiter, loop, 10, "GET /list")
        return loop.time() - before

    assert virtual.run(main) < 0.001


def test_a_loop_blocked_for_seconds_does_not_burst():
    """A line that comes too late for its slot takes another one instead of catching up."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        loop.call_later(0.5, loop.lag, 7)
        return await starts_of(limiter, loop, 60)

    assert most_in_a_second(virtual.run(main)) == 10


def test_a_refusal_pauses_all_waiters_and_slows_them_down():
    """After a 429 with Retry-After 3 nobody starts for 3 s, then one at a time at half speed."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        waiting = asyncio.create_task(starts_of(limiter, loop, 30))
        await asyncio.sleep(0.1)
        refused = loop.time()
        await limiter.refused("POST /send", 3)
        return [start - refused for start in await waiting]

    starts = virtual.run(main)

    later = [start for start in starts if start > 0]
    assert later[0] == pytest.approx(3)
    assert later[10] - later[0] > 1.8
    assert most_in_a_second(later) <= 6


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 1.0), (0, 0.109), (-5, 0.109)])
def test_a_refusal_pauses_for_a_moment_even_if_it_names_none(retry_after, pause):
    """No Retry-After means one window; zero and less still mean one distance between starts."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        refused = loop.time()
        await limiter.refused("POST /send", retry_after)
        await limiter.acquire("POST /send")
        return loop.time() - refused

    assert virtual.run(main) == pytest.approx(pause)


def test_ten_refusals_of_one_burst_slow_down_once():
    """A refused burst is one piece of news; only the longest pause in it counts."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        for _ in range(10):
            await limiter.refused("POST /send", 1)
        return await starts_of(limiter, loop, 11)

    starts = virtual.run(main)

    assert starts[10] - starts[0] == pytest.approx(2 * 1.09, rel=0.1)


def test_full_speed_comes_back_with_time():
    """Ten windows after the pause an account starts ten at once again."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        await limiter.refused("POST /send")
        await asyncio.sleep(11.1)
        starts = await starts_of(limiter, loop, 10)
        return starts[-1] - starts[0]

    assert virtual.run(main) < 0.001


def test_a_storm_of_refusals_never_slows_beyond_eight_times():
    """However many 429s follow each other, a start comes every 0.9 s at the latest."""

    async def main(loop):
        limiter = Limiter(RateLimit(), clock=loop.time)
        for _ in range(20):
            await limiter.refused("POST /send", 0)
            await asyncio.sleep(0.2)
        starts = await starts_of(limiter, loop, 3)
        return starts[2] - starts[1]

    assert virtual.run(main) == pytest.approx(8 * 0.109, rel=0.05)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requests", 0),
        ("requests", -1),
        ("requests", 2.5),
        ("requests", True),
        ("per", 0),
        ("per", -1.0),
        ("per", float("nan")),
        ("per", float("inf")),
        ("margin", -0.1),
        ("margin", float("nan")),
    ],
)
def test_a_limit_out_of_range_names_the_field(field, value):
    """A wrong limit is refused where it is written."""
    with pytest.raises(ValueError, match=field):
        RateLimit(**{field: value})
