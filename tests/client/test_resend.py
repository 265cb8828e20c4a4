"""on_unknown="resend": a plain retry of 429 and 500, at least once and so perhaps twice."""

import pytest
import respx
from httpx import Response
from verbs import ID, SEND, TOKEN, error

from gosms_async import AsyncGoSMS, OutcomeUnknownError, RateLimitError, RetryPolicy

pytestmark = pytest.mark.virtual_time


async def test_500_then_429_then_200_are_three_requests_and_one_result(make, api):
    route = SEND.route(api).mock(side_effect=[error(500, 1000), error(429, 1000), SEND.good()])

    sent = await SEND.call(make(on_unknown="resend"))

    assert (sent.id, sent.attempts, route.call_count) == (ID, 3, 3)


@pytest.mark.parametrize("attempts", [1, 2, 5])
async def test_attempts_are_bounded(make, api, attempts):
    route = SEND.route(api).mock(return_value=error(500, 1000))
    gosms = make(on_unknown="resend", retry=RetryPolicy(attempts=attempts, backoff=0))

    with pytest.raises(OutcomeUnknownError) as caught:
        await SEND.call(gosms)

    assert route.call_count == caught.value.attempts == attempts


async def test_refusals_alone_leave_no_doubt(make, api):
    SEND.route(api).mock(return_value=error(429, 1000))

    with pytest.raises(RateLimitError) as caught:
        await SEND.call(make(on_unknown="resend"))

    assert not caught.value.may_have_been_sent


async def test_a_brown_out_ends_with_the_retry_budget(make, api):
    """Twenty retries, then each call is made once until calls succeed again."""
    route = SEND.route(api).mock(return_value=error(500, 1000))
    gosms = make(on_unknown="resend", retry=RetryPolicy(backoff=0))

    for _ in range(30):
        with pytest.raises(OutcomeUnknownError):
            await SEND.call(gosms)

    assert route.call_count == 30 + 20


@respx.mock
async def test_the_global_mock_of_respx_catches_the_client():
    """Users' tests need no more than `@respx.mock`."""
    route = respx.post("https://api.gosms.ru/v1/sms/send")
    route.mock(side_effect=[Response(429), Response(200, json={"id": ID})])

    async with AsyncGoSMS(TOKEN) as gosms:
        sent = await gosms.send("79161234567", "hi")

    assert (sent.id, route.call_count) == (ID, 2)
