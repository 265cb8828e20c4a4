"""One deadline covers a whole call: its queue, each attempt, each wait, each drop of a body."""

import asyncio
import itertools

import httpx
import pytest
from fakes import Body, Held
from verbs import GET, LIST, PHONE, SEND, error

from gosms_async import (
    GoSMSError,
    OutcomeUnknownError,
    RateLimit,
    RateLimitError,
    RetryPolicy,
    ServerError,
    TransportError,
    WaitTimeoutError,
)
from gosms_async.core.session import loop_time

pytestmark = pytest.mark.virtual_time


async def outcome(call, seconds=30.0):
    """Return the error of *call*, which ends on its deadline and not a moment later."""
    before = loop_time()
    with pytest.raises(GoSMSError) as caught:
        await call
    assert loop_time() - before <= seconds + 0.001
    return caught.value


async def test_queueing_for_a_permit_ends_on_the_deadline(make, api):
    """Nothing left: the error says so."""
    route = SEND.route(api).mock(return_value=SEND.good())
    gosms = make(rate_limit=RateLimit(1, per=100))
    await gosms.send(PHONE, "the only one")

    error = await outcome(gosms.send(PHONE, "one too many"))

    assert type(error) is TransportError
    assert (str(error), error.may_have_been_sent) == ("it never left: 30 s are over", False)
    assert route.call_count == 1


async def test_queueing_for_a_place_ends_on_the_deadline(make):
    held = Held(SEND.good)
    gosms = make(transport=held, rate_limit=RateLimit(1000))

    errors = await asyncio.gather(*(outcome(gosms.send(PHONE, f"{n}")) for n in range(25)))

    assert len(held.requests) == 20
    assert [type(error) for error in errors].count(OutcomeUnknownError) == 20
    assert [type(error) for error in errors].count(TransportError) == 5


@pytest.mark.parametrize("mode", ["raise", "resend"])
async def test_a_send_to_a_hanging_server_is_in_doubt(make, mode):
    gosms = make(transport=Held(SEND.good), on_unknown=mode)

    error = await outcome(SEND.call(gosms))

    assert isinstance(error, OutcomeUnknownError)
    assert error.attempts == 1


async def test_a_read_of_a_hanging_server_got_no_answer(make):
    error = await outcome(GET.call(make(transport=Held(GET.good), timeout=2)), 2)

    assert (type(error), str(error)) == (TransportError, "no answer: 2 s are over")


@pytest.mark.parametrize(
    ("verb", "kind"), [(SEND, OutcomeUnknownError), (GET, TransportError), (LIST, TransportError)]
)
async def test_a_dripping_body_ends_on_the_deadline(make, verb, kind):
    """Every read gets its byte in time, and the whole never comes."""
    body = Body(itertools.repeat(b" "), pause=1)
    wire = httpx.MockTransport(lambda _: httpx.Response(200, stream=body))
    gosms = make(transport=wire, timeout=10)

    error = await outcome(verb.call(gosms), 10)

    assert type(error) is kind
    await asyncio.sleep(0.01)
    assert body.closed
    assert gosms._session._dispatcher.in_flight == set()


async def test_a_wait_for_the_next_try_ends_on_the_deadline(make, api):
    """What is known then is the last refusal."""
    SEND.route(api).mock(return_value=error(429, 1000, headers={"Retry-After": "8"}))

    known = await outcome(SEND.call(make(timeout=10)), 10)

    assert type(known) is RateLimitError


async def test_a_read_that_backs_off_knows_its_last_failure(make, api):
    GET.route(api).mock(return_value=error(503, 1000, headers={"Retry-After": "8"}))

    known = await outcome(GET.call(make(timeout=10)), 10)

    assert type(known) is ServerError


async def test_a_send_that_backs_off_in_doubt_stays_in_doubt(make, api):
    SEND.route(api).mock(return_value=error(503, 1000, headers={"Retry-After": "8"}))

    known = await outcome(SEND.call(make(timeout=10, on_unknown="resend")), 10)

    assert isinstance(known, OutcomeUnknownError)
    assert "HTTP 503" in str(known)


async def test_a_last_try_that_hangs_leaves_a_doubt(make):
    """The refusals before it do not count: the last one may have been accepted."""
    answers = iter([error(429, 1000), error(429, 1000)])

    async def handler(_):
        answer = next(answers, None)
        if answer is None:
            await asyncio.sleep(1000)
        return answer

    gosms = make(transport=httpx.MockTransport(handler))

    known = await outcome(SEND.call(gosms))

    assert isinstance(known, OutcomeUnknownError)
    assert known.attempts == 3


@pytest.mark.parametrize("backoff", [0, 0.5, 100])
async def test_back_off_with_jitter_never_exceeds_the_deadline(make, api, backoff):
    GET.route(api).mock(return_value=error(500, 1000))
    policy = RetryPolicy(attempts=50, backoff=backoff, max_backoff=1000, budget=1000)

    await outcome(GET.call(make(retry=policy, timeout=5)), 5)


async def test_the_request_knows_the_time_that_is_left(make):
    """A connection gets 5 s, and a little less than the call has, so that a black hole shows."""
    held = Held(SEND.good)
    held.go.set()

    await SEND.call(make(transport=held, timeout=2))

    assert held.requests[0].extensions["timeout"] == {
        "connect": 1.8,
        "read": 2,
        "write": 2,
        "pool": 1.8,
    }


async def test_a_look_at_a_phone_is_under_the_deadline_of_its_change(make):
    async def handler(request):
        if request.url.path.endswith("/edit"):
            return error(502)
        return await asyncio.sleep(1000)

    gosms = make(transport=httpx.MockTransport(handler), timeout=10)

    known = await outcome(gosms.edit_device("6654a4e8f1527149588c89f2", is_active=False), 10)

    assert isinstance(known, OutcomeUnknownError)


async def test_waiting_for_the_end_of_a_message_has_its_own_deadline(make, api):
    GET.route(api).mock(return_value=GET.good())

    late = await outcome(make().wait(GET.result.id, timeout=60), 60)

    assert type(late) is WaitTimeoutError
    assert late.last == GET.result
    assert str(late) == "not final after 60 s: status WAITING"


async def test_waiting_returns_the_final_status(make, api):
    final = httpx.Response(200, json=GET.answer | {"status": 4})
    GET.route(api).mock(side_effect=[GET.good(), GET.good(), final])

    message = await make().wait(GET.result.id, timeout=60)

    assert message.is_final


async def test_waiting_where_nobody_answers_says_so(make):
    late = await outcome(make(transport=Held(GET.good)).wait(GET.result.id, timeout=5), 5)

    assert (late.last, str(late)) == (None, "not final after 5 s: no answer")
