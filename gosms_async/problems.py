"""What a web service answers its own caller when a call to GoSMS fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from gosms_async import (
    APIError,
    BadRequestError,
    ErrorCode,
    GoSMSError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitError,
    TransportError,
    WaitTimeoutError,
)

_SOON: Final = 5  #: seconds, where nobody said how long

_Rule = tuple[Callable[[GoSMSError], bool], int, str]


@attrs.frozen(kw_only=True)
class Problem:
    """An HTTP answer; nothing in it tells of the account, a phone or a text."""

    status: int
    detail: str
    code: int | str | None = None  #: the API's own error code
    may_have_been_sent: bool = False
    retry_after: int | None = None  #: seconds

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes beside the body."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    @property
    def body(self) -> dict[str, Any]:
        """What goes into the body, as JSON."""
        return {
            "detail": self.detail,
            "code": self.code,
            "may_have_been_sent": self.may_have_been_sent,
        }


def problem_of(error: GoSMSError) -> Problem:
    """
    Return what to answer when *error* ended the work on a request.

    202 says that the SMS may be on its way: the caller must not ask again blindly. After 429 and
    503 nothing was sent, and `Retry-After` says when to come again. 404 and 422 are about what
    the caller asked for; 502 and 504 about GoSMS.
    """
    status, detail = next((status, said) for rule, status, said in _RULES if rule(error))
    asked = error.retry_after if isinstance(error, APIError) else None
    return Problem(
        status=status,
        detail=detail,
        code=error.code if isinstance(error, APIError) else None,
        may_have_been_sent=error.may_have_been_sent,
        retry_after=max(1, math.ceil(_SOON if asked is None else asked))
        if status in {429, 503}
        else None,
    )


def _is(*kinds: type[GoSMSError]) -> Callable[[GoSMSError], bool]:
    return lambda error: isinstance(error, kinds)


def _is_ours(error: GoSMSError) -> bool:
    """Whether the account, its token or its phones are the reason, not what was asked for."""
    if not isinstance(error, APIError):
        return False
    code = error.code
    return error.status in {401, 403} or (isinstance(code, ErrorCode) and code.is_account_level)


_RULES: Final[tuple[_Rule, ...]] = (
    (_is(OutcomeUnknownError), 202, "the SMS may be on its way; it is not known yet"),
    (_is(RateLimitError), 429, "too many SMS at a time; nothing was sent"),
    (_is_ours, 503, "SMS cannot be sent at the moment"),
    (_is(NotFoundError), 404, "there is no such message"),
    (_is(BadRequestError), 422, "the phone number or the text was refused"),
    (_is(TransportError), 503, "the SMS service cannot be reached; nothing was sent"),
    (_is(WaitTimeoutError), 504, "the SMS has no final status yet"),
    (lambda _: True, 502, "the SMS service failed"),
)
