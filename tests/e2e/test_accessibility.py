"""axe-core finds nothing to complain about: light and dark, narrow and wide, empty and full."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import NARROW, WIDE, tell_a_story

AXE = (Path(__file__).parent / "assets" / "axe.min.js").read_text("utf-8")


async def violations(page):
    await page.evaluate(AXE)
    result = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        (found["id"], node["target"], node["failureSummary"])
        for found in result["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360px", "1280px"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_full_page_has_no_violations(open_page, emulator, viewport, theme):
    await tell_a_story(emulator)
    emulator.webhooks.add("http://127.0.0.1:1/")
    for message in ("", f"?id={emulator.messages()[-2].id}", "?mark=lost", "?q=nothing"):
        page = await open_page(f"/{message}", viewport=viewport, color_scheme=theme, locale="ru")
        assert await violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_an_empty_page_and_the_help_have_no_violations(open_page, theme):
    page = await open_page(color_scheme=theme)
    assert await violations(page) == []
    await page.keyboard.press("?")
    assert await violations(page) == []
