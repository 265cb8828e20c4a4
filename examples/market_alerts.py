"""
A customer writes in a Yandex Market chat, and the shop's staff get an SMS.

It goes out through GoSMS. Sinch is asked only when GoSMS is known not to have taken it, so that
nobody is alerted twice. As it stands this file shows that against local stand-ins of all three:

    python examples/market_alerts.py
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import itertools
import json
from typing import TYPE_CHECKING, Literal

import attrs
import httpx
from fake_apis.sinch import FakeSinch
from fake_apis.yandex_market import FakeYandexMarket
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse
from starlette.routing import Route

from gosms_async import AsyncGoSMS, GoSMSError
from gosms_async.contrib.failover import Delivery, FailoverSender
from gosms_async.contrib.sinch import AsyncSinch
from gosms_async.contrib.yandex_market import AsyncYandexMarket, ChatSender
from gosms_async.emulator import Emulator
from gosms_async.emulator.server import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

STAFF = "79161234567"
IDS = ("businessId", "chatId", "messageId")


class Alerts:
    """The shop's own service: receives notifications, reads the message, alerts the staff."""

    def __init__(self, market: AsyncYandexMarket, sender: FailoverSender, staff: str) -> None:
        self._market = market
        self._sender = sender
        self._staff = staff
        self._told: set[tuple[int, ...]] = set()
        self.outcomes: asyncio.Queue[Delivery | GoSMSError] = asyncio.Queue()
        self.app = Starlette(routes=[Route("/notification", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> JSONResponse:
        """Answer at once: Market waits for ten seconds only."""
        event = json.loads(await request.body())
        answer = {"version": "1.0.0", "name": "market-alerts", "time": _now()}
        if event.get("notificationType") != "CHAT_MESSAGE_SENT":
            return JSONResponse(answer)
        ids = tuple(event[name] for name in IDS)
        if ids in self._told:  # Market may tell the same thing twice
            return JSONResponse(answer)
        self._told.add(ids)
        return JSONResponse(answer, background=BackgroundTask(self._alert, *ids))

    async def _alert(self, business_id: int, chat_id: int, message_id: int) -> None:
        try:
            message = await self._market.chat_message(business_id, chat_id, message_id)
            if message.sender == ChatSender.CUSTOMER:
                words = (message.text or "(a file)").replace("`", "'")[:200]  # GoSMS takes no `
                text = f"Market chat {chat_id}: {words}"
                await self.outcomes.put(await self._sender.send(self._staff, text))
        except GoSMSError as error:  # of all three APIs: they share one core
            await self.outcomes.put(error)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


@attrs.frozen
class Stage:
    """The service, and the world around it."""

    gosms: Emulator
    sinch: FakeSinch
    market: FakeYandexMarket
    alerts: Alerts
    notification_url: str
    _message_ids: itertools.count[int] = attrs.field(factory=lambda: itertools.count(1))

    async def customer_writes(self, text: str, *, told: int = 1) -> Delivery | GoSMSError:
        """Return what becomes of the alert about a message that Market tells of *told* times."""
        ids = (1, 7, next(self._message_ids))
        self.market.write(*ids, text)
        event = {"notificationType": "CHAT_MESSAGE_SENT", **dict(zip(IDS, ids, strict=True))}
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(told):
                (await client.post(self.notification_url, json=event)).raise_for_status()
        return await self.alerts.outcomes.get()


@contextlib.asynccontextmanager
async def local_stage(*, on_unknown: Literal["verify", "raise"] = "verify") -> AsyncIterator[Stage]:
    """Serve the three stand-ins and the service on free ports of this machine."""
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        emulator, fake_sinch, fake_market = Emulator(), FakeSinch(), FakeYandexMarket()
        await enter(emulator)
        sinch_port = await enter(serving(fake_sinch.app, "127.0.0.1", 0))
        market_port = await enter(serving(fake_market.app, "127.0.0.1", 0))

        # This is all that the real thing needs, with real tokens and no base_url.
        gosms = await enter(AsyncGoSMS("token", base_url=emulator.base_url, on_unknown=on_unknown))
        sinch = await enter(
            AsyncSinch("plan", "token", base_url=f"http://127.0.0.1:{sinch_port}/xms/v1")
        )
        market = await enter(AsyncYandexMarket("key", base_url=f"http://127.0.0.1:{market_port}"))
        by_sinch = functools.partial(sinch.send, from_="46701234567")
        sender = FailoverSender({"GoSMS": gosms.send, "Sinch": by_sinch}, resolve_timeout=5.0)
        alerts = Alerts(market, sender, STAFF)

        port = await enter(serving(alerts.app, "127.0.0.1", 0))
        url = f"http://127.0.0.1:{port}/notification"
        yield Stage(emulator, fake_sinch, fake_market, alerts, url)


async def main() -> None:
    """Show three messages: an ordinary one, one without phones, one whose answer is lost."""
    async with local_stage() as stage:
        for fault in (None, "no_devices", "500_after"):
            if fault:
                stage.gosms.fail(fault)
            outcome = await stage.customer_writes(f"Where is my order? ({fault or 'all is well'})")
            if isinstance(outcome, Delivery):
                print(f"{fault or 'all is well'}: sent by {outcome.sender}, id {outcome.id}")
            else:
                print(f"{fault}: {outcome}")
        print(f"GoSMS holds {len(stage.gosms.messages())} SMS, Sinch {len(stage.sinch.batches)}")


if __name__ == "__main__":
    asyncio.run(main())
