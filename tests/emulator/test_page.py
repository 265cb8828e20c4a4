"""The page shows the truth, live, and reads without JavaScript."""

from __future__ import annotations

import asyncio
import html
import json
import re
import shlex

import pytest

from gosms_async.emulator.page import routes


def copied(text):
    """Return what the copy buttons of a page put into the clipboard."""
    return [html.unescape(found) for found in re.findall('data-copy="([^"]*)"', text)]


async def test_an_empty_inbox_shows_how_to_send(emulator, page):
    """What is copied is the whole of it: a program that compiles, a command with its JSON."""
    text = (await page.get("/")).text
    python, curl = copied(text)

    assert "Send your first SMS" in text
    compile(python, "copied", "exec")
    assert f'AsyncGoSMS("dev", base_url="{emulator.base_url}")' in python
    assert json.loads(shlex.split(curl)[-1])["message"] == "Ваш код: 482064"


async def test_messages_are_listed_newest_first_with_their_marks(emulator, page, send):
    emulator.fail("500_after")
    await send("Ваш код 482064")
    await send("Ваш код 482064")
    text = (await page.get("/")).text

    assert text.index("duplicate</span>") < text.index("client saw 500")
    assert "482064" in text
    assert "+7 916 123-45-67" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["one", "two", "two"]),
        ("q=to:7999", ["one"]),
        ("q=two", ["two", "two"]),
        ("q=status:0", ["one", "two", "two"]),
        ("q=status:waiting", ["one", "two", "two"]),
        ("q=status:delivered", []),
        ("q=code:1", []),
        ("q=device:b1277815", []),
        ("q=device:5c0e3f5e", ["one"]),
        ("q=device:redmi", ["one"]),
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
        pytest.param("inbox=" + "9" * 5000, ["one", "two", "two"], id="a number nobody reads"),
    ],
)
async def test_search_and_filters(emulator, page, send, query, shown):
    emulator.fail("500_after")
    await send("one", "79990001122", device_id="5c0e3f5e-90f4-4f5b-9a5f-2a5d8a6f7c11")
    await send("two")
    await send("two")
    text = (await page.get(f"/?{query}")).text
    listed = re.findall(r'<bdi class="text" dir="auto">(\w+)</bdi>', text)

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
    text = (await page.get(f"/?id={emulator.messages()[0].id}")).text

    assert 'class="opened"' in text
    assert "Pixel-1 · SIM 0" in text
    assert "sent · expected" in text
    assert "stored, yet 500" in text
    python, curl = copied(text)
    assert f'"O\'Neil", device_id="{device}", to_sim=0)' in python
    assert json.loads(shlex.split(curl)[-1])["message"] == "O'Neil"


async def test_a_message_without_a_phone_says_so(emulator, page, send):
    emulator.set_online(False)
    await send()

    text = (await page.get("/")).text
    assert "waits for a phone" in text
    assert "Bring back" in text


async def test_webhook_calls_are_shown_with_a_button_to_repeat(emulator, page, send, do):
    await do("webhook", url="http://127.0.0.1:1/hook")
    await send()
    emulator.clock.advance(1)
    await emulator.webhooks.settled()
    text = (await page.get("/")).text
    await do("resend", number="1")

    assert "http://127.0.0.1:1/hook" in text
    assert "Resend" in text
    assert len(emulator.webhooks.deliveries) == 2
    await do("remove_webhook", id=next(iter(emulator.webhooks.registered)))
    assert emulator.webhooks.registered == {}


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


async def test_a_status_that_moves_on_while_the_page_rests_is_told(emulator, send):
    await send()
    news = routes._news(emulator, "")
    told = [await anext(news), await anext(news)]
    rest = asyncio.ensure_future(anext(news))
    await asyncio.sleep(0)
    emulator.clock.advance(100)

    assert told[1] == await asyncio.wait_for(rest, 5)
    await news.aclose()
