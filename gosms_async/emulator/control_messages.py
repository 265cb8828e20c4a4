"""The control API's part about messages: those stored, their requests, and assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from gosms_async.emulator import views
from gosms_async.emulator.clock import seconds_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from gosms_async.emulator.emulator import Emulator


def _wanted(request: Request) -> dict[str, Any]:
    query = request.query_params
    wanted: dict[str, Any] = {key: query[key] for key in ("to", "text", "token") if key in query}
    if "status" in query:
        wanted["status"] = int(query["status"])
    return wanted


def messages(emulator: Emulator, request: Request) -> Any:
    """`GET messages?to=&text=&status=&token=`: what is stored, oldest first."""
    return [views.message_view(message) for message in emulator.messages(**_wanted(request))]


def message(emulator: Emulator, request: Request) -> Any:
    """`GET messages/ID`: one of them with every attempt to send it and every webhook call."""
    found = emulator.find(request.path_params["id"])
    if found is None:
        raise HTTPException(404, "no such message")
    return {
        **views.message_view(found),
        "attempts": [views.exchange_view(e) for e in emulator.attempts(found)],
        "deliveries": [views.delivery_view(d) for d in emulator.webhooks.of(found)],
    }


def duplicates(emulator: Emulator, _: Request) -> Any:
    """`GET duplicates`: messages that repeat another."""
    return [views.message_view(message) for message in emulator.duplicates()]


def requests(emulator: Emulator, request: Request) -> Any:
    """`GET requests?limit=100`: the latest, newest first."""
    limit = int(request.query_params.get("limit", "100"))
    return [views.exchange_view(exchange) for exchange in emulator.log.latest(limit)]


async def wait(emulator: Emulator, request: Request) -> Any:
    """`GET wait?to=&text=&status=&timeout=2`: the message, as soon as it is there; else 417."""
    timeout = seconds_of(request.query_params.get("timeout", "2"))
    return views.message_view(await emulator.wait_for(**_wanted(request), timeout=timeout))


def assert_sent(emulator: Emulator, request: Request) -> Any:
    """`GET assert/sent?n=&to=&text=`: the messages, if they are *n*; else 417."""
    n = request.query_params.get("n")
    found = emulator.assert_sent(None if n is None else int(n), **_wanted(request))
    return [views.message_view(message) for message in found]


def assert_no_duplicates(emulator: Emulator, _: Request) -> Any:
    """`GET assert/no-duplicates`: 417 if somebody got the same twice."""
    emulator.assert_no_duplicates()
    return {"duplicates": 0}


def reset(emulator: Emulator, _: Request) -> Any:
    """`DELETE messages`: forget inboxes, requests, faults and calls of webhooks."""
    emulator.reset()
    return []
