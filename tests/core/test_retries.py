"""How often a failed call is made again, and how long apart."""

import asyncio

import pytest

from gosms_async.core.errors import APIError, CallError, OutcomeUnknownError, TransportError
from gosms_async.core.retry import Retries, RetryPolicy

pytestmark = pytest.mark.virtual_time


def failing(*errors):
    """An attempt that fails with each of *errors* in turn, then succeeds; it notes its moments."""
    left = list(errors)

    async def attempt():
        attempt.moments.append(asyncio.get_running_loop().time())
        if left:
            raise left.pop(0)
        return "done"

    attempt.moments = []
    return attempt


def passing():
    return TransportError("x", passing=True)


async def test_a_passing_failure_is_made_good():
    attempt = failing(passing(), passing())

    assert await Retries(RetryPolicy()).run(attempt) == "done"
    assert len(attempt.moments) == 3


@pytest.mark.parametrize("error", [TransportError("x"), CallError("x"), OutcomeUnknownError("x")])
async def test_another_failure_is_raised_at_once(error):
    attempt = failing(error)

    with pytest.raises(type(error)):
        await Retries(RetryPolicy()).run(attempt)

    assert len(attempt.moments) == 1


@pytest.mark.parametrize("error", [ZeroDivisionError(), asyncio.CancelledError(), TimeoutError()])
async def test_what_is_no_failure_of_a_call_is_never_repeated(error):
    attempt = failing(passing(), error)

    with pytest.raises(type(error)):
        await Retries(RetryPolicy()).run(attempt)

    assert len(attempt.moments) == 2


async def test_waits_are_drawn_from_zero_to_a_bound_that_doubles():
    """Full jitter: over many calls the waits fill the whole range, and never leave it."""
    policy = RetryPolicy(attempts=6, backoff=1, max_backoff=4, budget=10_000)
    retries, waits = Retries(policy), []

    for _ in range(300):
        attempt = failing(*(passing() for _ in range(5)))
        await retries.run(attempt)
        pairs = zip(attempt.moments, attempt.moments[1:], strict=False)
        waits.append([later - sooner for sooner, later in pairs])

    for bound, column in zip([1, 2, 4, 4, 4], zip(*waits, strict=True), strict=True):
        assert 0.9 * bound < max(column) <= bound
        assert min(column) < 0.1 * bound


async def test_the_budget_comes_back_with_successes():
    """Two retries are spent; ten successes earn one."""
    retries = Retries(RetryPolicy(attempts=2, backoff=0, budget=2))
    for _ in range(2):
        with pytest.raises(TransportError):
            await retries.run(failing(passing(), passing()))
    spent = failing(passing())
    with pytest.raises(TransportError):
        await retries.run(spent)

    for _ in range(11):
        await retries.run(failing())

    assert len(spent.moments) == 1
    assert await retries.run(failing(passing())) == "done"


async def test_calls_at_the_same_time_count_their_own_attempts():
    retries = Retries(RetryPolicy(budget=1000))
    attempts = [failing(*(passing() for _ in range(n % 4))) for n in range(40)]

    results = await asyncio.gather(*map(retries.run, attempts), return_exceptions=True)

    assert [len(attempt.moments) for attempt in attempts] == [1, 2, 3, 3] * 10
    assert [result == "done" for result in results] == [True, True, True, False] * 10


async def test_a_wait_that_was_asked_for_is_kept():
    attempt = failing(APIError(status=429, passing=True, retry_after=7.5))

    await Retries(RetryPolicy()).run(attempt)

    assert attempt.moments[1] - attempt.moments[0] == pytest.approx(7.5)
