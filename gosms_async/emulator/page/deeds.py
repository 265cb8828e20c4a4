"""What the buttons of the page do; each is a form that works without JavaScript."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from gosms_async.emulator.clock import seconds_of
from gosms_async.emulator.guard import emulator_of, form_of
from gosms_async.emulator.page.query import Query

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from gosms_async.emulator.emulator import Emulator


def _deed(
    act: Callable[[Emulator, dict[str, str]], None],
) -> Callable[[Request], Awaitable[Response]]:
    """Make a handler: check where the form comes from, act, go back to the page."""

    @functools.wraps(act)
    async def handler(request: Request) -> Response:
        emulator = emulator_of(request)
        form = await form_of(request)
        try:
            act(emulator, form)
        except (KeyError, ValueError) as wrong:
            raise HTTPException(400, str(wrong)) from wrong
        return RedirectResponse(Query.parse(form.get("back", "")).url(), 303)

    return handler


def advance(emulator: Emulator, form: dict[str, str]) -> None:
    """Jump forward."""
    emulator.clock.advance(seconds_of(form["by"]))


def speed(emulator: Emulator, form: dict[str, str]) -> None:
    """Change the pace of time; 0 stops it."""
    emulator.clock.set_speed(float(form["speed"]))
    emulator.changed.tell()


def fault(emulator: Emulator, form: dict[str, str]) -> None:
    """Arm a fault once, for ever, or as a form says in full; or disarm all of a kind."""
    kind, mode = form["kind"], form.get("mode", "once")
    if mode == "off":
        for armed in emulator.faults:
            if armed.kind == kind:
                armed.clear()
        emulator.changed.tell()
    elif mode == "always":
        emulator.fail(kind, p=1.0)
    else:
        times, p = form.get("times") or None, form.get("p") or None
        emulator.fail(
            kind,
            times=None if times is None else int(times),
            p=None if p is None else float(p),
            match=form.get("match", ""),
        )


def phone(emulator: Emulator, form: dict[str, str]) -> None:
    """Take a phone off the net or bring it back, in every inbox."""
    emulator.set_online(form["online"] == "1", device_id=form["device_id"])


def clear(emulator: Emulator, _: dict[str, str]) -> None:
    """Forget everything."""
    emulator.reset()


def webhook(emulator: Emulator, form: dict[str, str]) -> None:
    """Register a webhook."""
    emulator.webhooks.add(form["url"])


def remove_webhook(emulator: Emulator, form: dict[str, str]) -> None:
    """Forget a webhook."""
    emulator.webhooks.remove(form["id"])


def resend(emulator: Emulator, form: dict[str, str]) -> None:
    """Call a webhook with the same content again."""
    emulator.webhooks.resend(int(form["number"]))


DEEDS = [
    Route(f"/do/{act.__name__}", _deed(act), methods=["POST"])
    for act in (advance, speed, fault, phone, clear, webhook, remove_webhook, resend)
]
