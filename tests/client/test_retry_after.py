"""Retry-After in all its forms: honoured up to 30 s, else ignored, or raised at once."""

import httpx
import pytest
from verbs import GET, SEND, VERBS, error

from gosms_async import OutcomeUnknownError, RateLimitError, RetryPolicy, ServerError
from gosms_async.core.session import loop_time

pytestmark = pytest.mark.virtual_time

NOW = "Tue, 02 Jun 2026 12:00:00 GMT"  # the server's Date, which is not this machine's
FORMS = {
    "0": 0,
    "1": 1,
    "2.5": 2.5,
    " 7 ": 7,
    "30": 30,
    "Tue, 02 Jun 2026 12:00:09 GMT": 9,
    "Tue, 02 Jun 2026 15:00:20 +0300": 20,
}
NONSENSE = [
    "-1",
    "-0.5",
    "nan",
    "inf",
    "-inf",
    "soon",
    "",
    "5, 10",
    "12:00:09",
    "Tue, 02 Jun 2026 11:59:59 GMT",
    "Mon, 99 Foo 2026 99:99:99 GMT",
]
TOO_LONG = {"31": 31, "86400": 86400, "1e308": 1e308, "Tue, 02 Jun 2026 12:00:31 GMT": 31}


def refused(after, status=429):
    return error(status, 1000, headers={"Retry-After": after, "Date": NOW})


async def waited(gosms, api, failure, verb=SEND):
    """Seconds between the failure and the repeat."""
    moments = []

    def answer(_, route):
        moments.append(loop_time())
        return verb.good() if route.call_count else failure

    verb.route(api).mock(side_effect=answer)
    await verb.call(gosms)
    return moments[1] - moments[0]


@pytest.mark.parametrize(("form", "seconds"), FORMS.items())
async def test_what_the_server_asks_for_is_waited(make, api, form, seconds):
    """To zero the limiter adds the distance of two starts at half speed."""
    pause = await waited(make(timeout=100), api, refused(form))

    assert seconds <= pause <= max(seconds + 0.01, 0.42)


@pytest.mark.parametrize("form", NONSENSE)
async def test_nonsense_is_ignored(make, api, form):
    """As without the header: one window of the limit, or the back-off where that is longer."""
    gosms = make(retry=RetryPolicy(backoff=0), timeout=100)

    assert await waited(gosms, api, refused(form)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
@pytest.mark.parametrize(("form", "seconds"), TOO_LONG.items())
async def test_a_wait_over_30_seconds_is_raised_at_once(make, api, verb, form, seconds):
    gosms = make(timeout=100)
    route = verb.route(api).mock(return_value=refused(form))
    before = loop_time()

    with pytest.raises(RateLimitError) as caught:
        await verb.call(gosms)

    assert caught.value.retry_after == seconds
    assert (route.call_count, loop_time() - before) == (1, 0)


async def test_the_longest_wait_is_a_setting(make, api):
    gosms = make(retry=RetryPolicy(max_retry_after=2))
    SEND.route(api).mock(return_value=refused("3"))

    with pytest.raises(RateLimitError):
        await SEND.call(gosms)


async def test_a_wild_wish_does_not_shut_the_endpoint_for_good(make, api):
    """The next call probes after `max_retry_after` seconds, not after a day."""
    gosms = make(timeout=100)
    SEND.route(api).mock(side_effect=[refused("86400"), SEND.good()])
    with pytest.raises(RateLimitError):
        await SEND.call(gosms)
    before = loop_time()

    await SEND.call(gosms)

    assert loop_time() - before == pytest.approx(30)


async def test_another_endpoint_does_not_pause(make, api):
    gosms = make()
    SEND.route(api).mock(return_value=refused("31"))
    GET.route(api).mock(return_value=GET.good())
    with pytest.raises(RateLimitError):
        await SEND.call(gosms)
    before = loop_time()

    await GET.call(gosms)

    assert loop_time() == before


async def test_a_date_without_the_servers_clock_is_read_by_this_one(make, api):
    """A date of the past is then over, whatever the server meant."""
    past = httpx.Response(429, headers={"Retry-After": NOW.replace("2026", "2001")})
    gosms = make(retry=RetryPolicy(backoff=0))

    assert await waited(gosms, api, past) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_that_failed_may_ask_for_a_wait_too(make, api, status):
    assert await waited(make(), api, refused("7", status), GET) == pytest.approx(7)


async def test_a_failure_that_asks_for_too_long_a_wait_is_raised(make, api):
    route = GET.route(api).mock(return_value=refused("31", 503))

    with pytest.raises(ServerError) as caught:
        await GET.call(make())

    assert (caught.value.retry_after, route.call_count) == (31, 1)


async def test_a_send_that_is_repeated_on_demand_waits_as_asked(make, api):
    gosms = make(on_unknown="resend")

    assert await waited(gosms, api, refused("7", 503)) == pytest.approx(7)


async def test_a_send_in_doubt_is_not_repeated_sooner_than_asked(make, api):
    route = SEND.route(api).mock(return_value=refused("31", 503))

    with pytest.raises(OutcomeUnknownError):
        await SEND.call(make(on_unknown="resend"))

    assert route.call_count == 1
