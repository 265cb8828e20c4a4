"""What an HTTP answer means: JSON, or the error that says whether the call may be made again."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from .errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ErrorDetail,
    Fate,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnreadableResponseError,
)

_KINDS: Final = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
}
_NO_CONTENT: Final = 204
_NOT_FOUND: Final = 404
_REQUEST_TIMEOUT: Final = 408
_ANSWERED_BY_THE_API: Final = frozenset({500, 503})


@attrs.frozen
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)  #: looked up in any case
    body: bytes = attrs.field(repr=False)
    received_at: float  #: monotonic seconds; of its head

    @property
    def date(self) -> dt.datetime | None:
        """The server's clock when it answered: aware, UTC; it counts whole seconds."""
        return _http_date(self.headers.get("date", ""))

    def server_time(self, moment: float) -> dt.datetime | None:
        """Return the server's clock at *moment*, monotonic seconds: perhaps less, never more."""
        date = self.date
        return date and date + dt.timedelta(seconds=moment - self.received_at)


@attrs.frozen
class ErrorBody:
    """What an API says in the body of an error answer."""

    code: int | str | None = None
    message: str | None = None
    hash: str | None = None
    advice: str = ""
    final: bool = False
    """The code itself says that nothing was accepted and that repeating does not help."""
    gone: bool = False
    """The code says that the thing the call is about does not exist."""
    errors: tuple[ErrorDetail, ...] = ()
    """Every error, where the API lists them."""


@attrs.frozen(kw_only=True)
class Statuses:
    """What an API means by HTTP statuses, where it says more than HTTP does."""

    too_many_calls: frozenset[int] = frozenset({429})
    """Nothing was accepted; a moment later it may be."""
    not_processed: frozenset[int] = frozenset()
    """The server failed before it did anything; a moment later it may not."""


USUAL: Final = Statuses()

ErrorReader = Callable[[Any], ErrorBody | None]
"""Reads an API's error from parsed JSON; None where the JSON is not the API's error form."""

WaitReader = Callable[[Answer], float | None]
"""Returns the seconds that an answer which says no asks to wait; None where it does not."""


def parse(answer: Answer) -> Any:
    """
    Return the JSON of an answer that says yes, None where the status says that there is none.

    Raises:
        UnreadableResponseError: The body is not JSON.
    """
    if answer.status == _NO_CONTENT:
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise UnreadableResponseError(
            f"HTTP {answer.status}, but the body is not JSON", fate=Fate.ACCEPTED, passing=True
        ) from None


def refusal(
    answer: Answer,
    read_error: ErrorReader,
    statuses: Statuses = USUAL,
    read_wait: WaitReader | None = None,
) -> APIError | None:
    """Return the error that *answer* is, or None where it says yes."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - the class of success, RFC 9110
        return None
    body = _error_body(answer, read_error)
    said = body or ErrorBody()
    not_now = status in statuses.too_many_calls | statuses.not_processed
    fate = Fate.REFUSED if said.final or not_now else _fate(status, by_the_api=body is not None)
    return _kind(status, statuses)(
        status=status,
        code=said.code,
        message=said.message,
        hash=said.hash,
        advice="" if status in statuses.too_many_calls else said.advice,
        retry_after=(read_wait or retry_after)(answer),
        gone=said.gone or status == _NOT_FOUND,
        errors=said.errors,
        fate=fate,
        passing=not said.final and (not_now or fate is not Fate.REFUSED),
    )


def _kind(status: int, statuses: Statuses) -> type[APIError]:
    if status in statuses.too_many_calls:
        return RateLimitError
    return _KINDS.get(status) or (ServerError if status >= 500 else APIError)  # noqa: PLR2004


def _fate(status: int, *, by_the_api: bool) -> Fate:
    if status in _ANSWERED_BY_THE_API and by_the_api:
        return Fate.FAILED
    said_no = 300 <= status < 500 and status != _REQUEST_TIMEOUT  # noqa: PLR2004
    return Fate.REFUSED if said_no else Fate.LOST


def _error_body(answer: Answer, read_error: ErrorReader) -> ErrorBody | None:
    try:
        return read_error(json.loads(answer.body))
    except (ValueError, RecursionError):
        return None


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that `Retry-After` asks for (RFC 9110, 10.2.3), None for nonsense."""
    value = answer.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        return seconds_until(value, answer)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def seconds_until(date: str, answer: Answer) -> float | None:
    """Return the seconds from *answer* to an HTTP *date*; None for nonsense and for the past."""
    until = _http_date(date)
    now = answer.date or dt.datetime.now(dt.UTC)
    return (until - now).total_seconds() if until and until >= now else None


def _http_date(value: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
        return date.replace(tzinfo=date.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
