"""Each error has an answer that tells a caller what to do, and nothing of the account."""

import pytest

from gosms_async import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ErrorCode,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnreadableResponseError,
    WaitTimeoutError,
)
from gosms_async.problems import problem_of

CASES = [
    (OutcomeUnknownError("?"), 202, None),
    (RateLimitError(status=429), 429, 5),
    (RateLimitError(status=429, retry_after=2.2), 429, 3),
    (RateLimitError(status=429, retry_after=0.0), 429, 1),
    (AuthenticationError(status=401), 503, 5),
    (PermissionDeniedError(status=403, code=ErrorCode.TARIFF_LIMIT), 503, 5),
    (BadRequestError(status=400, code=ErrorCode.NO_DEVICE), 503, 5),
    (BadRequestError(status=400, code=ErrorCode.BAD_PHONE_NUMBER), 422, None),
    (NotFoundError(status=404, code=ErrorCode.MESSAGE_NOT_FOUND), 404, None),
    (TransportError("refused"), 503, 5),
    (WaitTimeoutError("late"), 504, None),
    (ServerError(status=500), 502, None),
    (APIError(status=302), 502, None),
    (UnreadableResponseError("?"), 502, None),
]


@pytest.mark.parametrize(("error", "status", "retry_after"), CASES)
def test_each_error_has_its_answer(error, status, retry_after):
    problem = problem_of(error)

    assert (problem.status, problem.retry_after) == (status, retry_after)
    assert problem.headers == ({} if retry_after is None else {"Retry-After": str(retry_after)})
    assert problem.may_have_been_sent is (status == 202)


def test_an_answer_tells_nothing_of_the_account():
    error = PermissionDeniedError(
        status=403, code=ErrorCode.TARIFF_LIMIT, message="+79161234567", advice="pay", hash="abc"
    )

    assert problem_of(error).body == {
        "detail": "SMS cannot be sent at the moment",
        "code": 1006,
        "may_have_been_sent": False,
    }
