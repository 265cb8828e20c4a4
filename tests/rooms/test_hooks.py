"""Listeners hear what calls do, and can do no harm."""

import asyncio
import contextlib

import httpx
import pytest
from listening import Recorder

from gosms_async import AsyncGoSMS
from gosms_async.core.hooks import Listener, add_listener, remove_listener
from gosms_async.emulator import Emulator

ID = "6654a4e8f1527149588c89f2"
PHONE = "79161234567"
OK = httpx.Response(200, json={"id": ID})


async def test_a_plain_send_is_an_attempt_and_an_outcome(gosms, api, heard):
    api.post("/sms/send").mock(return_value=OK)

    await gosms.send(PHONE, "hi")

    assert heard.names == ["call", "attempt", "outcome", "end"]
    attempt, outcome = heard["attempt"], heard["outcome"]
    assert [(a.endpoint, a.number) for a in attempt] == [("gosms.send", 1)]
    assert [(o.endpoint, o.word, o.attempts, o.error) for o in outcome] == [
        ("gosms.send", "ok", 1, "")
    ]


@pytest.mark.virtual_time
async def test_a_refusal_for_the_rate_and_the_retry_after_it_are_told(gosms, api, heard):
    api.post("/sms/send").mock(side_effect=[httpx.Response(429, headers={"Retry-After": "3"}), OK])

    await gosms.send(PHONE, "hi")

    assert heard.names == [
        *("call", "attempt", "rate_limited", "retry"),
        *("attempt", "outcome", "end"),
    ]
    assert heard["rate_limited"][0].retry_after == 3
    retry = heard["retry"][0]
    assert (retry.attempts, retry.wait, retry.error) == (1, 3, "RateLimitError")
    assert heard["outcome"][0].attempts == 2


@pytest.mark.virtual_time
async def test_the_seconds_in_the_queue_are_told(gosms, api, heard):
    """Ten calls start at once, the eleventh a window, a margin and a handshake later."""
    api.post("/sms/get").mock(return_value=httpx.Response(404))

    await asyncio.gather(*(gosms.get(ID) for _ in range(11)), return_exceptions=True)

    assert [attempt.waited for attempt in heard["attempt"]] == [0] * 10 + [pytest.approx(1.29)]


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (httpx.Response(400), ("refused", "BadRequestError")),
        (httpx.Response(500), ("unknown", "OutcomeUnknownError")),
        (httpx.ConnectError("no"), ("not_sent", "TransportError")),
        (httpx.ReadTimeout("no"), ("unknown", "OutcomeUnknownError")),
        (httpx.Response(200), ("unknown", "OutcomeUnknownError")),
        (RuntimeError("a bug"), ("unknown", "OutcomeUnknownError")),
    ],
)
@pytest.mark.virtual_time
async def test_each_end_of_a_send_has_its_word(gosms, api, heard, answer, end):
    api.post("/sms/send").mock(side_effect=[answer] * 3)

    with contextlib.suppress(Exception):
        await gosms.send(PHONE, "hi")

    assert [(o.word, o.error) for o in heard["outcome"]] == [end]


@pytest.mark.parametrize(
    ("answer", "word"),
    [(httpx.ReadTimeout("no"), "no_answer"), (httpx.Response(200, text="?"), "unreadable")],
)
@pytest.mark.virtual_time
async def test_each_end_of_a_read_has_its_word(gosms, api, heard, answer, word):
    api.post("/sms/get").mock(side_effect=[answer] * 3)

    with contextlib.suppress(Exception):
        await gosms.get(ID)

    assert [o.word for o in heard["outcome"]] == [word]


async def test_the_code_of_a_refusal_is_told(gosms, api, heard):
    body = {"errors": {"code": 1006, "message": "…"}}
    api.post("/sms/send").mock(return_value=httpx.Response(403, json=body))

    with contextlib.suppress(Exception):
        await gosms.send(PHONE, "hi")

    assert heard["outcome"][0].code == 1006


async def test_a_cancelled_call_is_told(gosms, api, heard):
    started = asyncio.Event()

    async def hang(_):
        started.set()
        await asyncio.Event().wait()

    api.post("/sms/get").mock(side_effect=hang)
    task = asyncio.ensure_future(gosms.get(ID))
    await started.wait()

    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

    assert [o.word for o in heard["outcome"]] == ["cancelled"]
    await gosms.aclose(grace=0)


async def test_a_send_whose_answer_was_lost_and_that_was_found_is_told_as_recovered(heard):
    """The look for it is a call of its own, inside."""
    emulator = Emulator(clock="manual", window=None)
    emulator.fail("500_after")
    transport = httpx.ASGITransport(app=emulator.app)
    async with AsyncGoSMS("dev", transport=transport) as gosms:
        await gosms.send(PHONE, "hi")

    assert [(o.endpoint, o.word) for o in heard["outcome"]] == [
        ("gosms.look", "ok"),
        ("gosms.send", "recovered"),
    ]


class Broken(Listener):
    def on_call(self, _):
        raise RuntimeError("before")

    def on_outcome(self, _):
        raise RuntimeError("after")


class BrokenContext(Listener):
    @contextlib.contextmanager
    def on_call(self, _):
        yield
        raise RuntimeError("at the end")


@pytest.mark.parametrize("kind", [Broken, BrokenContext])
async def test_a_listener_that_fails_harms_no_call(gosms, api, caplog, kind):
    api.post("/sms/send").mock(return_value=OK)
    broken = kind()
    add_listener(broken)
    try:
        sent = await gosms.send(PHONE, "hi")
    finally:
        remove_listener(broken)

    assert sent.id == ID
    assert "a listener failed" in caplog.text


async def test_who_no_longer_listens_hears_nothing(gosms, api):
    api.post("/sms/send").mock(return_value=OK)
    listener = Recorder()
    add_listener(listener)
    add_listener(listener)
    remove_listener(listener)
    remove_listener(listener)

    await gosms.send(PHONE, "hi")

    assert listener.events == []
