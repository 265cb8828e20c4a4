"""A policy that cannot work is refused by name."""

import math

import attrs
import pytest

from gosms_async import RetryPolicy
from gosms_async.core.retry import _at_least

SECONDS = ("backoff", "max_backoff", "max_retry_after", "budget")


def test_one_attempt_and_no_seconds_are_the_least():
    policy = RetryPolicy(attempts=1, **dict.fromkeys(SECONDS, 0))

    assert (policy.attempts, policy.backoff, policy.budget) == (1, 0, 0)


def test_attempts_below_one_are_refused():
    with pytest.raises(ValueError, match=r"^attempts must be 1 or above, not 0$"):
        RetryPolicy(attempts=0)


@pytest.mark.parametrize("wrong", [1.0, True, "3", None])
def test_attempts_are_a_whole_number(wrong):
    with pytest.raises(TypeError, match=r"^attempts must be int$"):
        RetryPolicy(attempts=wrong)


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("wrong", [-0.1, math.inf, math.nan])
def test_seconds_are_finite_and_not_below_zero(name, wrong):
    with pytest.raises(ValueError, match=f"^{name} must be 0 or above, not {wrong!r}$"):
        RetryPolicy(**{name: wrong})


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("wrong", [True, "1", None])
def test_seconds_are_numbers(name, wrong):
    with pytest.raises(TypeError, match=f"^{name} must be int or float$"):
        RetryPolicy(**{name: wrong})


def test_a_validator_made_now_does_the_same():
    """Those of the policy are made at import, where a change of their maker goes unseen."""
    made = attrs.make_class(
        "Made", {"count": attrs.field(validator=_at_least(2, int, float))}, kw_only=True
    )

    assert (made(count=2).count, made(count=2.5).count) == (2, 2.5)
    with pytest.raises(TypeError, match=r"^count must be int or float$"):
        made(count="2")
    for wrong in (1, math.inf, math.nan):
        with pytest.raises(ValueError, match=rf"^count must be 2 or above, not {wrong!r}$"):
            made(count=wrong)
