"""The page's buttons are plain forms, and nobody else's content or form acts."""

from __future__ import annotations

import re

import pytest


async def test_a_text_is_shown_and_never_obeyed(page, send):
    await send("<img src=x onerror=alert(1)> \u202eabc & \x07")
    html = (await page.get("/")).text

    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "\u202e" not in re.sub(r"data-copy=\"[^\"]*\"", "", html)
    assert '<span class="unseen">U+202E</span>abc &amp; <span class="unseen">U+0007</span>' in html


async def test_a_real_token_is_never_shown(emulator, connect, page):
    for token in ("eyJhbGciOiJIUzI1NiJ9.very.secret1234", "dev"):
        fields = {"message": "hi", "phone_number": "79161234567"}
        await connect(emulator, token).post("/sms/send", json=fields)
    html = (await page.get("/?inbox=0")).text

    assert "eyJ" not in html
    assert "…1234" in html


async def test_the_language_is_the_browsers_until_one_is_chosen(page):
    asked = (await page.get("/", headers={"accept-language": "ru-RU,ru;q=0.9"})).text
    chosen = await page.get("/choose/language/ru?q=x&status=4")

    assert '<html lang="ru"' in asked
    assert '<html lang="ru"' in chosen.text
    assert chosen.url.query == b"q=x&status=4"
    assert (await page.get("/choose/language/xx")).status_code == 404
    assert (await page.get("/choose/size/big")).status_code == 404


async def test_the_theme_is_the_systems_until_one_is_chosen(page):
    before = (await page.get("/")).text
    after = (await page.get("/choose/theme/dark")).text

    assert 'data-theme="auto"' in before
    assert 'data-theme="dark"' in after


async def test_buttons_work_as_plain_forms(emulator, do):
    await do("fault", kind="429_storm", mode="always")
    await do("fault", kind="500_after", mode="once")
    await do("fault", kind="stuck", times="3", p="0.5", match="to:7916")
    armed = [(f.kind, f.times, f.p) for f in emulator.faults]
    await do("fault", kind="429_storm", mode="off")
    start = emulator.clock.now()
    await do("advance", by="1m")
    answer = await do("speed", speed="20", back="q=x")

    assert armed == [("429_storm", 0, 1.0), ("500_after", 1, 0.0), ("stuck", 3, 0.5)]
    assert [f.kind for f in emulator.faults] == ["500_after", "stuck"]
    assert (emulator.clock.now() >= start + 60, emulator.clock.speed) == (True, 20)
    assert answer.url.query == b"q=x"
    assert "stuck" in answer.text
    await do("phone", device_id=next(iter(emulator.blank.devices)), online="0")
    assert not next(iter(emulator.blank.devices.values())).online


async def test_clear_forgets_everything(emulator, do, send):
    await send()
    await do("clear")

    assert emulator.messages() == []


@pytest.mark.parametrize("token", ["", "wrong", "\udcff".encode("utf-8", "surrogatepass")])
async def test_a_form_without_the_pages_token_does_nothing(emulator, page, send, token):
    await send()
    answer = await page.post("/do/clear", data={"page_token": token})

    assert (answer.status_code, len(emulator.messages())) == (403, 1)


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("advance", {"by": "soon"}),
        ("fault", {"kind": "earthquake"}),
        ("webhook", {"url": "javascript:alert(1)"}),
        ("speed", {}),
    ],
)
async def test_a_form_that_makes_no_sense_is_400(do, deed, fields):
    assert (await do(deed, **fields)).status_code == 400


async def test_going_back_never_leaves_the_page(do):
    answer = await do("clear", back="//evil.example/?id=http://evil.example")

    assert answer.url.host == "127.0.0.1"


async def test_nothing_foreign_is_loaded_and_nothing_inline_runs(page, send):
    await send()
    answer = await page.get("/")
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text) == []
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", answer.text) == []


async def test_files_are_served_with_a_name_that_changes_with_them(page):
    html = (await page.get("/")).text
    for address in re.findall(r'"(/static/[^"]+)"', html):
        answer = await page.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]

    assert (await page.get("/static/..%2Froutes.py")).status_code == 404
