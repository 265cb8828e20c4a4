"""Messages and phones as records for JSON, and as rows for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from gosms_async import Device, Message

COLUMNS = ("id", "created", "status", "to", "text")


def message_record(message: Message) -> dict[str, Any]:
    """Return all that is known of *message*; the time in ISO 8601, UTC."""
    return {
        **attrs.asdict(message),
        "status": int(message.status),
        "status_name": status_name(message),
        "created_at": message.created_at.isoformat(),
    }


def message_row(message: Message) -> tuple[str, ...]:
    """Return what a list shows of *message*; the time is that of this machine's zone."""
    created = f"{message.created_at.astimezone():%Y-%m-%d %H:%M}"
    return (message.id, created, status_name(message), message.phone_number, message.text)


def status_name(message: Message) -> str:
    """Return the status in one or two English words."""
    return message.status.name.lower().replace("_", " ")


def device_record(device: Device) -> dict[str, Any]:
    """Return all that is known of *device*; the time in ISO 8601, UTC."""
    seen = device.last_online_at
    return {**attrs.asdict(device), "last_online_at": seen.isoformat() if seen else None}
