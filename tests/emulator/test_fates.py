"""Messages fare, lists look and magic numbers behave as one wants to see them."""

from __future__ import annotations

import asyncio

import pytest


def code(answer):
    return answer.status_code, answer.json()["errors"]["code"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("send_error", 3), ("delivery_error", 5), ("stuck", 0), ("no_report", 2)],
)
async def test_a_message_fares_as_its_fault_will_have_it(emulator, send, kind, status):
    emulator.fail(kind)
    await send()
    emulator.clock.advance(hours=1)

    assert emulator.messages()[0].status == status


async def test_messages_wait_while_the_phones_are_away_and_go_on_when_they_return(emulator, send):
    await send("before")
    emulator.set_online(False)
    await send("during")
    emulator.clock.advance(hours=1)
    away = [m.status for m in emulator.messages()]
    emulator.set_online(True)
    emulator.clock.advance(3)

    assert (away, emulator.messages()[1].status) == ([4, 0], 2)


async def test_an_offline_fault_holds_one_message(emulator, send):
    emulator.fail("device_offline")
    await send()
    emulator.clock.advance(hours=1)
    held = emulator.messages()[0].timeline

    emulator.set_online(True)
    emulator.clock.advance(8)
    assert (len(held), emulator.messages()[0].status) == (1, 4)


async def test_a_lagging_list_shows_a_message_late(emulator, api, send):
    emulator.fail("list_lag", p=1.0, seconds=5)
    await send()
    seen = []
    for _ in range(2):
        seen.append((await api.get("/sms", params={"limit": 9})).json()["sms_list"])
        emulator.clock.advance(5)

    assert [len(page) for page in seen] == [0, 1]


async def test_a_shuffled_list_holds_the_same_messages(emulator, api, send):
    for n in range(20):
        await send(str(n))
    emulator.fail("list_shuffle")
    shuffled = (await api.get("/sms", params={"limit": 50})).json()["sms_list"]
    plain = (await api.get("/sms", params={"limit": 50})).json()["sms_list"]

    def ids(page):
        return [m["id"] for m in page]

    assert ids(shuffled) != ids(plain)
    assert sorted(ids(shuffled)) == sorted(ids(plain))


async def test_an_offset_may_count_records(emulator, api, send):
    for n in range(5):
        await send(str(n))
    emulator.fail("offset_by_record")
    page = (await api.get("/sms", params={"limit": 2, "offset": 2})).json()["sms_list"]

    assert [m["message"] for m in page] == ["3", "2"]


@pytest.mark.parametrize(
    ("number", "status", "answers"),
    [
        ("70000000001", 5, [200, 200]),
        ("70000000002", 3, [200, 200]),
        ("70000000003", 0, [200, 200]),
        ("70000000004", 4, [500, 200]),
        ("70000000005", 4, [429, 200]),
    ],
)
async def test_a_magic_number_misbehaves(emulator, send, number, status, answers):
    assert [(await send("hi", number)).status_code for _ in range(2)] == answers
    emulator.clock.advance(hours=1)

    assert {m.status for m in emulator.messages()} == {status}


async def test_the_number_of_the_tariff_limit_is_refused_every_time(send):
    assert [code(await send("hi", "70000000006")) for _ in range(2)] == [(403, 1006)] * 2


async def test_the_slow_number_is_slow(emulator, send):
    answer = asyncio.ensure_future(send("hi", "70000000007"))
    await emulator.wait_for(to="70000000007")
    early = answer.done()
    await asyncio.sleep(0)
    emulator.clock.advance(1)

    assert (early, (await answer).status_code) == (False, 200)


async def test_an_armed_fault_and_the_same_magic_strike_once(emulator, send):
    emulator.fail("500_after")
    await send("hi", "70000000004")

    assert emulator.requests[0].faults == ("500_after",)
