"""The retry table, row by row for every call: what is made again, looked at, or raised at once."""

import ssl

import httpx
import pytest
from failures import (
    FAILED_BY_THE_API,
    GONE,
    LOST,
    NEVER_LEFT,
    REFUSED,
    REFUSED_FOR_NOW,
    UNUSABLE,
    rows,
)
from verbs import (
    DELETE,
    DELETE_DEVICE,
    DEVICE_INFO,
    EDIT_DEVICE,
    GET,
    READS,
    SEND,
    error,
)

from gosms_async import (
    APIError,
    GoSMSError,
    OutcomeUnknownError,
    TransportError,
    UnreadableResponseError,
)

pytestmark = pytest.mark.virtual_time


@rows(NEVER_LEFT, REFUSED_FOR_NOW)
async def test_what_was_not_accepted_is_made_again(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, failure, verb.good()])

    result = await verb.call(brisk())

    assert route.call_count == 3
    assert getattr(result, "attempts", 3) == 3


@rows(NEVER_LEFT, REFUSED_FOR_NOW)
async def test_what_is_never_accepted_ends_after_three_attempts(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure] * 4)

    with pytest.raises(GoSMSError) as caught:
        await verb.call(brisk())

    assert route.call_count == 3
    assert isinstance(caught.value, APIError | TransportError)
    assert not caught.value.may_have_been_sent


@rows(FAILED_BY_THE_API, LOST, verbs=[*READS, DELETE])
async def test_what_does_no_harm_twice_is_made_again(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, failure, verb.good()])

    assert await verb.call(brisk()) == verb.result
    assert route.call_count == 3


@rows(FAILED_BY_THE_API, LOST, verbs=[*READS, DELETE])
async def test_a_failure_that_stays_is_raised_as_it_was(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure] * 4)

    with pytest.raises((APIError, TransportError)):
        await verb.call(brisk())

    assert route.call_count == 3


@rows(FAILED_BY_THE_API, LOST, UNUSABLE, verbs=[SEND])
async def test_a_send_in_doubt_is_not_made_again(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, verb.good()])

    with pytest.raises(OutcomeUnknownError) as caught:
        await verb.call(brisk(on_unknown="raise"))

    assert route.call_count == 1
    assert caught.value.may_have_been_sent
    assert caught.value.attempts == 1


@rows(FAILED_BY_THE_API, LOST, verbs=[SEND])
async def test_a_send_in_doubt_is_made_again_on_demand(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, failure, verb.good()])

    sent = await verb.call(brisk(on_unknown="resend"))

    assert (route.call_count, sent.attempts) == (3, 3)


@rows(UNUSABLE, verbs=[SEND])
async def test_a_send_that_was_accepted_is_never_made_again(brisk, api, verb, failure):
    """2xx without an id is a yes: even "resend" does not repeat it."""
    route = verb.route(api).mock(side_effect=[failure, verb.good()])

    with pytest.raises(OutcomeUnknownError):
        await verb.call(brisk(on_unknown="resend"))

    assert route.call_count == 1


@rows(UNUSABLE, verbs=READS)
async def test_an_unusable_answer_is_asked_for_once_more(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, verb.good()])

    assert await verb.call(brisk()) == verb.result
    assert route.call_count == 2


@rows(UNUSABLE, verbs=READS)
async def test_two_unusable_answers_are_an_error(brisk, api, verb, failure):
    route = verb.route(api).mock(return_value=failure)

    with pytest.raises(UnreadableResponseError):
        await verb.call(brisk())

    assert route.call_count == 2


@rows(UNUSABLE, verbs=[EDIT_DEVICE])
async def test_a_change_that_the_phone_shows_is_not_made_twice(brisk, api, verb, failure):
    """What is no JSON is held against the phone itself."""
    route = verb.route(api).mock(return_value=failure)
    changed = DEVICE_INFO.answer | {"is_active": True}
    DEVICE_INFO.route(api).mock(return_value=httpx.Response(200, json=changed))

    assert await verb.call(brisk()) is None
    assert route.call_count == 1


@rows(UNUSABLE, verbs=[DELETE, DELETE_DEVICE])
async def test_a_yes_is_enough_where_no_answer_is_needed(brisk, api, verb, failure):
    route = verb.route(api).mock(return_value=failure)

    assert await verb.call(brisk()) is None
    assert route.call_count == 1


@rows(REFUSED)
async def test_a_refusal_is_raised_at_once(brisk, api, verb, failure):
    route = verb.route(api).mock(return_value=failure)

    with pytest.raises(APIError) as caught:
        await verb.call(brisk(on_unknown="resend"))

    assert route.call_count == 1
    assert not caught.value.may_have_been_sent


@rows({"bad certificate": ssl.SSLCertVerificationError("self-signed")})
async def test_a_bad_certificate_is_no_passing_trouble(brisk, verb, failure):
    calls = []

    def refuse(request):
        calls.append(request)
        raise httpx.ConnectError("TLS") from failure

    with pytest.raises(TransportError):
        await verb.call(brisk(transport=httpx.MockTransport(refuse)))

    assert len(calls) == 1


async def test_causes_that_go_round_in_a_circle_are_followed_once(brisk, api):
    """A mock that re-raises what it has wrapped makes such circles."""
    failure = httpx.ConnectError("refused")
    failure.__cause__ = ValueError("wrapped")
    failure.__cause__.__cause__ = failure
    GET.route(api).mock(side_effect=failure)

    with pytest.raises(TransportError):
        await GET.call(brisk())


@rows(FAILED_BY_THE_API, LOST, verbs=[DELETE])
async def test_gone_after_an_unclear_try_means_done(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, GONE[verb.name]])

    assert await verb.call(brisk()) is None
    assert route.call_count == 2


@rows(NEVER_LEFT, REFUSED_FOR_NOW, verbs=[DELETE, DELETE_DEVICE])
async def test_gone_after_a_clear_no_is_an_error(brisk, api, verb, failure):
    """Neither try can have removed it: it was not there."""
    verb.route(api).mock(side_effect=[failure, GONE[verb.name]])

    with pytest.raises(APIError) as caught:
        await verb.call(brisk())

    assert caught.value.status == 404


@rows(FAILED_BY_THE_API, LOST, verbs=[EDIT_DEVICE, DELETE_DEVICE])
async def test_a_changed_phone_is_found_by_looking(brisk, api, verb, failure):
    changed = (
        httpx.Response(200, json=DEVICE_INFO.answer | {"is_active": True})
        if verb is EDIT_DEVICE
        else GONE[verb.name]
    )
    route = verb.route(api).mock(side_effect=[failure])
    look = DEVICE_INFO.route(api).mock(side_effect=[changed])

    assert await verb.call(brisk()) is None
    assert (route.call_count, look.call_count) == (1, 1)


@rows(FAILED_BY_THE_API, LOST, verbs=[EDIT_DEVICE, DELETE_DEVICE])
async def test_an_unchanged_phone_is_changed_again(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, verb.good()])
    look = DEVICE_INFO.route(api).mock(return_value=DEVICE_INFO.good())

    assert await verb.call(brisk()) is None
    assert (route.call_count, look.call_count) == (2, 1)


@rows(FAILED_BY_THE_API, LOST, verbs=[EDIT_DEVICE, DELETE_DEVICE])
async def test_a_phone_that_cannot_be_looked_at_stays_in_doubt(brisk, api, verb, failure):
    route = verb.route(api).mock(side_effect=[failure, verb.good()])
    DEVICE_INFO.route(api).mock(return_value=error(403, 1011))

    with pytest.raises(OutcomeUnknownError):
        await verb.call(brisk())

    assert route.call_count == 1


@rows(LOST, verbs=[DELETE_DEVICE])
async def test_a_phone_gone_between_look_and_repeat_is_removed(brisk, api, verb, failure):
    verb.route(api).mock(side_effect=[failure, GONE[verb.name]])
    DEVICE_INFO.route(api).mock(return_value=DEVICE_INFO.good())

    assert await verb.call(brisk()) is None


async def test_an_unusable_look_leaves_the_doubt(brisk, api):
    """A phone whose state nobody can read was neither changed nor left alone."""
    EDIT_DEVICE.route(api).mock(return_value=error(502))
    DEVICE_INFO.route(api).mock(return_value=UNUSABLE["HTML"])

    with pytest.raises(OutcomeUnknownError) as caught:
        await EDIT_DEVICE.call(brisk())

    assert caught.value.may_have_been_sent


async def test_too_early_to_delete_is_said_at_once(brisk, api):
    """Nothing is waited for where the message itself does not say how long."""
    route = DELETE.route(api).mock(return_value=error(400, 1010))
    GET.route(api).mock(return_value=error(404, 1008))

    with pytest.raises(APIError, match="1010"):
        await DELETE.call(brisk())

    assert route.call_count == 1


async def test_a_later_refusal_does_not_clear_an_earlier_doubt(brisk, api):
    """The first try may have been accepted, whatever became of the second."""
    SEND.route(api).mock(side_effect=[error(502), error(400, 2001)])

    with pytest.raises(OutcomeUnknownError) as caught:
        await SEND.call(brisk(on_unknown="resend"))

    assert isinstance(caught.value.__cause__, APIError)
    assert caught.value.attempts == 2


async def test_a_read_that_is_refused_after_a_failure_is_refused(brisk, api):
    route = GET.route(api).mock(side_effect=[error(502), error(404, 1008)])

    with pytest.raises(APIError, match="1008"):
        await GET.call(brisk())

    assert route.call_count == 2
