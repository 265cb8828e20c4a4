"""What the end of a send means for its row and for the account."""

from __future__ import annotations

import enum

import attrs

from gosms_async import (
    APIError,
    AuthenticationError,
    ErrorCode,
    GoSMSError,
    OutcomeUnknownError,
    RateLimitError,
    ServerError,
    TransportError,
)


class Next(enum.Enum):
    """What follows."""

    REFUSE = "refuse"  #: this row is wrong in itself
    DOUBT = "doubt"  #: it may have been accepted
    AGAIN = "again"  #: it was not sent, and the same may pass a moment later
    WAIT = "wait"  #: no phone is there: it passes when one is back
    PAUSE = "pause"  #: nothing passes until a person acts


@attrs.frozen
class Verdict:
    """What follows, and why."""

    next: Next
    reason: str
    code: int | None = None


_STOPPING = frozenset(code for code in ErrorCode if code.stops_account)
_WAITING = frozenset({ErrorCode.NO_DEVICE, ErrorCode.NO_ACTIVE_DEVICE})
_OF_THE_ROW = frozenset(
    {
        ErrorCode.NOT_YOUR_DEVICE,
        ErrorCode.SIM_WITHOUT_DEVICE,
        ErrorCode.BAD_PHONE_NUMBER,
        ErrorCode.BAD_MESSAGE,
        ErrorCode.BAD_CALLBACK_ID,
        ErrorCode.BAD_DEVICE_ID,
        ErrorCode.BAD_TO_SIM,
    }
)
_BEFORE_IT_LEFT = (GoSMSError, ValueError, TypeError)  # unless it says otherwise itself
_STATUSES_OF_THE_ROW = frozenset({400, 413, 415, 422})


def verdict_on(error: Exception) -> Verdict:
    """Judge *error*; what is not known to be the row's own fault never uses the row up."""
    code = error.code if isinstance(error, APIError) and isinstance(error.code, int) else None
    return Verdict(_next(error, code), str(error), code)


def _next(error: Exception, code: int | None) -> Next:
    if isinstance(error, OutcomeUnknownError) or not isinstance(error, _BEFORE_IT_LEFT):
        return Next.DOUBT
    if code in _WAITING:
        return Next.WAIT
    if isinstance(error, AuthenticationError) or code in _STOPPING:
        return Next.PAUSE
    if code in _OF_THE_ROW or isinstance(error, (ValueError, TypeError)) or _is_bad(error):
        return Next.REFUSE
    again = isinstance(error, (RateLimitError, ServerError, TransportError))
    return Next.AGAIN if again else Next.PAUSE


def _is_bad(error: Exception) -> bool:
    return isinstance(error, APIError) and error.status in _STATUSES_OF_THE_ROW
