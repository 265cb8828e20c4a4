"""What the listeners are told of one call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from . import hooks
from .errors import (
    APIError,
    CallError,
    Fate,
    OutcomeUnknownError,
    RateLimitError,
    TransportError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from types import TracebackType

    from .endpoint import Endpoint

_WORDS: Final[dict[type[BaseException], str]] = {
    OutcomeUnknownError: "unknown",
    APIError: "refused",
    UnreadableResponseError: "unreadable",
    asyncio.CancelledError: "cancelled",
}


class Silence:
    """The report of a call that nobody listens to; it is entered around the call."""

    __slots__ = ()

    def __enter__(self) -> None:
        """The call begins."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The call ends."""

    def queued(self) -> None:
        """The next attempt waits for its turn."""

    def attempt(self) -> None:
        """A request leaves."""

    def failure(self, error: CallError) -> None:
        """An attempt failed with *error*."""

    def retry(self, error: CallError, wait: float) -> None:
        """Another attempt follows *error* in *wait* seconds."""

    def recovered(self) -> None:
        """The answer was lost and the result found all the same."""


class Report(Silence):
    """Tells the listeners of one call."""

    __slots__ = ("_around", "_attempts", "_began", "_endpoint", "_good", "_queued")

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._around = hooks.around(endpoint)
        self._attempts = 0
        self._began = self._queued = _now()
        self._good = "ok"

    def __enter__(self) -> None:
        self._around.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        hooks.tell(
            hooks.Outcome(
                endpoint=self._endpoint,
                word=self._good if error is None else _word(error),
                attempts=self._attempts,
                seconds=_now() - self._began,
                error="" if error is None else type(error).__name__,
                code=error.code if isinstance(error, APIError) else None,
            )
        )
        self._around.__exit__(None, None, None)

    def queued(self) -> None:
        """Take note of the time."""
        self._queued = _now()

    def attempt(self) -> None:
        """Tell of an attempt, and how long it waited."""
        self._attempts += 1
        waited = _now() - self._queued
        hooks.tell(hooks.Attempt(endpoint=self._endpoint, number=self._attempts, waited=waited))

    def failure(self, error: CallError) -> None:
        """Tell of a failure if it was one call too many."""
        if isinstance(error, RateLimitError):
            hooks.tell(hooks.RateLimited(endpoint=self._endpoint, retry_after=error.retry_after))

    def retry(self, error: CallError, wait: float) -> None:
        """Tell of a retry."""
        name = type(error).__name__
        hooks.tell(
            hooks.Retry(endpoint=self._endpoint, attempts=self._attempts, wait=wait, error=name)
        )

    def recovered(self) -> None:
        """Let the outcome say that the call was recovered."""
        self._good = "recovered"


_SILENCE: Final = Silence()


def report_on(endpoint: Endpoint) -> Silence:
    """Return what tells of a call to *endpoint*; next to nothing while nobody listens."""
    if hooks.somebody_listens():
        return Report(endpoint.name or str(endpoint))
    return _SILENCE


def _now() -> float:
    return asyncio.get_running_loop().time()


def _word(error: BaseException) -> str:
    if isinstance(error, TransportError):
        return "not_sent" if error.fate is Fate.REFUSED else "no_answer"
    return next((word for kind, word in _WORDS.items() if isinstance(error, kind)), "failed")
