"""Take the pictures of the emulator for the documents: `python tests/e2e/screenshots.py`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from browser import chromium, tell_a_story

from gosms_async.emulator import Clock, Emulator

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
NOON = 1_780_304_302  # seconds; any moment will do, as long as it stays the same

# name, width, height, theme, language, opens the message
SHOTS = (
    ("emulator-light", 1280, 860, "light", "en", False),
    ("emulator-dark", 1280, 860, "dark", "ru", False),
    ("emulator-phone-light", 360, 760, "light", "en", False),
    ("emulator-phone-dark", 360, 760, "dark", "ru", True),
)


async def main() -> None:
    """Tell the story once and look at it in every way."""
    ASSETS.mkdir(parents=True, exist_ok=True)
    async with Emulator(clock=Clock(0, start=NOON), window=None) as emulator:
        await tell_a_story(emulator)
        chosen = emulator.messages(to="79161234567")[-1].id
        async with chromium() as browser:
            for name, width, height, theme, language, opened in SHOTS:
                page = await browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    locale=language,
                    device_scale_factor=2,
                )
                await page.goto(
                    emulator.url + (f"/?id={chosen}" if opened or width > 1000 else "/")
                )
                await page.wait_for_selector("body.connected")
                await page.screenshot(path=ASSETS / f"{name}.png")
                await page.close()
                print(ASSETS / f"{name}.png")  # noqa: T201 - a script says what it wrote


if __name__ == "__main__":
    asyncio.run(main())
