"""Calls to the user's webhooks when an SMS changes; the format is this emulator's own."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any

import attrs
from starlette.types import ASGIApp

from gosms_async.emulator.exchange import Exchange
from gosms_async.emulator.plan import WORDS

if TYPE_CHECKING:
    import httpx

    from gosms_async.emulator.emulator import Emulator
    from gosms_async.emulator.message import Message

FORMAT = "gosms-async emulator: the real payload is not documented"
_TIMEOUT = 5.0  # seconds for the receiver to answer
_KEEP = 1_000  # deliveries shown
_REORDER_BY = 5.0  # seconds a call is held back, so that a later one overtakes it


@attrs.define(eq=False)
class Webhook:
    """An address to call; *token* is the inbox it belongs to (empty: all)."""

    id: str
    url: str
    token: str = attrs.field(default="", repr=False)
    app: ASGIApp | None = attrs.field(default=None, repr=False)

    def wants(self, message: Message) -> bool:
        """Tell whether events of *message* are for this one: its `callback_id` chooses one."""
        mine = self.token in {"", message.token}
        return mine and message.callback_id in {"", self.id}


@attrs.define(eq=False)
class Delivery:
    """One call of a webhook: *state* is waiting, delivered, failed or dropped."""

    number: int
    webhook: Webhook
    payload: dict[str, Any]
    due: float  #: Unix seconds of the emulator's clock
    state: str = "waiting"
    answer: str = ""  #: the receiver's HTTP status, or what went wrong


class Webhooks:
    """The webhooks, and the postman that watches messages and calls them."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._told: dict[Message, int] = {}  # how many steps of its timeline were reported
        self._numbers = itertools.count(1)
        self._postman: asyncio.Task[None] | None = None
        self._calls: dict[asyncio.Task[None], Delivery] = {}
        self._client: httpx.AsyncClient | None = None
        self.registered: dict[str, Webhook] = {}
        self.deliveries: deque[Delivery] = deque(maxlen=_KEEP)

    def add(self, url: str, *, token: str = "", app: ASGIApp | None = None) -> Webhook:
        """
        Call *url* from now on; its id goes into `callback_id`.

        Args:
            url: Where to POST to.
            token: The inbox whose messages are meant; empty: all.
            app: An ASGI application to call in process, in place of a server.

        Raises:
            ValueError: *url* is no address of the web.
        """
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address of a webhook begins with http:// or https://")
        webhook = Webhook(str(uuid.uuid4()), url, token, app)
        self.registered[webhook.id] = webhook
        if self._postman is None:
            self._postman = asyncio.get_running_loop().create_task(self._watch())
        self._emulator.changed.tell()
        return webhook

    def remove(self, webhook_id: str) -> bool:
        """Call it no more, and tell whether it was known."""
        known = self.registered.pop(webhook_id, None) is not None
        self._emulator.changed.tell()
        return known

    def track(self, message: Message) -> None:
        """Watch a fresh message."""
        if self.registered:
            self._told[message] = 1  # its creation is no change

    def resend(self, number: int) -> Delivery | None:
        """Make the same call once more."""
        again = next((d for d in self.deliveries if d.number == number), None)
        return None if again is None else self._queue(again.webhook, again.payload, 0.0)

    def forget(self) -> None:
        """Forget every message and every call, also those still to be made; webhooks stay."""
        self._told.clear()
        self.deliveries.clear()
        for task in self._calls:
            task.cancel()

    def of(self, message: Message) -> list[Delivery]:
        """Return the calls made about *message*."""
        return [d for d in self.deliveries if d.payload["id"] == message.id]

    async def settled(self) -> None:
        """Wait until every call that is due by now has been made."""
        self._report()
        now = self._emulator.clock.now()
        due = [task for task, delivery in self._calls.items() if delivery.due <= now]
        if due:
            await asyncio.wait(due)

    async def aclose(self) -> None:
        """Stop watching and calling."""
        tasks = [task for task in (self._postman, *self._calls) if task is not None]
        self._postman = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _watch(self) -> None:
        emulator = self._emulator
        while True:
            with emulator.changed.listen() as news, emulator.clock.moved.listen() as moved:
                self._report()
                pause = emulator.until_change(self._told)
                timeout = None if pause == float("inf") else pause
                await asyncio.wait((news, moved), timeout=timeout, return_when="FIRST_COMPLETED")

    def _report(self) -> None:
        """Queue a call for each change since the last look."""
        for message, told in list(self._told.items()):
            timeline = message.timeline
            for moment, status in timeline[told:]:
                self._announce(message, moment, status)
            self._told[message] = len(timeline)
            if message.started is not None and message.next_change is None:
                del self._told[message]

    def _announce(self, message: Message, moment: float, status: int) -> None:
        payload = {
            "format": FORMAT,
            "event": "sms.status",
            "id": message.id,
            "status": status,
            "message_status": WORDS[status],
            "phone_number": message.phone_number,
            "time": int(moment),
        }
        for webhook in list(self.registered.values()):
            if webhook.wants(message):
                self._send(webhook, message, payload)

    def _send(self, webhook: Webhook, message: Message, payload: dict[str, Any]) -> None:
        now = self._emulator.clock.now()
        event = Exchange(0, now, "webhook", "POST", webhook.url, message.token)
        event.phone_number, event.text = message.phone_number, message.text
        firing = self._emulator.faults.strike(event)
        if "webhook_drop" in firing:
            self._note(webhook, payload, now).state = "dropped"
            return
        delay = firing.seconds("webhook_delay", 5.0) if "webhook_delay" in firing else 0.0
        delay += _REORDER_BY if "webhook_reorder" in firing else 0.0
        for _ in range(2 if "webhook_duplicate" in firing else 1):
            self._queue(webhook, payload, delay)

    def _note(self, webhook: Webhook, payload: dict[str, Any], due: float) -> Delivery:
        delivery = Delivery(next(self._numbers), webhook, payload, due)
        self.deliveries.append(delivery)
        return delivery

    def _queue(self, webhook: Webhook, payload: dict[str, Any], delay: float) -> Delivery:
        delivery = self._note(webhook, payload, self._emulator.clock.now() + delay)
        task = asyncio.get_running_loop().create_task(self._call(delivery))
        self._calls[task] = delivery
        task.add_done_callback(self._calls.pop)
        return delivery

    async def _call(self, delivery: Delivery) -> None:
        import httpx  # noqa: PLC0415 - only those who register a webhook need it

        await self._emulator.clock.sleep_until(delivery.due)
        client = self._client_for(delivery.webhook.app)
        try:
            answer = await client.post(delivery.webhook.url, json=delivery.payload)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            delivery.state, delivery.answer = "failed", str(error) or type(error).__name__
        else:
            delivery.state = "delivered" if answer.is_success else "failed"
            delivery.answer = str(answer.status_code)
        self._emulator.changed.tell()

    def _client_for(self, app: ASGIApp | None) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415 - only those who register a webhook need it

        if app is not None:  # when it fails, it answers 500, as it would behind a server
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            return httpx.AsyncClient(transport=transport, timeout=_TIMEOUT)
        if self._client is None:  # one for all calls: to make its TLS context takes long
            limits = httpx.Limits(max_keepalive_connections=0)  # who was called is let go
            self._client = httpx.AsyncClient(timeout=_TIMEOUT, limits=limits, trust_env=False)
        return self._client
