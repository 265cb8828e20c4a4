"""Closing turns away who waits, gives what is in flight its time, and hides nothing."""

import asyncio

import pytest
from fakes import Held
from verbs import GET, PHONE, SEND, error

from gosms_async import OutcomeUnknownError, RateLimit, RateLimitError, TransportError
from gosms_async.core.session import loop_time

pytestmark = pytest.mark.virtual_time


def begin(*calls):
    return [asyncio.ensure_future(call) for call in calls]


@pytest.fixture
def held():
    return Held(SEND.good)


async def test_closing_an_idle_client_takes_no_time(make):
    gosms = make()
    before = loop_time()

    await gosms.aclose(grace=100)

    assert loop_time() == before


async def test_what_is_in_flight_may_end_within_the_grace(make, held):
    gosms = make(transport=held)
    (sending,) = begin(SEND.call(gosms))
    asyncio.get_running_loop().call_later(3, held.go.set)
    await asyncio.sleep(0.01)

    await gosms.aclose(grace=5)

    assert await sending == SEND.result
    assert loop_time() == pytest.approx(1003, abs=0.1)


async def test_a_send_that_outlasts_the_grace_is_in_doubt(make, held):
    gosms = make(transport=held)
    (sending,) = begin(SEND.call(gosms))
    await asyncio.sleep(0.01)

    await gosms.aclose(grace=2)

    with pytest.raises(OutcomeUnknownError, match="the client was closed"):
        await sending
    assert held.waiting == 0


async def test_a_read_that_outlasts_the_grace_did_no_harm(make, held):
    gosms = make(transport=held)
    (reading,) = begin(GET.call(gosms))
    await asyncio.sleep(0.01)

    await gosms.aclose(grace=0)

    with pytest.raises(TransportError, match="the client was closed"):
        await reading


async def test_waiting_callers_are_turned_away_at_once(make, held):
    """Whether they wait for a permit or for a place: nothing of theirs left."""
    gosms = make(transport=held, rate_limit=RateLimit(3))
    sending = begin(*(gosms.send(PHONE, f"text {number}") for number in range(50)))
    await asyncio.sleep(0.01)
    before = loop_time()

    closing = asyncio.ensure_future(gosms.aclose(grace=60))
    done, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_EXCEPTION)
    await asyncio.sleep(0)

    assert loop_time() == before
    held.go.set()
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    await closing
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransportError)]
    assert len(held.requests) == 3
    assert len(refused) == 47
    assert not any(outcome.may_have_been_sent for outcome in refused)
    assert done


async def test_a_call_that_waits_to_be_repeated_is_turned_away(make, api):
    SEND.route(api).mock(return_value=error(429, 1000, headers={"Retry-After": "20"}))
    gosms = make()
    (sending,) = begin(SEND.call(gosms))
    await asyncio.sleep(1)
    before = loop_time()

    await gosms.aclose()

    with pytest.raises(RateLimitError):
        await sending
    assert loop_time() == before


async def test_a_send_in_doubt_that_waits_to_be_repeated_stays_in_doubt(make, api):
    SEND.route(api).mock(return_value=error(503, 1000, headers={"Retry-After": "20"}))
    gosms = make(on_unknown="resend")
    (sending,) = begin(SEND.call(gosms))
    await asyncio.sleep(1)

    await gosms.aclose()

    with pytest.raises(OutcomeUnknownError):
        await sending


async def test_a_closing_that_is_cancelled_closes_all_the_same(make, held):
    gosms = make(transport=held)
    (sending,) = begin(SEND.call(gosms))
    await asyncio.sleep(0.01)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await gosms.aclose(grace=60)

    with pytest.raises(OutcomeUnknownError):
        await sending
    assert held.waiting == 0
    assert gosms._session._client.is_closed


async def test_an_abandoned_exchange_is_waited_for_too(make, held):
    """Its caller was cancelled; the answer still comes in before the connections go."""
    gosms = make(transport=held)
    (sending,) = begin(SEND.call(gosms))
    await asyncio.sleep(0.01)
    sending.cancel()
    asyncio.get_running_loop().call_later(3, held.go.set)

    await gosms.aclose(grace=5)

    assert gosms._session.heard.status == 200
