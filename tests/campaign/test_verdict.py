"""What an error means for a row is never worse than what is known."""

import pytest

from gosms_async import (
    APIError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnreadableResponseError,
)
from gosms_async.campaign import JournalError
from gosms_async.campaign.verdict import Next, verdict_on

CASES = [
    (OutcomeUnknownError("?"), Next.DOUBT),
    (JournalError("the database is away"), Next.DOUBT),  # while a found message was claimed
    (RuntimeError("a bug of ours"), Next.DOUBT),
    (BadRequestError(status=400, code=2001), Next.REFUSE),
    (BadRequestError(status=400), Next.REFUSE),
    (NotFoundError(status=404, code=1016), Next.REFUSE),
    (APIError(status=413), Next.REFUSE),
    (ValueError("text"), Next.REFUSE),
    (BadRequestError(status=400, code=1004), Next.WAIT),
    (BadRequestError(status=400, code=1015), Next.WAIT),
    *((BadRequestError(status=400, code=code), Next.PAUSE) for code in (1002, 1003, 1005)),
    *((PermissionDeniedError(status=403, code=code), Next.PAUSE) for code in (1006, 3000, None)),
    (AuthenticationError(status=401), Next.PAUSE),
    (NotFoundError(status=404), Next.PAUSE),
    (UnreadableResponseError("a redirect"), Next.PAUSE),
    (RateLimitError(status=429), Next.AGAIN),
    (ServerError(status=500, code=1000), Next.AGAIN),
    (TransportError("no network"), Next.AGAIN),
]


@pytest.mark.parametrize(("error", "expected"), CASES)
def test_only_what_is_the_rows_own_fault_uses_it_up(error, expected):
    assert verdict_on(error).next is expected
