"""What an error answer becomes: the status says the kind, the code refines, all of it is kept."""

import copy
import pickle

import attrs
import httpx
import pytest
from verbs import GET, PHONE, SEND, TEXT, TOKEN, VERBS, error

import gosms_async
from gosms_async import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ErrorCode,
    GoSMSError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnreadableResponseError,
    WaitTimeoutError,
)

pytestmark = pytest.mark.virtual_time

KINDS = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
    500: ServerError,
    503: ServerError,
    599: ServerError,
    302: APIError,
    408: APIError,
    418: APIError,
}
FINAL = [1002, 1003, 1005, 1006, 3000]
SAMPLES = [
    TransportError("refused"),
    OutcomeUnknownError("lost", attempts=2),
    UnreadableResponseError("not JSON"),
    WaitTimeoutError("late", last=GET.result),
    *(
        kind(status=400, code=ErrorCode.BAD_MESSAGE, message="нет", hash="ab", retry_after=1.5)
        for kind in {*KINDS.values()}
    ),
]


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
async def test_the_status_says_the_kind(brisk, api, status, kind):
    GET.route(api).mock(return_value=error(status, 1000, "почему"))

    with pytest.raises(APIError) as caught:
        await GET.call(brisk())

    assert type(caught.value) is kind
    assert attrs.asdict(caught.value, filter=lambda a, _: a.name in {"status", "code", "hash"}) == {
        "status": status,
        "code": ErrorCode.UNKNOWN_ERROR,
        "hash": "6654a4e8f152",
    }
    assert caught.value.message == "почему"


@pytest.mark.parametrize("status", [400, 403, 408, 429, 500, 502, 503])
@pytest.mark.parametrize("code", FINAL)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
async def test_a_final_code_is_never_repeated(brisk, api, verb, code, status):
    """Whatever the status says: a person must act first, and nothing was accepted."""
    route = verb.route(api).mock(return_value=error(status, code))

    with pytest.raises(APIError) as caught:
        await verb.call(brisk(on_unknown="resend"))

    assert route.call_count == 1
    assert caught.value.code == code
    assert not caught.value.may_have_been_sent


@pytest.mark.parametrize("code", list(ErrorCode))
async def test_a_documented_code_is_named_and_explained(gosms, api, code):
    SEND.route(api).mock(return_value=error(400, int(code)))

    with pytest.raises(BadRequestError) as caught:
        await SEND.call(gosms)

    assert caught.value.code is code
    assert str(code.value) in str(caught.value)
    assert code.advice() in str(caught.value)


@pytest.mark.parametrize("code", [0, 1, 1018, 9999, -5])
async def test_an_unknown_code_is_kept(gosms, api, code):
    SEND.route(api).mock(return_value=error(400, code, "новый запрет"))

    with pytest.raises(BadRequestError, match="новый запрет") as caught:
        await SEND.call(gosms)

    assert caught.value.code == code


async def test_a_code_may_be_a_text_of_digits(gosms, api):
    SEND.route(api).mock(return_value=error(400, "2001"))

    with pytest.raises(BadRequestError) as caught:
        await SEND.call(gosms)

    assert caught.value.code is ErrorCode.BAD_PHONE_NUMBER


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"errors": None}, {"errors": []}, {"errors": {}}, {"errors": {"code": "x"}}],
)
async def test_an_error_in_another_form_has_no_code(gosms, api, body):
    SEND.route(api).mock(return_value=httpx.Response(400, json=body))

    with pytest.raises(BadRequestError) as caught:
        await SEND.call(gosms)

    assert caught.value.code is None
    assert str(caught.value) == "HTTP 400: 400: the request is wrong in itself."


@pytest.mark.parametrize("message", [5, [], {"a": 1}, None])
async def test_words_of_another_type_are_left_out(gosms, api, message):
    body = {"errors": {"code": 9999, "message": message, "hash": 7}}
    SEND.route(api).mock(return_value=httpx.Response(400, json=body))

    with pytest.raises(BadRequestError) as caught:
        await SEND.call(gosms)

    assert (caught.value.message, caught.value.hash) == (None, None)


def test_one_kind_stands_above_all_errors():
    """And only doubt says that a send may have gone through."""
    kinds = [
        kind
        for name in gosms_async.__all__
        if isinstance(kind := getattr(gosms_async, name), type) and issubclass(kind, Exception)
    ]

    errors = {kind for kind in kinds if not issubclass(kind, Warning)}
    assert all(issubclass(kind, GoSMSError) for kind in errors)
    assert {kind for kind in errors if kind.may_have_been_sent} == {OutcomeUnknownError}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)
@pytest.mark.parametrize(
    "twin_of", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
def test_an_error_can_be_copied_and_pickled(sample, twin_of):
    twin = twin_of(sample)

    assert type(twin) is type(sample)
    assert (str(twin), repr(twin)) == (str(sample), repr(sample))


@pytest.mark.parametrize("answer", [error(400, 9999, f"Bad {PHONE} +{PHONE}"), error(502)])
async def test_an_error_shows_no_token_text_or_phone(make, api, answer):
    """Even where the server repeats them."""
    SEND.route(api).mock(return_value=answer)

    with pytest.raises(GoSMSError) as caught:
        await SEND.call(make())

    shown = str(caught.value) + repr(caught.value)
    assert not any(secret in shown for secret in (PHONE, TEXT, TOKEN))


async def test_an_error_stays_short(gosms, api):
    SEND.route(api).mock(return_value=error(400, 9999, "x" * 100_000))

    with pytest.raises(BadRequestError) as caught:
        await SEND.call(gosms)

    assert len(str(caught.value)) < 300


async def test_a_doubt_without_a_way_to_look_stays_one(gosms, api):
    SEND.route(api).mock(return_value=error(502))
    with pytest.raises(OutcomeUnknownError) as caught:
        await SEND.call(gosms)

    with pytest.raises(OutcomeUnknownError) as still:
        await pickle.loads(pickle.dumps(caught.value)).resolve(timeout=1)

    assert str(still.value) == str(caught.value)
