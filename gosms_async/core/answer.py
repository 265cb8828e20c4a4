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
    429: RateLimitError,
}
_NOT_FOUND: Final = 404
_TOO_MANY_CALLS: Final = 429
_REQUEST_TIMEOUT: Final = 408
_ANSWERED_BY_THE_API: Final = frozenset({500, 503})


@attrs.frozen
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)  #: looked up in any case
    body: bytes = attrs.field(repr=False)
    received_at: float  #: monotonic seconds

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


ErrorReader = Callable[[Any], ErrorBody | None]
"""Reads an API's error from parsed JSON; None where the JSON is not the API's error form."""


def parse(answer: Answer) -> Any:
    """
    Return the JSON of an answer that says yes.

    Raises:
        UnreadableResponseError: The body is not JSON.
    """
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise UnreadableResponseError(
            f"HTTP {answer.status}, but the body is not JSON", fate=Fate.ACCEPTED, passing=True
        ) from None


def refusal(answer: Answer, read_error: ErrorReader) -> APIError | None:
    """Return the error that *answer* is, or None where it says yes."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - the class of success, RFC 9110
        return None
    body = _error_body(answer, read_error)
    said = body or ErrorBody()
    fate = Fate.REFUSED if said.final else _fate(status, by_the_api=body is not None)
    return _kind(status)(
        status=status,
        code=said.code,
        message=said.message,
        hash=said.hash,
        advice=said.advice,
        retry_after=retry_after(answer),
        gone=said.gone or status == _NOT_FOUND,
        fate=fate,
        passing=not said.final and (status == _TOO_MANY_CALLS or fate is not Fate.REFUSED),
    )


def _kind(status: int) -> type[APIError]:
    return _KINDS.get(status) or (ServerError if status >= 500 else APIError)  # noqa: PLR2004


def _fate(status: int, *, by_the_api: bool) -> Fate:
    if status in _ANSWERED_BY_THE_API and by_the_api:
        return Fate.FAILED
    return Fate.LOST if status >= 500 or status == _REQUEST_TIMEOUT else Fate.REFUSED  # noqa: PLR2004


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
        until = _http_date(value)
        now = answer.date or dt.datetime.now(dt.UTC)
        seconds = (until - now).total_seconds() if until else math.nan
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _http_date(value: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
        return date.replace(tzinfo=date.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
