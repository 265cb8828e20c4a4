"""Telephone numbers that misbehave on purpose, for those who cannot arm a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from gosms_async.emulator.exchange import Exchange, Log


@attrs.frozen
class Magic:
    """What a number does: a fault, *once* for each text or every time."""

    kind: str
    once: bool = False


NUMBERS = {
    "70000000001": Magic("delivery_error"),
    "70000000002": Magic("send_error"),
    "70000000003": Magic("stuck"),
    "70000000004": Magic("500_after", once=True),
    "70000000005": Magic("429_storm", once=True),
    "70000000006": Magic("tariff_limit"),
    "70000000007": Magic("latency"),
}


def magic_fault(exchange: Exchange, log: Log) -> str | None:
    """Return the fault that the number of this send stands for."""
    magic = NUMBERS.get(exchange.phone_number)
    if magic is None or (magic.once and _was_tried(exchange, log)):
        return None
    return magic.kind


def _was_tried(exchange: Exchange, log: Log) -> bool:
    return len(log.attempts(exchange.token, exchange.phone_number, exchange.text)) > 1
