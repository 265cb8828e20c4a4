"""The questions a test asks: what was sent, what was sent twice, what each client saw."""

from __future__ import annotations

import asyncio

import pytest

from gosms_async.emulator import Emulator

PHONE = "79161234567"


async def test_wait_for_returns_a_message_that_is_there(emulator, send):
    await send("one")
    await send("two")

    assert (await emulator.wait_for(to="7916")).text == "two"


async def test_wait_for_wakes_when_the_message_comes(emulator, send):
    waiting = asyncio.ensure_future(emulator.wait_for(text="later"))
    await asyncio.sleep(0)
    await send("later")

    assert (await waiting).text == "later"


async def test_wait_for_a_status_wakes_when_the_clock_is_moved(emulator, send):
    await send()
    waiting = asyncio.ensure_future(emulator.wait_for(status=4))
    await asyncio.sleep(0)
    emulator.clock.advance(10)

    assert (await waiting).status == 4


async def test_wait_for_a_status_needs_no_event_while_time_runs(connect):
    emulator = Emulator(clock="x60")
    await connect(emulator).post("/sms/send", json={"message": "hi", "phone_number": PHONE})

    assert (await emulator.wait_for(status=4)).status == 4


async def test_wait_for_in_vain_lists_the_inbox(emulator, send):
    await send("hello")
    with pytest.raises(AssertionError, match=r"text:other.*\n  79161234567 0 'hello'"):
        await emulator.wait_for(text="other", timeout=0)


async def test_an_empty_inbox_is_said_to_be_empty(emulator):
    with pytest.raises(AssertionError, match="no message"):
        emulator.assert_sent()


async def test_assert_sent_returns_what_was_sent(emulator, send):
    await send("one")

    assert [m.text for m in emulator.assert_sent(1, to=PHONE)] == ["one"]
    assert len(emulator.assert_sent()) == 1


async def test_assert_sent_counts(emulator, send):
    await send("one")
    with pytest.raises(AssertionError, match="1 messages with to:79161234567, not 2"):
        emulator.assert_sent(2, to=PHONE)


async def test_the_same_text_to_the_same_number_within_ten_minutes_is_a_duplicate(emulator, send):
    for text in ("Code  1", "Code 1", "Code 2"):
        await send(text)
    emulator.clock.advance(minutes=11)
    await send("Code 1")

    assert [m.text for m in emulator.duplicates()] == ["Code 1"]
    with pytest.raises(AssertionError, match=r"1 duplicates(?s:.*)DUPLICATE"):
        emulator.assert_no_duplicates()


async def test_composed_and_decomposed_letters_are_the_same_text(emulator, send):
    await send("\u0439")
    await send("\u0438\u0306")

    assert len(emulator.duplicates()) == 1


async def test_different_inboxes_do_not_duplicate_each_other(emulator, connect):
    for token in ("one", "two"):
        fields = {"message": "hi", "phone_number": PHONE}
        await connect(emulator, token).post("/sms/send", json=fields)

    emulator.assert_no_duplicates()
    assert len(emulator.messages()) == 2


async def test_every_attempt_is_kept_with_what_its_sender_saw(emulator, send):
    emulator.fail("429_storm")
    emulator.fail("500_after")
    for _ in range(3):
        await send("hi")

    _, message = emulator.messages()
    assert [a.seen for a in emulator.attempts(message)] == ["429", "500", "200"]
    assert [bool(a.message_id) for a in emulator.attempts(message)] == [False, True, True]


async def test_a_send_that_names_the_id_of_another_message_does_not_touch_it(emulator, send):
    await send("one")
    emulator.fail("500_before")
    await send("two", id=emulator.messages()[0].id)

    assert emulator.messages()[0].seen == "200"
    assert emulator.requests[1].message_id == ""


async def test_the_log_is_bounded_and_forgets_attempts_with_it(connect):
    emulator = Emulator(clock="manual", window=None, keep=2)
    api = connect(emulator)
    for text in ("a", "b", "b"):
        await api.post("/sms/send", json={"message": text, "phone_number": PHONE})

    first, second, _ = emulator.messages()
    assert (len(emulator.log), emulator.log.total) == (2, 3)
    assert (len(emulator.attempts(first)), len(emulator.attempts(second))) == (0, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ваш код: 482064. Никому его не сообщайте", "482064"),
        ("739-105 is your code", "739105"),
        ("Пароль 12 34", None),
        ("Заказ 911211 готов", None),
        ("Промокод 2024", None),
        ("Your PIN 0042", "0042"),
    ],
)
async def test_a_one_time_code_is_found(emulator, send, text, code):
    await send(text)

    assert emulator.messages()[0].code == code


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("{" * 80, "GSM-7", 1),
        ("a" * 152 + "{" + "a" * 10, "GSM-7", 2),
        ("я" * 70, "UCS-2", 1),
        ("я" * 71, "UCS-2", 2),
        ("я" * 134 + "я", "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
    ],
)
async def test_segments_are_counted_as_they_go_on_the_air(emulator, send, text, encoding, parts):
    await send(text)

    (message,) = emulator.messages()
    assert (message.encoding, message.parts) == (encoding, parts)


async def test_a_reset_forgets_everything_but_the_time(emulator, send):
    await send()
    emulator.fail("500_before")
    now = emulator.clock.now()
    emulator.reset()

    assert (emulator.messages(), emulator.requests, list(emulator.faults)) == ([], [], [])
    assert emulator.clock.now() == now


async def test_the_status_has_the_apis_words(emulator, send):
    await send()

    assert emulator.messages()[0].status_text == "Ждет обработки"


async def test_created_at_is_aware(emulator, send):
    await send()
    (message,) = emulator.messages()

    assert message.created_at.timestamp() == pytest.approx(message.created)
    assert message.created_at.utcoffset().total_seconds() == 0


async def test_an_edition_must_be_known():
    with pytest.raises(ValueError, match="new or old"):
        Emulator(edition="2025")
