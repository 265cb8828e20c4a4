"""Debian's Chromium under Playwright, and an inbox worth looking at."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from gosms_async.emulator import Emulator

CHROMIUM = shutil.which("chromium")
NARROW = {"width": 360, "height": 760}
WIDE = {"width": 1280, "height": 800}
PIXEL = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
CODE = "Ваш код: 482064. Никому его не сообщайте."
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start a browser."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - where it is missing we skip

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGS)
        try:
            yield browser
        finally:
            await browser.close()


class Sender:
    """Sends as a client would that survives whatever it gets."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(
        self, message: str, phone_number: str = "79161234567", **more: object
    ) -> None:
        fields = {"message": message, "phone_number": phone_number, **more}
        async with httpx.AsyncClient(headers={"authorization": "Bearer shop"}) as client:
            with contextlib.suppress(httpx.TransportError):
                await client.post(f"{self._emulator.base_url}/sms/send", json=fields)


async def tell_a_story(emulator: Emulator) -> None:
    """Fill the inbox with what happens to a shop in a minute; the clock is a manual one."""
    send, clock = Sender(emulator), emulator.clock
    await send("Заказ 911198 передан курьеру. Ждите с 14 до 18.", "79033334455")
    clock.advance(21)
    await send("Ваш заказ 911211 готов к выдаче в магазине на Тверской.")
    clock.advance(7)
    await send("Напоминаем: завтра в 10:00 запись к врачу.", "70000000001")
    clock.advance(12)
    emulator.fail("500_after")
    await send("Ваш код: 739 105. Никому его не сообщайте.", "79661761548")
    clock.advance(1)
    await send("Ваш код: 739 105. Никому его не сообщайте.", "79661761548")
    clock.advance(9)
    await send(
        "Скидка 20 % на все до воскресенья! Промокод LETO. Ждем вас с 9 до 21.", "79265550199"
    )
    clock.advance(2.4)
    emulator.fail("429_storm")
    emulator.fail("drop_after")
    await send(CODE, device_id=PIXEL, to_sim=0)
    clock.advance(0.3)
    await send(CODE, device_id=PIXEL, to_sim=0)
    clock.advance(8.2)
    await send("Счет 2041 оплачен. Спасибо за покупку!", "79116263684")
    clock.advance(0.4)
    emulator.fail("500_after", p=0.06)
