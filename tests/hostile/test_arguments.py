"""Whatever a caller passes is refused before anything leaves, or it is sent as it is."""

import json
import operator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import DEVICE_ID, ID, PHONE, TOKEN, anything, outcome

from gosms_async import AsyncGoSMS, Draft, GoSMSError, RateLimit, RetryPolicy, Verify

HOSTILE = settings.get_profile("hostile")
CHARACTERS = st.text(st.characters(), max_size=400)  # surrogates too
ARGUMENTS = anything | CHARACTERS | st.binary() | st.sampled_from([ID, PHONE, DEVICE_ID])
FINE = {
    "POST /sms/send": {"id": ID},
    "GET /sms": {"pagination": {"total_records": 0, "limit": 1, "offset": 1}, "sms_list": []},
}


class Recording(httpx.AsyncBaseTransport):
    """Answers well and remembers what came."""

    def __init__(self):
        self.requests = []

    async def handle_async_request(self, request):
        self.requests.append(request)
        path = request.url.path.removeprefix("/v1")
        return httpx.Response(200, json=FINE.get(f"{request.method} {path}", {}))


def refused_or_sent(call):
    """Return the one request that left; None if the argument was refused."""
    wire = Recording()
    found = outcome(wire, call, timeout=5, retry=RetryPolicy(attempts=1))
    if isinstance(found, BaseException):
        assert isinstance(found, ValueError | TypeError | GoSMSError), repr(found)
        assert isinstance(found, GoSMSError) or wire.requests == []
    assert len(wire.requests) <= 1
    return wire.requests[0] if wire.requests else None


@HOSTILE
@given(
    phone=ARGUMENTS | st.just(PHONE),
    text=ARGUMENTS,
    extra=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("device_id", "to_sim", "callback_id"), ARGUMENTS)
    ),
)
@pytest.mark.filterwarnings("ignore::gosms_async.DoubtfulTextWarning")
def test_a_send_takes_any_arguments(phone, text, extra):
    """What leaves is JSON of digits and of the very text; one line, one recipient."""
    request = refused_or_sent(lambda gosms: gosms.send(phone, text, **extra))

    if request:
        body = json.loads(request.content)
        assert body["phone_number"].isascii()
        assert body["phone_number"].isdigit()
        assert body["message"] == text
        assert 1 <= len(text) <= 300
        assert "`" not in text


@HOSTILE
@given(value=ARGUMENTS)
def test_an_id_can_be_anything(value):
    """Only an id of the documented form leaves, whichever the call."""
    for verb in ("get", "delete", "device", "delete_device"):
        request = refused_or_sent(operator.methodcaller(verb, value))

        if request:
            (sent,) = json.loads(request.content).values()
            assert sent == value.lower() or sent == value
            assert set(sent.lower()) <= set("0123456789abcdef-")


@HOSTILE
@given(limit=ARGUMENTS, offset=ARGUMENTS, search=ARGUMENTS)
def test_a_list_takes_any_arguments(limit, offset, search):
    """A search says nothing but itself in the URL."""
    request = refused_or_sent(
        lambda gosms: gosms.list(limit=limit, offset=offset, search=search or "a")
    )

    if request:
        assert set(request.url.params) <= {"limit", "offset", "search"}
        assert request.url.params["search"] == (search or "a")
        assert request.url.host == "api.gosms.ru"


@HOSTILE
@given(token=CHARACTERS.filter(lambda text: len(text) > 8))
def test_a_token_that_is_refused_is_not_shown(token):
    """A wrong one is a ValueError or TypeError that does not show it."""
    shown = ""
    try:
        AsyncGoSMS(token, transport=Recording())
    except ValueError as error:
        shown = str(error)

    assert token not in shown


@HOSTILE
@given(
    extra=st.dictionaries(
        st.sampled_from(["token", "base_url", "timeout", "on_unknown", "retry"]), ARGUMENTS
    )
)
def test_a_client_takes_any_settings(extra):
    """A wrong one is a ValueError or TypeError."""
    try:
        AsyncGoSMS(**{"token": TOKEN, "transport": Recording(), **extra})
    except (ValueError, TypeError):
        return


@HOSTILE
@given(kind=st.sampled_from([RateLimit, RetryPolicy, Verify, Draft]), data=st.data())
def test_a_policy_takes_any_fields(kind, data):
    """Fields that cannot work are a ValueError or TypeError when it is made."""
    fields = [field.name for field in kind.__attrs_attrs__]
    chosen = data.draw(st.dictionaries(st.sampled_from(fields), ARGUMENTS))
    try:
        kind(**chosen)
    except (ValueError, TypeError):
        return


def test_the_token_is_not_among_the_words_of_its_refusal():
    with pytest.raises(ValueError, match="token") as caught:
        AsyncGoSMS(f"{TOKEN}\r\nX-Injected: yes")

    assert TOKEN not in str(caught.value)
