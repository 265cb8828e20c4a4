"""The page shows the truth, reads without JavaScript, and lets nobody else's content act."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from gosms_async.emulator.page.show import label, phone, visible
from gosms_async.emulator.page.words import _WORDS, parts


@pytest.fixture
async def page(emulator):
    transport = httpx.ASGITransport(app=emulator.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8026", follow_redirects=True
    ) as client:
        yield client
    await emulator.aclose()


@pytest.fixture
def do(emulator, page):
    async def do_(deed, **fields):
        fields = {"page_token": emulator.page_token, **fields}
        return await page.post(f"/do/{deed}", data=fields)

    return do_


async def test_an_empty_inbox_shows_how_to_send(emulator, page):
    html = (await page.get("/")).text

    assert "Send your first SMS" in html
    assert f"curl {emulator.base_url}/sms/send" in html


async def test_messages_are_listed_newest_first_with_their_marks(emulator, page, send):
    emulator.fail("500_after")
    await send("Ваш код 482064")
    await send("Ваш код 482064")
    html = (await page.get("/")).text

    assert html.index("duplicate</span>") < html.index("client saw 500")
    assert "482064" in html
    assert "+7 916 123-45-67" in html


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


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["one", "two", "two"]),
        ("q=to:7999", ["one"]),
        ("q=two", ["two", "two"]),
        ("q=status:0", ["one", "two", "two"]),
        ("q=code:1", []),
        ("q=device:b1277815", []),
        ("q=token:dev", ["one", "two", "two"]),
        ("q=%2B7+999", ["one"]),
        ("status=0", ["one", "two", "two"]),
        ("status=4", []),
        ("status=x", ["one", "two", "two"]),
        ("mark=lost", ["one"]),
        ("mark=dup", ["two"]),
        ("mark=x&page=x&inbox=9&id=x", ["one", "two", "two"]),
        ("page=2", []),
        ("inbox=0", ["one", "two", "two"]),
    ],
)
async def test_search_and_filters(emulator, page, send, query, shown):
    emulator.fail("500_after")
    await send("one", "79990001122")
    await send("two")
    await send("two")
    html = (await page.get(f"/?{query}")).text
    listed = re.findall(r'<bdi class="text" dir="auto">(\w+)</bdi>', html)

    assert sorted(listed) == shown


async def test_long_lists_have_pages(page, send):
    for n in range(55):
        await send(f"text {n}")
    first, second = [(await page.get(f"/?page={n}")).text for n in (1, 2)]

    assert "1–50 / 55" in first
    assert "51–55 / 55" in second
    assert "Older" in first
    assert "Newer" in second


async def test_a_message_is_shown_with_phone_timeline_attempts_and_snippets(emulator, page, send):
    device = next(iter(emulator.blank.devices))
    emulator.fail("500_after")
    await send("O'Neil", device_id=device, to_sim=0)
    emulator.clock.advance(2)
    html = (await page.get(f"/?id={emulator.messages()[0].id}")).text

    assert 'class="opened"' in html
    assert "Pixel-1 · SIM 0" in html
    assert "sent · expected" in html
    assert "stored, yet 500" in html
    assert "O&#39;\\&#34;&#39;\\&#34;&#39;Neil" in html or "O&#39;" in html
    assert "AsyncGoSMS(base_url=" in html


async def test_a_message_without_a_phone_says_so(emulator, page, send):
    emulator.set_online(False)
    await send()

    html = (await page.get("/")).text
    assert "waits for a phone" in html
    assert "Bring back" in html


async def test_webhook_calls_are_shown_with_a_button_to_repeat(emulator, page, send, do):
    await do("webhook", url="http://127.0.0.1:1/hook")
    await send()
    emulator.clock.advance(1)
    await emulator.webhooks.settled()
    html = (await page.get("/")).text
    await do("resend", number="1")

    assert "http://127.0.0.1:1/hook" in html
    assert "Resend" in html
    assert len(emulator.webhooks.deliveries) == 2
    await do("remove_webhook", id=next(iter(emulator.webhooks.registered)))
    assert emulator.webhooks.registered == {}


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


async def test_htmx_gets_the_living_part_only(page):
    part = (await page.get("/", headers={"hx-request-type": "partial"})).text

    assert part.lstrip().startswith('<div id="live"')
    assert "<html" not in part


async def test_news_are_told_at_once_and_again_after_a_change(emulator, send):
    """A reader that knows the present hears of the next change only."""
    chunks = asyncio.Queue()

    async def events(seen):
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/events",
            "raw_path": b"/events",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), (b"last-event-id", seen.encode())],
        }

        async def receive():
            await asyncio.Event().wait()

        async def tell(message):
            await chunks.put(message.get("body", b"").decode())

        await emulator.app(scope, receive, tell)

    reader = asyncio.ensure_future(events(emulator.changed.version))
    assert await chunks.get() == ""
    assert await chunks.get() == "retry: 500\n\n"
    await asyncio.sleep(0)
    quiet = chunks.empty()
    await send()
    told = await chunks.get()
    reader.cancel()
    late = asyncio.ensure_future(events("0-0"))
    assert [await chunks.get(), await chunks.get()] == ["", "retry: 500\n\n"]
    at_once = await chunks.get()
    late.cancel()

    assert quiet
    assert told.startswith("event: news\nid: ")
    assert (
        at_once
        == f"event: news\nid: {emulator.changed.version}\ndata: {emulator.changed.version}\n\n"
    )


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (1, "1 part", "1 часть"),
        (2, "2 parts", "2 части"),
        (5, "5 parts", "5 частей"),
        (11, "11 parts", "11 частей"),
        (21, "21 parts", "21 часть"),
    ],
)
def test_parts_are_counted_in_words(count, english, russian):
    assert (parts(count, "en"), parts(count, "ru")) == (english, russian)


def test_every_word_is_said_in_both_languages():
    assert all(english and russian for english, russian in _WORDS.values())


def test_numbers_tokens_and_texts_are_made_readable():
    assert (phone("79161234567"), phone("4915112345")) == ("+7 916 123-45-67", "+4915112345")
    assert (label("dev"), label("x" * 40)) == ("dev", "…xxxx")
    assert visible("a\nb") == "a\nb"
