"""A wrong argument is a ValueError or TypeError that names it, and nothing leaves."""

import ssl

import attrs
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verbs import DEVICE_ID, ID, PHONE, TOKEN

from gosms_async import AsyncGoSMS, DoubtfulTextWarning, Draft, RateLimit, RetryPolicy

AS_FIXTURE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
NOT_TEXT = [None, 5, 5.0, True, b"x", [], {}, object()]
BAD_IDS = ["", "6654a4e8", ID + "0", ID[:-1] + "g", ID + "\n", " " + ID, *NOT_TEXT]
BAD_PANEL_IDS = ["x", DEVICE_ID + "0", DEVICE_ID.replace("-", "_"), DEVICE_ID + "\r\nX: y", 5, b"x"]
NOT_WHOLE = ["1", 1.0, None, True, float("nan"), [], {}]


def cases(call, *values):
    return [(call, value) for value in values]


CALLS = {
    "phone_number": cases(
        lambda gosms, value: gosms.send(value, "hi"),
        "",
        "12",
        "1" * 31,
        "7916x",
        "1\r\n2",
        *NOT_TEXT,
    ),
    "message": cases(
        lambda gosms, value: gosms.send(PHONE, value), "", "x" * 301, "a`b", "\ud800", *NOT_TEXT
    ),
    "device_id": [
        *cases(lambda gosms, value: gosms.send(PHONE, "hi", device_id=value), *BAD_PANEL_IDS),
        *cases(lambda gosms, value: gosms.device(value), "", None, *BAD_PANEL_IDS),
        *cases(lambda gosms, value: gosms.delete_device(value), "", None, *BAD_PANEL_IDS),
        *cases(
            lambda gosms, value: gosms.edit_device(value, is_active=True), "", None, *BAD_PANEL_IDS
        ),
    ],
    "callback_id": cases(
        lambda gosms, value: gosms.send(PHONE, "hi", callback_id=value), *BAD_PANEL_IDS
    ),
    "to_sim": [
        *cases(
            lambda gosms, value: gosms.send(PHONE, "hi", device_id=DEVICE_ID, to_sim=value),
            -1,
            -2,
            *(value for value in NOT_WHOLE if value is not None),
        ),
        *cases(lambda gosms, value: gosms.send(PHONE, "hi", to_sim=value), 0, 1),
    ],
    "id": [
        *cases(lambda gosms, value: gosms.get(value), *BAD_IDS),
        *cases(lambda gosms, value: gosms.delete(value), *BAD_IDS),
        *cases(lambda gosms, value: gosms.wait(value, timeout=1), *BAD_IDS),
    ],
    "timeout": cases(
        lambda gosms, value: gosms.wait(ID, timeout=value),
        *(-1, float("nan"), float("inf"), "5", None, True),
    ),
    "is_active": cases(
        lambda gosms, value: gosms.edit_device(DEVICE_ID, is_active=value), 0, 1, None, "true", []
    ),
    "limit": cases(lambda gosms, value: gosms.list(limit=value), 0, -1, 101, *NOT_WHOLE),
    "offset": cases(lambda gosms, value: gosms.list(offset=value), 0, -1, *NOT_WHOLE),
    "search": cases(lambda gosms, value: gosms.list(search=value), "\ud800", 5, b"x", ["x"]),
    "page_size": cases(
        lambda gosms, value: drain(gosms.messages, page_size=value), 0, 101, *NOT_WHOLE
    ),
    "prefetch": cases(lambda gosms, value: drain(gosms.messages, prefetch=value), -1, *NOT_WHOLE),
    "concurrency": cases(
        lambda gosms, value: drain(gosms.send_many, [], concurrency=value), 0, -1, *NOT_WHOLE
    ),
}


async def drain(method, *args, **settings):
    return [item async for item in method(*args, **settings)]


@pytest.mark.parametrize(
    ("field", "call", "value"),
    [(field, call, value) for field, pairs in CALLS.items() for call, value in pairs],
)
async def test_a_wrong_argument_is_named_and_nothing_leaves(gosms, api, field, call, value):
    route = api.route().mock(return_value=httpx.Response(500))

    with pytest.raises((ValueError, TypeError), match=rf"\b{field}\b"):
        await call(gosms, value)

    assert route.call_count == 0


@pytest.mark.parametrize(
    "draft", [None, {}, "x", (PHONE, "hi"), Draft(phone_number="", message="")]
)
async def test_a_wrong_draft_is_its_own_result(gosms, api, draft):
    route = api.route().mock(return_value=httpx.Response(200, json={"id": ID}))
    good = Draft(phone_number=PHONE, message="hi")

    results = await drain(gosms.send_many, [draft, good])

    assert sorted((result.error is None) for result in results) == [False, True]
    assert route.call_count == 1


SETTINGS = {
    "token": ["", "a b", "tok\r\nX: y", "ключ", "tok\0", 5, b"tok", ["t"]],
    "base_url": [
        "api.gosms.ru",
        "ftp://x",
        "http://api.gosms.ru",
        "//x",
        "https://",
        5,
        b"https://x",
    ],
    "timeout": [0, -1, float("nan"), "5", None],
    "retry": [None, 3, {}],
    "rate_limit": [None, 10, (10, 1.0)],
    "on_unknown": ["", "ignore", None],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in SETTINGS.items() for value in values]
)
def test_a_wrong_setting_is_named(monkeypatch, field, value):
    monkeypatch.delenv("GOSMS_TOKEN", raising=False)

    with pytest.raises((ValueError, TypeError), match=field):
        AsyncGoSMS(**{"token": TOKEN, field: value})


@pytest.mark.parametrize(
    "field", ["attempts", "backoff", "max_backoff", "max_retry_after", "budget"]
)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "3", None, True])
def test_a_wrong_retry_policy_is_named(field, value):
    with pytest.raises((ValueError, TypeError), match=field):
        RetryPolicy(**{field: value})


@pytest.mark.parametrize("policy", [RetryPolicy, RateLimit])
def test_policies_are_frozen_values(policy):
    assert (policy(), hash(policy())) == (policy(), hash(policy()))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(policy(), attrs.fields(policy)[0].name, 1)


@pytest.mark.parametrize(
    "ways",
    [
        {"transport": httpx.MockTransport(print), "proxy": "http://127.0.0.1:1"},
        {"transport": httpx.MockTransport(print), "ssl_context": ssl.create_default_context()},
        {"transport": httpx.MockTransport(print), "http_client": httpx.AsyncClient()},
        {"http_client": httpx.AsyncClient(), "proxy": "http://127.0.0.1:1"},
    ],
    ids="+".join,
)
def test_two_ways_out_are_one_too_many(ways):
    with pytest.raises(ValueError, match="one way out"):
        AsyncGoSMS(TOKEN, **ways)


async def test_a_doubtful_text_warns_at_the_callers_line(gosms, api):
    api.post("/sms/send").mock(return_value=httpx.Response(200, json={"id": ID}))

    with pytest.warns(DoubtfulTextWarning, match="'№' → 'N'") as warned:
        await gosms.send(PHONE, "Заказ №5")

    assert warned[0].filename == __file__


@AS_FIXTURE
@given(phone=st.text(max_size=40), text=st.text(max_size=310), sim=st.integers() | st.none())
async def test_no_argument_leaves_that_the_api_refuses(make, api, phone, text, sim):
    """What passes the check goes out as documented; all else is refused before."""
    route = api.post("/sms/send").mock(return_value=httpx.Response(200, json={"id": ID}))
    route.calls.reset()
    drafts = [Draft(phone_number=phone, message=text, to_sim=sim, device_id=DEVICE_ID)]

    (result,) = await drain(make(rate_limit=RateLimit(10**6)).send_many, drafts)

    if result.error:
        assert isinstance(result.error, ValueError)
        assert route.call_count == 0
    else:
        body = httpx.Response(200, content=route.calls.last.request.content).json()
        assert 3 <= len(body["phone_number"]) <= 30
        assert body["phone_number"].isascii()
        assert body["phone_number"].isdigit()
        assert body["message"] == text
        assert 1 <= len(text) <= 300
        assert "`" not in text
        assert sim is None or sim >= 0


@AS_FIXTURE
@given(value=st.text(max_size=50) | st.integers() | st.none() | st.binary(max_size=30))
async def test_only_an_id_is_asked_for(gosms, api, value):
    route = api.post("/sms/get").mock(return_value=httpx.Response(404))

    with pytest.raises((ValueError, TypeError), match="id"):
        await gosms.get(value)

    assert route.call_count == 0
