"""How often a failed call is made again, how long apart (the one file that knows tenacity)."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from .errors import APIError, CallError, OutcomeUnknownError, UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import tenacity

T = TypeVar("T")


def _at_least(lowest: int, *kinds: type) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    """Return a validator for a finite number of one of *kinds*, *lowest* or above."""

    def check(_: object, field: attrs.Attribute[Any], value: Any) -> None:
        if type(value) not in kinds:
            raise TypeError(f"{field.name} must be {' or '.join(k.__name__ for k in kinds)}")
        if not lowest <= value < math.inf:
            raise ValueError(f"{field.name} must be {lowest} or above, not {value!r}")

    return check


_SECONDS = _at_least(0, int, float)


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """
    Bounded repetition with exponential back-off and full jitter.

    The error knows *whether* a call may be repeated; the policy knows how often. The deadline of
    the call bounds attempts and waits together.
    """

    attempts: int = attrs.field(default=3, validator=_at_least(1, int))
    """Requests a call may make, the first one included."""
    backoff: float = attrs.field(default=0.5, validator=_SECONDS)
    """Seconds: the first wait is drawn from 0 to this, each further bound is twice the last."""
    max_backoff: float = attrs.field(default=8.0, validator=_SECONDS)
    """Seconds: no bound of a back-off exceeds it."""
    max_retry_after: float = attrs.field(default=30.0, validator=_SECONDS)
    """Seconds: a server that asks for a longer wait gets none, the error is raised at once."""
    budget: float = attrs.field(default=20.0, validator=_SECONDS)
    """Retries a client may have spent beyond a tenth of its successes; a brown-out ends there."""


class Retries:
    """A policy at work for one client: it holds the client's retry budget."""

    def __init__(self, policy: RetryPolicy) -> None:
        import tenacity  # noqa: PLC0415 - made with a client; to import the package takes none

        self._policy = policy
        self._budget = policy.budget
        self._tenacity = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(policy.attempts),
            wait=self._wait,
            retry=self._again,
            reraise=True,
        )
        self._jitter = tenacity.wait_random_exponential(
            multiplier=policy.backoff, max=policy.max_backoff
        )

    async def run(
        self,
        attempt: Callable[[], Awaitable[T]],
        *,
        on_retry: Callable[[CallError, float], None] = lambda _error, _wait: None,
    ) -> T:
        """
        Return what *attempt* returns, making it again after a passing failure.

        *on_retry* is told the failure and the seconds until the next attempt.

        Raises:
            CallError: The last one, when the policy, the budget or the error says enough.
        """
        try:
            result = await attempt()
        except CallError as error:
            again = self._tenacity.copy(before_sleep=functools.partial(self._spend, on_retry))
            result = await again(_resumed_after(error, attempt))
        self._budget = min(self._policy.budget, self._budget + 0.1)
        return result

    def _again(self, state: tenacity.RetryCallState) -> bool:
        error = _failure(state)
        return (
            isinstance(error, CallError)
            and error.passing
            and self._budget >= 1
            and (_asked_wait(error) or 0.0) <= self._policy.max_retry_after
            and not (isinstance(error, UnreadableResponseError) and state.attempt_number > 1)
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        asked = _asked_wait(_failure(state))
        return self._jitter(state) if asked is None else asked

    def _spend(
        self, on_retry: Callable[[CallError, float], None], state: tenacity.RetryCallState
    ) -> None:
        self._budget -= 1
        error = _failure(state)
        assert isinstance(error, CallError)  # noqa: S101 - `_again` repeats after nothing else
        on_retry(error, state.upcoming_sleep)


def _resumed_after(
    error: CallError, attempt: Callable[[], Awaitable[T]]
) -> Callable[[], Awaitable[T]]:
    """Return *attempt* as tenacity is to see it: its first try has failed with *error* already."""
    failed = [error]

    async def resumed() -> T:
        if failed:
            raise failed.pop()
        return await attempt()

    return resumed


def _failure(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _asked_wait(error: BaseException | None) -> float | None:
    said = error.__cause__ if isinstance(error, OutcomeUnknownError) else error
    return said.retry_after if isinstance(said, APIError) else None
