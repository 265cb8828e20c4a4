"""What the templates are given."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gosms_async.emulator.fault_kinds import ACTIONS
from gosms_async.emulator.magic import NUMBERS
from gosms_async.emulator.page import show, snippets
from gosms_async.emulator.page.query import PER_PAGE
from gosms_async.emulator.page.words import LANGUAGES, parts, words

if TYPE_CHECKING:
    import jinja2

    from gosms_async.emulator.device import Device
    from gosms_async.emulator.emulator import Emulator
    from gosms_async.emulator.message import Message
    from gosms_async.emulator.page.query import Query

_LOGGED = 60  # requests shown
_THREAD = 4  # messages on the phone's screen
QUICK_FAULTS = ("500_after", "drop_after", "429_storm", "500_before", "hang", "latency", "stuck")


@functools.cache
def _templates() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - an emulator whose page nobody opens does without

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": show.visible,
        "phone": show.phone,
        "time": show.clock_time,
        "label": show.label,
    }
    return environment


def render(name: str, context: dict[str, Any]) -> str:
    """Return a template filled in."""
    return _templates().get_template(name).render(context)


def content(emulator: Emulator, query: Query, *, language: str, theme: str) -> dict[str, Any]:
    """Return everything a page shows."""
    tokens = list(emulator.accounts)
    token = tokens[int(query.inbox)] if query.inbox and int(query.inbox) < len(tokens) else None
    messages = emulator.messages(token=token)
    found = [m for m in reversed(messages) if query.shows(m, _name(emulator.device_of(m)))]
    start = (query.page - 1) * PER_PAGE
    listed = found[start : start + PER_PAGE]
    chosen = emulator.find(query.id) if query.id else None
    return {
        "emulator": emulator,
        "q": query,
        "t": words(language),
        "parts": functools.partial(parts, language=language),
        "language": language,
        "languages": LANGUAGES,
        "theme": theme,
        "tokens": tokens,
        "total": len(messages),
        "counts": _counts(messages),
        "found": len(found),
        "listed": listed,
        "more": len(found) > start + PER_PAGE,
        "explicit": chosen is not None,
        "requests": emulator.log.latest(_LOGGED),
        "actions": ACTIONS,
        "quick": QUICK_FAULTS,
        "armed": list(emulator.faults),
        "magic": NUMBERS,
        "first": snippets.both(snippets.FIRST, emulator.base_url, "dev"),
        "phones": list((emulator.account(token) if token else _first(emulator)).devices.values()),
        **_chosen(emulator, chosen or (listed[0] if listed else None)),
    }


def _name(device: Device | None) -> str:
    return device.name if device else ""


def _first(emulator: Emulator) -> Any:
    return next(iter(emulator.accounts.values()), None) or emulator.blank


def _counts(messages: list[Message]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for message in messages:
        counts[str(message.status)] += 1
        counts["lost"] += message.answer_lost
        counts["dup"] += bool(message.duplicate_of)
    return counts


def _chosen(emulator: Emulator, message: Message | None) -> dict[str, Any]:
    if message is None:
        return {"chosen": None}
    device = emulator.device_of(message)
    same_number = [
        m
        for m in emulator.account(message.token).messages.values()
        if m.phone_number == message.phone_number and m.created <= message.created
    ]
    return {
        "chosen": message,
        "device": device,
        "thread": same_number[-_THREAD:],
        "attempts": emulator.attempts(message),
        "deliveries": emulator.webhooks.of(message),
        "expected": _expected(message),
        "again": snippets.both(snippets.fields(message), emulator.base_url),
    }


def _expected(message: Message) -> list[tuple[float, int]]:
    """Return the statuses to come with their moments."""
    if message.started is None:
        return []
    now = message.clock.now()
    steps = [(message.started + age, status) for age, status in message.plan.steps]
    return [(moment, status) for moment, status in steps if moment > now]
