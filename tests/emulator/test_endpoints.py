"""The seven calls answer as the API documentation says."""

from __future__ import annotations

import pytest

from gosms_async.emulator import Emulator

PIXEL = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
UNKNOWN = "0" * 24


def code(answer):
    return answer.status_code, answer.json()["errors"]["code"]


async def test_a_send_answers_an_id_and_stores_the_message(emulator, send):
    answer = await send("Код 482064", device_id=PIXEL, to_sim=0)

    (message,) = emulator.messages()
    assert answer.json() == {"id": message.id}
    assert (message.text, message.to_sim, message.device_id) == ("Код 482064", 0, PIXEL)


async def test_a_message_is_read_by_its_id(emulator, api, send):
    sent = (await send("test")).json()

    answer = await api.post("/sms/get", json=sent)

    assert answer.json() == {
        **sent,
        "message": "test",
        "status": 0,
        "callback_id": "",
        "device_id": "",
        "phone_number": "79161234567",
        "message_status": "Ждет обработки",
        "time_create": int(emulator.clock.now()),
        "to_sim": None,
    }


async def test_the_status_follows_the_clock(emulator, api, send):
    sent = (await send()).json()
    statuses = []
    for seconds in (0, 1, 2, 5):
        emulator.clock.advance(seconds)
        statuses.append((await api.post("/sms/get", json=sent)).json()["status"])

    assert statuses == [0, 1, 2, 4]


async def test_pages_are_newest_first_and_count_from_one(api, send):
    ids = [(await send(str(n))).json()["id"] for n in range(5)]

    first = (await api.get("/sms", params={"limit": 2})).json()
    last = (await api.get("/sms", params={"limit": 2, "offset": 3})).json()

    assert [m["id"] for m in first["sms_list"]] == [ids[4], ids[3]]
    assert [m["id"] for m in last["sms_list"]] == [ids[0]]
    assert last["pagination"] == {"total_records": 5, "limit": 2, "offset": 3}


@pytest.mark.parametrize("term", ["КОД", "7916", "ждет", "12345"])
async def test_search_matches_in_part_and_in_any_case(api, send, term):
    """Text, number and status words are searched."""
    await send("Ваш код")
    found = (await api.get("/sms", params={"limit": 9, "search": term})).json()

    assert found["pagination"]["total_records"] == 1


async def test_search_that_matches_nothing_is_an_empty_page(api, send):
    await send()
    answer = await api.get("/sms", params={"limit": 9, "search": "доставлено"})

    assert answer.json()["sms_list"] == []


async def test_a_delete_is_refused_for_five_minutes(emulator, api, send):
    sent = (await send()).json()

    early = await api.request("DELETE", "/sms/del", json=sent)
    emulator.clock.advance(minutes=5)
    late = await api.request("DELETE", "/sms/del", json=sent)
    again = await api.request("DELETE", "/sms/del", json=sent)

    assert code(early) == (403, 1010)
    assert (late.status_code, late.content) == (204, b"")
    assert code(again) == (404, 1008)
    assert emulator.messages() == []


async def test_a_device_is_shown_with_its_sims(api):
    device = (await api.post("/devices/get/info", json={"device_id": PIXEL})).json()

    assert (device["device_id"], device["device_battery_state"]) == (PIXEL, 100)
    assert device["sim_list"][1] == {"slot_index": 1, "display_name": "MTS"}


async def test_editing_a_device_without_is_active_switches_it_off(api):
    edit = await api.post("/devices/edit", json={"device_id": PIXEL})
    device = (await api.post("/devices/get/info", json={"device_id": PIXEL})).json()

    assert (edit.status_code, device["is_active"]) == (204, False)


async def test_messages_wait_while_every_phone_is_off(emulator, api, send):
    devices = list(emulator.account("dev").devices)
    sent = (await send()).json()
    await send("x", device_id=PIXEL)
    await api.post("/devices/edit", json={"device_id": PIXEL, "is_active": False})
    waiting = (await send("y", device_id=PIXEL)).json()
    emulator.clock.advance(100)
    before = [m.status for m in emulator.messages()]
    await api.post("/devices/edit", json={"device_id": PIXEL, "is_active": True})
    emulator.clock.advance(1)

    assert len(devices) == 2
    assert (before, emulator.messages()[-1].id) == ([4, 4, 0], waiting["id"])
    assert (emulator.messages()[-1].status, sent != waiting) == (1, True)


async def test_no_other_phone_takes_what_waits_for_a_deleted_one(emulator, api, send):
    """Only the phone that a message names may send it."""
    await api.post("/devices/edit", json={"device_id": PIXEL, "is_active": False})
    await send("mine", device_id=PIXEL)
    await api.post("/devices/del", json={"device_id": PIXEL})
    emulator.set_online(True)
    emulator.clock.advance(100)

    assert emulator.messages()[0].status == 0


async def test_a_deleted_device_is_unknown(api):
    gone = await api.post("/devices/del", json={"device_id": PIXEL})
    again = await api.post("/devices/del", json={"device_id": PIXEL})

    assert (gone.status_code, code(again)) == (204, (404, 1012))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone_number": "12"}, 2001),
        ({"phone_number": "+79161234567"}, 2001),
        ({"phone_number": 79161234567}, 2001),
        ({"message": ""}, 2002),
        ({"message": "x" * 301}, 2002),
        ({"message": "a`b"}, 2002),
        ({"device_id": None}, 2005),
        ({"to_sim": None}, 2008),
        ({"callback_id": "mine"}, 2004),
        ({"device_id": "mine"}, 2005),
        ({"to_sim": "one"}, 2008),
        ({"to_sim": True}, 2008),
        ({"to_sim": 2**31}, 2008),
        ({"to_sim": 1e300}, 2008),
        ({"to_sim": 0}, 1017),
    ],
)
async def test_a_wrong_field_has_its_code(send, emulator, fields, expected):
    answer = await send(**{"message": "hi", "phone_number": "79161234567", **fields})

    assert code(answer) == (400, expected)
    assert emulator.messages() == []


async def test_a_whole_number_written_with_a_fraction_is_a_slot(send, emulator):
    await send(device_id=PIXEL, to_sim=1.0)

    assert emulator.messages()[0].to_sim == 1


async def test_an_unknown_device_is_named_so(send):
    answer = await send(device_id=PIXEL.replace("b", "c"))

    assert code(answer) == (404, 1016)


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("/sms/get", {"id": UNKNOWN}, (404, 1008)),
        ("/sms/get", {"id": "1"}, (400, 2003)),
        ("/devices/get/info", {"device_id": UNKNOWN}, (404, 1012)),
        ("/devices/get/info", {}, (400, 2005)),
        ("/devices/edit", {"device_id": PIXEL, "is_active": "yes"}, (400, 2009)),
    ],
)
async def test_other_calls_refuse_with_their_codes(api, path, fields, expected):
    assert code(await api.post(path, json=fields)) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [({}, 2006), ({"limit": 0}, 2006), ({"limit": 101}, 2006), ({"limit": 1, "offset": "x"}, 2007)],
)
async def test_a_listing_checks_its_numbers(api, params, expected):
    assert code(await api.get("/sms", params=params)) == (400, expected)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"id": NaN}', b"[" * 100_000])
async def test_a_body_that_is_no_object_is_1001(api, body):
    assert code(await api.post("/sms/get", content=body)) == (400, 1001)


async def test_half_a_character_is_2002(api):
    answer = await api.post(
        "/sms/send", content=b'{"phone_number": "79161234567", "message": "\\ud800"}'
    )

    assert code(answer) == (400, 2002)


async def test_only_the_tokens_given_are_valid(connect):
    emulator = Emulator(tokens={"good"})
    answers = [await connect(emulator, t).get("/sms?limit=1") for t in ("good", "bad")]

    assert [answer.status_code for answer in answers] == [200, 401]


async def test_no_token_is_401(emulator, connect):
    api = connect(emulator, token="")

    assert code(await api.get("/sms", params={"limit": 1})) == (401, 1003)


async def test_every_token_is_its_own_inbox(emulator, connect):
    fields = {"message": "hi", "phone_number": "79161234567"}
    await connect(emulator, "one").post("/sms/send", json=fields)
    other = await connect(emulator, "two").get("/sms", params={"limit": 1})

    assert other.json()["pagination"]["total_records"] == 0
    assert [len(emulator.messages(token=t)) for t in ("one", "two")] == [1, 0]


async def test_an_account_without_phones_says_so(emulator, send):
    devices = emulator.account("dev").devices
    for device in devices.values():
        device.active = False
    switched_off = await send()
    devices.clear()

    assert (code(switched_off), code(await send())) == ((403, 1015), (403, 1004))


async def test_the_tariff_is_a_limit(emulator, send):
    emulator.account("dev").tariff_limit = 1
    first = await send("1")

    assert (first.status_code, code(await send("2"))) == (200, (403, 1006))


@pytest.mark.parametrize("right", [1002, 1005, 3000])
async def test_rights_can_be_taken_away(emulator, send, right):
    emulator.account("dev").refuses.add(right)

    assert code(await send()) == (403, right)


async def test_the_old_edition_knows_no_to_sim_and_short_device_ids(connect):
    api = connect(Emulator(clock="manual", edition="old"))
    await api.post("/sms/send", json={"message": "hi", "phone_number": "79161234567"})
    page = (await api.get("/sms", params={"limit": 1})).json()
    device = await api.post("/devices/get/info", json={"id": PIXEL.replace("-", "")[:24]})

    assert "to_sim" not in page["sms_list"][0]
    assert device.json()["device_battery_state"] == "100"
    assert "console_data" in device.json()


async def test_ten_requests_a_second_and_endpoint_are_a_true_window(connect):
    emulator = Emulator(clock="manual")
    api = connect(emulator)
    fields = {"message": "hi", "phone_number": "79161234567"}

    async def burst(count):
        return [(await api.post("/sms/send", json=fields)).status_code for _ in range(count)]

    assert await burst(11) == [200] * 10 + [429]
    emulator.clock.advance(0.999)
    assert await burst(1) == [429]
    emulator.clock.advance(0.001)
    assert await burst(11) == [200] * 10 + [429]
    assert (await api.get("/sms", params={"limit": 1})).status_code == 200
    other = await connect(emulator, "two").post("/sms/send", json=fields)
    assert other.status_code == 200
