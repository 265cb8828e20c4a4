"""Every status, error code, delivery status and delivery code of the Sinch SMS API."""

import itertools

import httpx
import pytest

from gosms_async.contrib.sinch import (
    AsyncSinch,
    DeliveryCode,
    DeliveryStatus,
    DeliveryTimeoutError,
    SinchErrorCode,
)
from gosms_async.core.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

pytestmark = pytest.mark.virtual_time
PHONE = "46701234567"
BATCH = {"id": "01FC66621XXXXX119Z8PMV1QPQ", "to": [PHONE], "body": "hi", "type": "mt_text"}


@pytest.fixture
async def sinch_that_answers():
    """Make a client of a server that gives *answers* in order, the last one for ever."""
    clients = []

    def make(*answers):
        script = itertools.chain(answers, itertools.repeat(answers[-1]))
        requests = []

        def answer(request):
            requests.append(request)
            return next(script)

        clients.append(AsyncSinch("plan", "token", transport=httpx.MockTransport(answer)))
        return clients[-1], requests

    yield make
    for client in clients:
        await client.aclose()


@pytest.mark.parametrize(
    ("status", "kind", "requests_made"),
    [
        (400, BadRequestError, 1),
        (401, AuthenticationError, 1),
        (403, PermissionDeniedError, 1),
        (404, NotFoundError, 1),
        (405, APIError, 1),
        (415, APIError, 1),
        (418, APIError, 1),  # not documented: by its class
        (429, RateLimitError, 3),
        (500, ServerError, 3),
        (503, ServerError, 3),
    ],
)
async def test_a_send_is_repeated_where_sinch_says_that_it_did_nothing_yet(
    sinch_that_answers, status, kind, requests_made
):
    sinch, requests = sinch_that_answers(httpx.Response(status))

    with pytest.raises(APIError) as caught:
        await sinch.send(PHONE, "hi")

    assert (type(caught.value), caught.value.status) == (kind, status)
    assert not caught.value.may_have_been_sent
    assert [request.method for request in requests] == ["POST"] * requests_made


@pytest.mark.parametrize("status", [408, 502, 504, 520])
async def test_a_send_is_not_repeated_after_any_other_failure(sinch_that_answers, status):
    sinch, requests = sinch_that_answers(
        httpx.Response(status), httpx.Response(200, json={"count": 0, "batches": []})
    )

    with pytest.raises(OutcomeUnknownError):
        await sinch.send(PHONE, "hi")

    assert [request.method for request in requests].count("POST") == 1


@pytest.mark.parametrize("status", [200, 201])
async def test_a_send_is_accepted_by_either_status(sinch_that_answers, status):
    sinch, _ = sinch_that_answers(httpx.Response(status, json=BATCH))

    assert (await sinch.send(PHONE, "hi")).id == BATCH["id"]


@pytest.mark.parametrize("status", [429, 500, 503, 502])
async def test_a_read_is_repeated_after_any_passing_failure(sinch_that_answers, status):
    sinch, requests = sinch_that_answers(httpx.Response(status), httpx.Response(200, json=BATCH))

    assert (await sinch.get("B1")).id == BATCH["id"]
    assert len(requests) == 2


CODES = [
    (400, "syntax_invalid_json", SinchErrorCode.INVALID_JSON),
    (400, "syntax_invalid_parameter_format", SinchErrorCode.INVALID_PARAMETER_FORMAT),
    (400, "syntax_constraint_violation", SinchErrorCode.CONSTRAINT_VIOLATION),
    (403, "unknown_group", SinchErrorCode.UNKNOWN_GROUP),
    (403, "unknown_campaign", SinchErrorCode.UNKNOWN_CAMPAIGN),
    (403, "missing_callback_url", SinchErrorCode.MISSING_CALLBACK_URL),
]


@pytest.mark.parametrize(("status", "word", "code"), CODES)
@pytest.mark.parametrize("newer", [False, True])
async def test_both_forms_of_an_error_are_read(sinch_that_answers, status, word, code, newer):
    details = [{"field": "to"}]
    older_form = {"code": word, "text": "what is wrong"}
    newer_form = {"code": word, "message": "what is wrong", "status": "X", "details": details}
    body = {"error": newer_form} if newer else older_form
    sinch, _ = sinch_that_answers(httpx.Response(status, json=body))

    with pytest.raises(APIError) as caught:
        await sinch.send(PHONE, "hi")

    error = caught.value
    assert (error.status, error.code, error.message) == (status, code, "what is wrong")
    assert isinstance(error.code, SinchErrorCode)
    assert [each.more for each in error.errors] == [newer_form if newer else older_form]
    assert str(error) == f"HTTP {status}, code {word}: what is wrong"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"code": "quite_new", "text": "?"}, "quite_new", "?"),
        ({"error": {"code": 400, "message": "?"}}, 400, "?"),
        ({"code": "unknown_group", "text": 5}, SinchErrorCode.UNKNOWN_GROUP, None),
        ({"code": True}, None, None),
        ({"error": "a word"}, None, None),
        (["a list"], None, None),
        ("<html>", None, None),
    ],
)
async def test_an_error_in_any_other_form_is_still_that_status(
    sinch_that_answers, body, code, message
):
    sinch, _ = sinch_that_answers(httpx.Response(400, json=body))

    with pytest.raises(BadRequestError) as caught:
        await sinch.send(PHONE, "hi")

    assert (caught.value.code, caught.value.message) == (code, message)


STATUSES = {
    **dict.fromkeys(["Queued", "Dispatched"], False),
    **dict.fromkeys(["Aborted", "Cancelled", "Rejected", "Deleted"], True),
    **dict.fromkeys(["Delivered", "Failed", "Expired", "Unknown"], True),
    "Teleported": False,  # a new one: nobody knows whether another follows
}


def report(*counts, total=None):
    statuses = [{"code": c, "status": s, "count": n} for c, s, n in counts]
    total = sum(n for *_, n in counts) if total is None else total
    return {"batch_id": "B1", "total_message_count": total, "statuses": statuses}


@pytest.mark.parametrize(("status", "is_final"), STATUSES.items())
async def test_a_report_is_final_when_all_its_statuses_are(sinch_that_answers, status, is_final):
    body = report((0, "Delivered", 2), (401, status, 1))
    sinch, _ = sinch_that_answers(httpx.Response(200, json=body))

    seen = await sinch.delivery_report("B1")

    assert (seen.statuses[1].status, seen.is_final) == (status, is_final)


def test_a_status_is_known_in_any_case():
    assert DeliveryStatus("DELIVERED") is DeliveryStatus.DELIVERED


@pytest.mark.parametrize("counts", [[], [(0, "Delivered", 2)]])
async def test_a_report_that_misses_messages_is_not_final(sinch_that_answers, counts):
    sinch, _ = sinch_that_answers(httpx.Response(200, json=report(*counts, total=3)))

    assert not (await sinch.delivery_report("B1")).is_final


ALL_CODES = [0, 400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 411, 412]


@pytest.mark.parametrize("code", [*ALL_CODES, 499])
@pytest.mark.parametrize("spelled", [int, str])
async def test_delivery_codes_are_read_as_numbers_and_as_texts(sinch_that_answers, code, spelled):
    body = report((spelled(code), "Failed", 1))
    sinch, _ = sinch_that_answers(httpx.Response(200, json=body))

    (count,) = (await sinch.delivery_report("B1")).statuses

    assert (count.code, count.code in list(DeliveryCode)) == (code, code in ALL_CODES)


async def test_waiting_ends_with_the_final_report(sinch_that_answers):
    sinch, requests = sinch_that_answers(
        httpx.Response(200, json=report((400, "Queued", 1))),
        httpx.Response(200, json=report((401, "Dispatched", 1))),
        httpx.Response(200, json=report((0, "Delivered", 1))),
    )

    last = await sinch.wait("B1", timeout=60)

    assert last.is_final
    assert len(requests) == 3


async def test_waiting_ends_at_its_deadline(sinch_that_answers):
    sinch, _ = sinch_that_answers(httpx.Response(200, json=report((400, "Queued", 1))))

    with pytest.raises(DeliveryTimeoutError) as caught:
        await sinch.wait("B1", timeout=10)

    assert caught.value.last.statuses[0].status is DeliveryStatus.QUEUED
