"""How often a call is made again, how long apart, and when a brown-out has eaten the budget."""

import asyncio

import pytest

from gosms_async import RetryPolicy, TransportError
from gosms_async.core.retry import Retries

pytestmark = pytest.mark.virtual_time

AGAIN = TransportError("it failed", passing=True)


def attempts(*ends):
    """A call whose attempts end so, one after the other."""
    left = list(ends)

    async def attempt():
        end = left.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    return attempt


async def test_no_backoff_is_no_wait():
    begun = asyncio.get_running_loop().time()

    assert await Retries(RetryPolicy(backoff=0)).run(attempts(AGAIN, AGAIN, "done")) == "done"

    assert asyncio.get_running_loop().time() == begun


async def test_who_listens_hears_the_error_and_the_wait():
    heard = []
    begun = asyncio.get_running_loop().time()

    await Retries(RetryPolicy()).run(
        attempts(AGAIN, "done"), on_retry=lambda error, wait: heard.append((error, wait))
    )

    waited = asyncio.get_running_loop().time() - begun
    assert heard == [(AGAIN, pytest.approx(waited, abs=0.001))]


async def test_an_error_that_asks_for_no_wait_is_repeated_whatever_the_longest_wait():
    assert await Retries(RetryPolicy(max_retry_after=0)).run(attempts(AGAIN, "done")) == "done"


async def test_a_success_gives_back_a_tenth_of_a_retry():
    retries = Retries(RetryPolicy(budget=1))
    await retries.run(attempts(AGAIN, "done"))

    with pytest.raises(TransportError):
        await retries.run(attempts(AGAIN, "never"))

    for _ in range(10):
        await retries.run(attempts("done"))
    assert await retries.run(attempts(AGAIN, "done")) == "done"
