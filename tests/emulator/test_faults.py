"""A fault strikes whom it names, as often as it says, and what the client saw is known."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gosms_async.emulator import ACTIONS

PHONE = "79161234567"


def code(answer):
    return answer.status_code, answer.json()["errors"]["code"]


async def test_an_unknown_fault_is_refused_with_the_list_of_known_ones(emulator):
    with pytest.raises(ValueError, match="429_storm"):
        emulator.fail("earthquake")


async def test_every_fault_is_described_in_both_languages():
    assert all(action.en and action.ru for action in ACTIONS.values())


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("429_storm", 429, 1000),
        ("500_before", 500, 1000),
        ("tariff_limit", 403, 1006),
        ("blocked", 403, 3000),
        ("api_off", 403, 1002),
        ("no_send_right", 403, 1005),
        ("no_devices", 403, 1004),
        ("no_active_devices", 403, 1015),
        ("bad_token", 401, 1003),
    ],
)
async def test_a_refusal_stores_nothing_and_strikes_once_by_default(
    emulator, send, kind, status, error
):
    emulator.fail(kind)
    refused, accepted = await send("1"), await send("2")

    assert (code(refused), accepted.status_code) == ((status, error), 200)
    assert [m.text for m in emulator.messages()] == ["2"]
    assert list(emulator.faults) == []


@pytest.mark.parametrize(("kind", "status"), [("500_after", 500), ("html_502", 502)])
async def test_an_answer_lost_after_the_commit_is_marked(emulator, send, kind, status):
    emulator.fail(kind)
    answer = await send()

    (message,) = emulator.messages()
    assert answer.status_code == status
    assert (message.seen, message.answer_lost, message.faults) == (str(status), True, (kind,))


async def test_a_message_whose_answer_arrived_is_not_marked(emulator, send):
    await send()

    assert (emulator.messages()[0].seen, emulator.messages()[0].answer_lost) == ("200", False)


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_drop_in_process_is_what_a_broken_connection_is_there(emulator, send, kind, stored):
    emulator.fail(kind)
    with pytest.raises(httpx.ReadError):
        await send()

    assert len(emulator.messages()) == stored
    assert emulator.requests[0].seen == "no answer"
    assert emulator.requests[0].status is None


async def test_garbage_is_a_200_that_no_client_can_read(emulator, send):
    emulator.fail("garbage")
    answer = await send()

    assert answer.status_code == 200
    assert emulator.messages()[0].seen == "broken answer"
    with pytest.raises(UnicodeDecodeError):
        answer.json()


async def test_a_truncated_answer_breaks_off_in_process_too(emulator, send):
    emulator.fail("truncate")
    with pytest.raises(httpx.ReadError):
        await send()

    assert emulator.messages()[0].answer_lost


@pytest.mark.parametrize(("kind", "stored"), [("hang", 1), ("hang_before", 0)])
async def test_a_hang_never_answers(emulator, send, kind, stored, until):
    emulator.fail(kind)
    waiting = asyncio.ensure_future(send())
    with pytest.raises(AssertionError):
        await emulator.wait_for(text="nothing", timeout=0)
    await until(lambda: emulator.requests and emulator.requests[0].faults)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert len(emulator.messages()) == stored
    assert emulator.requests[0].seen == "no answer"


@pytest.mark.parametrize("kind", ["latency", "dribble"])
async def test_a_slow_answer_follows_the_clock(emulator, send, kind):
    emulator.fail(kind, seconds=60)
    answer = asyncio.ensure_future(send())
    await emulator.wait_for(to=PHONE)
    for _ in range(40):
        for _ in range(12):
            await asyncio.sleep(0)
        emulator.clock.advance(minutes=1)

    assert (await answer).status_code == 200
    assert emulator.messages()[0].seen == "200"


async def test_times_come_first_and_chance_after_them(emulator, send):
    emulator.fail("500_before", times=2, p=0.5, seed=7)
    answers = [(await send(str(n))).status_code for n in range(40)]

    assert answers[:2] == [500, 500]
    assert 8 < answers[2:].count(500) < 30


async def test_one_seed_is_one_story(emulator, send):
    stories = []
    for _ in range(2):
        with emulator.fail("500_before", p=0.5, seed=42):
            stories.append([(await send()).status_code for _ in range(20)])

    assert stories[0] == stories[1]
    assert set(stories[0]) == {200, 500}


async def test_a_fault_is_armed_after_a_while_and_for_a_while(emulator, send):
    emulator.fail("500_before", after=10, for_=5)
    answers = []
    for _ in range(4):
        answers.append((await send()).status_code)
        emulator.clock.advance(5)

    assert answers == [200, 200, 500, 200]


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ("", True),
        ("send", True),
        ("list", False),
        ("*", True),
        ("to:+7916", True),
        ("to:7917", False),
        ("to:nobody", False),
        ("text:CODE", True),
        ('text:"your code"', True),
        ("text:other", False),
        ("POST /sms/send", True),
        ("GET", False),
        ("token:dev", True),
        ("token:other", False),
        ("device:5c0e3f5e", True),
        ("device:Redmi", True),
        ("device:pixel", False),
        ('text:"open', False),
    ],
)
async def test_a_match_names_endpoint_number_text_device_or_token(emulator, send, match, hit):
    emulator.fail("500_before", match=match)
    answer = await send("Your code", device_id="5c0e3f5e-90f4-4f5b-9a5f-2a5d8a6f7c11")

    assert answer.status_code == (500 if hit else 200)


async def test_a_fault_of_sending_leaves_other_calls_alone(emulator, api):
    emulator.fail("500_before")

    assert (await api.get("/sms", params={"limit": 1})).status_code == 200


async def test_two_faults_strike_one_request_together(emulator, send):
    emulator.fail("stuck")
    emulator.fail("500_after")
    await send()
    emulator.clock.advance(hours=9)

    (message,) = emulator.messages()
    assert (message.status, message.seen, message.faults) == (0, "500", ("stuck", "500_after"))


async def test_leaving_the_block_disarms(emulator, send):
    with emulator.fail("500_before", p=1.0):
        inside = await send()

    assert (inside.status_code, (await send()).status_code) == (500, 200)


async def test_retry_after_is_sent_when_asked_for(emulator, send):
    emulator.fail("429_storm", retry_after=2)

    assert (await send()).headers["retry-after"] == "2"
