"""What the emulator knows, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from gosms_async.emulator.emulator import Emulator
    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.faults import Fault
    from gosms_async.emulator.message import Message
    from gosms_async.emulator.webhooks import Delivery, Webhook


def message_view(message: Message) -> dict[str, Any]:
    """Return a stored message and what is known about it."""
    return {
        "id": message.id,
        "phone_number": message.phone_number,
        "text": message.text,
        "status": message.status,
        "status_text": message.status_text,
        "created": message.created,
        "code": message.code,
        "encoding": message.encoding,
        "parts": message.parts,
        "device_id": message.device_id,
        "to_sim": message.to_sim,
        "callback_id": message.callback_id,
        "seen": message.seen,
        "answer_lost": message.answer_lost,
        "duplicate_of": message.duplicate_of,
        "faults": list(message.faults),
        "timeline": [{"time": moment, "status": status} for moment, status in message.timeline],
    }


def exchange_view(exchange: Exchange) -> dict[str, Any]:
    """Return a request; its token stays here."""
    return attrs.asdict(exchange, filter=lambda field, _: field.name != "token")


def fault_view(fault: Fault) -> dict[str, Any]:
    """Return an armed fault."""
    return {
        "id": fault.id,
        "kind": fault.kind,
        "match": str(fault.match),
        "times": fault.times,
        "p": fault.p,
        "fired": fault.fired,
        "options": fault.options,
    }


def webhook_view(webhook: Webhook) -> dict[str, Any]:
    """Return a registered webhook."""
    return {"id": webhook.id, "url": webhook.url}


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    """Return one call of a webhook."""
    return {
        "number": delivery.number,
        "webhook_id": delivery.webhook.id,
        "url": delivery.webhook.url,
        "due": delivery.due,
        "state": delivery.state,
        "answer": delivery.answer,
        "payload": delivery.payload,
    }


def clock_view(emulator: Emulator) -> dict[str, Any]:
    """Return the time and its pace."""
    return {"now": emulator.clock.now(), "speed": emulator.clock.speed}
