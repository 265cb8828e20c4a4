"""A served emulator with a manual clock, and pages of a real browser that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import CHROMIUM, WIDE, Sender, chromium

from gosms_async.emulator import Emulator


def pytest_collection_modifyitems(items):
    """Say that a browser is missing, where it is."""
    missing = "chromium is not installed (apt-get install chromium)" if not CHROMIUM else ""
    try:
        import playwright  # noqa: F401, PLC0415 - only to see whether it is there
    except ImportError:
        missing = "playwright is not installed (pip install playwright)"
    if missing:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture
async def emulator():
    async with Emulator(clock="manual", window=None) as emulator:
        yield emulator


@pytest.fixture
def send(emulator):
    return Sender(emulator)


@pytest.fixture
async def open_page(emulator):
    """Open the page; every error of its scripts and every request to elsewhere fails the test."""
    wrong = []
    async with chromium() as browser:

        async def open_(path="/", *, viewport=WIDE, ready="body.connected", **options):
            context = await browser.new_context(viewport=viewport, **options)
            page = await context.new_page()
            page.set_default_timeout(5000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("dialog", lambda dialog: wrong.append(dialog.message))
            page.on(
                "request",
                lambda r: r.url.startswith(emulator.url) or wrong.append(r.url),
            )
            page.on("console", lambda m: "Content Security" in m.text and wrong.append(m.text))
            await page.goto(emulator.url + path)
            await page.wait_for_selector(ready)
            return page

        yield open_
    assert wrong == []
