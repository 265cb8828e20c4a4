"""The verbs of the emulator work over HTTP as they do in Python."""

from __future__ import annotations

import asyncio

import httpx
import pytest

PHONE = "79161234567"


@pytest.fixture
async def control(emulator):
    transport = httpx.ASGITransport(app=emulator.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8026/_emulator"
    ) as client:
        yield client
    await emulator.aclose()


async def test_ready_waits_until_the_api_is_served_and_says_where(emulator, control):
    waiting = asyncio.ensure_future(control.get("/ready?wait=30"))
    early = await control.get("/ready")
    async with emulator:
        answer = (await waiting).json()
        url, now = emulator.url, emulator.clock.now()
    late = await control.get("/ready?wait=0.01s")

    assert answer == {
        "ready": True,
        "url": url,
        "base_url": f"{url}/v1",
        "clock": {"now": now, "speed": 0.0},
    }
    assert (early.status_code, early.json()) == (503, {"ready": False})
    assert late.status_code == 503


@pytest.mark.parametrize("wait", ["soon", "-1", "nan", "inf"])
async def test_a_time_to_wait_that_is_none_is_400(control, wait):
    assert (await control.get("/ready", params={"wait": wait})).status_code == 400
    assert (await control.get("/wait", params={"timeout": wait})).status_code == 400


async def test_messages_are_listed_and_found(control, send):
    await send("Ваш код 482064")
    await send("other", "79990000000")

    found = (await control.get("/messages", params={"to": "7916", "status": 0})).json()
    assert [m["code"] for m in found] == ["482064"]
    assert "token" not in found[0]
    assert (await control.get("/messages", params={"token": "nobody"})).json() == []


async def test_one_message_is_shown_with_attempts_and_calls(emulator, control, send):
    emulator.fail("500_after")
    await send()
    message = emulator.messages()[0]
    shown = (await control.get(f"/messages/{message.id}")).json()

    assert (shown["seen"], shown["answer_lost"], shown["deliveries"]) == ("500", True, [])
    assert [a["seen"] for a in shown["attempts"]] == ["500"]
    assert "token" not in shown["attempts"][0]
    assert (await control.get("/messages/0")).status_code == 404


async def test_wait_answers_when_the_message_comes(control, send):
    waiting = asyncio.ensure_future(control.get("/wait", params={"text": "later", "timeout": 5}))
    await asyncio.sleep(0)
    await send("later")

    assert (await waiting).json()["text"] == "later"


async def test_wait_in_vain_is_417_and_lists_the_inbox(control, send):
    await send("hello")
    answer = await control.get("/wait", params={"text": "other", "timeout": 0})

    assert answer.status_code == 417
    assert "'hello'" in answer.json()["failed"]


async def test_assertions_are_answered_with_what_they_found(control, send):
    await send("one")
    good = await control.get("/assert/sent", params={"n": 1, "to": PHONE})
    bad = await control.get("/assert/sent", params={"n": 2})
    clean = await control.get("/assert/no-duplicates")
    await send("one")
    twice = await control.get("/assert/no-duplicates")

    assert [m["text"] for m in good.json()] == ["one"]
    assert (bad.status_code, clean.json(), twice.status_code) == (417, {"duplicates": 0}, 417)
    assert len((await control.get("/duplicates")).json()) == 1


async def test_faults_are_armed_listed_and_disarmed(control, send):
    armed = await control.post(
        "/faults", json={"kind": "latency", "p": 1, "for": 60, "match": "list", "seconds": 2}
    )
    await control.post("/faults", json={"kind": "500_before"})
    listed = (await control.get("/faults")).json()
    left = (await control.delete(f"/faults/{armed.json()['id']}")).json()

    assert armed.json()["options"] == {"seconds": 2}
    assert [f["kind"] for f in listed] == ["latency", "500_before"]
    assert [f["kind"] for f in left] == ["500_before"]
    assert (await control.delete("/faults")).json() == []
    assert (await send()).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "earthquake"},
        {},
        {"kind": "hang", "match": 1},
        {"kind": "hang", "p": 2},
        {"kind": "hang", "times": "x"},
        {"kind": "hang", "times": 1.5},
        {"kind": "hang", "times": -1},
        {"kind": "hang", "times": "x", "for": "y"},
        {"kind": "latency", "seconds": "long"},
        {"kind": "latency", "seconds": -1},
        {"kind": "429_storm", "retry_after": "1\r\nx: y"},
        {"kind": "hang", "colour": "red"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_400(control, body):
    assert (await control.post("/faults", json=body)).status_code == 400


async def test_the_clock_is_moved_and_paced(emulator, control):
    start = emulator.clock.now()
    moved = (await control.post("/clock", json={"advance": "10m"})).json()
    paced = (await control.post("/clock", json={"speed": 20})).json()

    assert (moved["now"], paced["speed"]) == (start + 600, 20)
    assert (await control.get("/clock")).json()["speed"] == 20
    assert (await control.post("/clock", json={"advance": "soon"})).status_code == 400


@pytest.mark.parametrize("speed", ["-1", "NaN", "Infinity"])
async def test_a_pace_at_which_no_time_can_pass_is_400(emulator, control, speed):
    headers = {"content-type": "application/json"}
    answer = await control.post("/clock", content=f'{{"speed": {speed}}}', headers=headers)

    assert (answer.status_code, emulator.clock.speed) == (400, 0)


async def test_requests_are_listed_newest_first(control, send, api):
    await send()
    await api.get("/sms", params={"limit": 1})
    listed = (await control.get("/requests", params={"limit": 1})).json()

    assert [(r["method"], r["path"], r["status"]) for r in listed] == [("GET", "/v1/sms", 200)]


async def test_everything_can_be_forgotten(emulator, control, send):
    await send()
    await control.delete("/messages")

    assert emulator.messages() == []


async def test_webhooks_are_registered_and_calls_repeated(emulator, control, send):
    made = (await control.post("/webhooks", json={"url": "http://127.0.0.1:1/"})).json()
    await send()
    emulator.clock.advance(1)
    await emulator.webhooks.settled()
    (call,) = (await control.get("/deliveries")).json()
    again = await control.post(f"/deliveries/{call['number']}/resend", json={})
    unknown = await control.post("/deliveries/99/resend", json={})

    assert (call["state"], call["webhook_id"], call["payload"]["status"]) == (
        "failed",
        made["id"],
        1,
    )
    assert (again.json()["payload"], unknown.status_code) == (call["payload"], 404)
    assert (await control.get("/webhooks")).json() == [made]
    assert (await control.delete(f"/webhooks/{made['id']}")).json() == []
    assert (await control.delete(f"/webhooks/{made['id']}")).status_code == 404


async def test_phones_and_rights_are_changed(emulator, control, send):
    await control.post("/phones", json={"online": False})
    await send("waits")
    emulator.clock.advance(60)
    rights = await control.post(
        "/account", json={"token": "dev", "refuses": [1005], "tariff_limit": None}
    )

    assert emulator.messages()[0].status == 0
    assert rights.json() == {"refuses": [1005], "tariff_limit": None}
    assert (await send()).json()["errors"]["code"] == 1005
    assert (await control.post("/account", json={"token": "dev"})).json() == rights.json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/webhooks", {}),
        ("/webhooks", {"url": "ftp://127.0.0.1/"}),
        ("/phones", {}),
        ("/phones", {"online": "false"}),
        ("/account", {}),
        ("/account", {"token": "dev", "tariff_limit": "5"}),
    ],
)
async def test_what_is_missing_or_of_another_kind_is_400(control, path, body):
    assert (await control.post(path, json=body)).status_code == 400


@pytest.mark.parametrize("refuses", [[1006], ["x"], 5])
async def test_what_is_no_right_cannot_be_taken_away(emulator, control, refuses):
    answer = await control.post("/account", json={"token": "dev", "refuses": refuses})

    assert (answer.status_code, emulator.account("dev").refuses) == (400, set())


async def test_a_page_of_elsewhere_cannot_post(control):
    """Other content types are all that a foreign page can send without asking first."""
    answer = await control.post("/clock", content='{"speed": 0}')

    assert answer.status_code == 415


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 60_000])
async def test_a_body_that_is_no_object_is_400(control, body):
    answer = await control.post(
        "/clock", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 400


async def test_a_body_that_is_too_long_is_413(control):
    headers = {"content-type": "application/json"}

    assert (await control.post("/clock", content=b" " * 70_000, headers=headers)).status_code == 413


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8026", 200),
        ("localhost", 200),
        ("[::1]:1", 200),
        ("evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("", 421),
    ],
)
async def test_only_names_of_this_machine_are_served(control, host, status):
    """A foreign name that was pointed at this machine is not."""
    answer = await control.get("/clock", headers={"host": host})

    assert answer.status_code == status


async def test_the_openapi_file_is_served(control):
    assert (await control.get("/openapi.json")).json()["openapi"] == "3.1.0"


async def test_an_unknown_address_is_404_in_json(control):
    assert (await control.get("/nothing")).json() == {"error": "Not Found"}
