"""The control API under /_emulator: the verbs of `Emulator` over HTTP."""

from __future__ import annotations

import functools
import inspect
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gosms_async.emulator import views
from gosms_async.emulator.account import RIGHTS
from gosms_async.emulator.clock import seconds_of
from gosms_async.emulator.guard import emulator_of, json_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request

    from gosms_async.emulator.emulator import Emulator


def _answering(
    verb: Callable[[Emulator, Request], Any],
) -> Callable[[Request], Awaitable[Response]]:
    """Make a handler: what *verb* returns is JSON; a wrong argument is 400, a failed check 417."""

    @functools.wraps(verb)
    async def handler(request: Request) -> Response:
        emulator = emulator_of(request)
        try:
            result = verb(emulator, request)
            result = await result if inspect.isawaitable(result) else result
        except AssertionError as failed:
            return JSONResponse({"failed": str(failed)}, 417)
        except KeyError as missing:
            raise HTTPException(400, f"{missing} is missing") from missing
        except (ValueError, TypeError) as wrong:
            raise HTTPException(400, str(wrong)) from wrong
        return result if isinstance(result, Response) else JSONResponse(result)

    return handler


def _wanted(request: Request) -> dict[str, Any]:
    query = request.query_params
    wanted: dict[str, Any] = {key: query[key] for key in ("to", "text", "token") if key in query}
    if "status" in query:
        wanted["status"] = int(query["status"])
    return wanted


async def ready(emulator: Emulator, request: Request) -> Any:
    """`GET ready?wait=5`: where it is, once it is served; 503 if it is not in that time."""
    if not await emulator.until_served(seconds_of(request.query_params.get("wait", "0"))):
        return JSONResponse({"ready": False}, 503)
    return {
        "ready": True,
        "url": emulator.url,
        "base_url": emulator.base_url,
        "clock": views.clock_view(emulator),
    }


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


def faults(emulator: Emulator, _: Request) -> Any:
    """`GET faults`: those armed."""
    return [views.fault_view(fault) for fault in emulator.faults]


async def fail(emulator: Emulator, request: Request) -> Any:
    """`POST faults {"kind": "500_after", "times": 1}`: the arguments of `Emulator.fail`."""
    arguments = await json_of(request)
    if "for" in arguments:
        arguments["for_"] = arguments.pop("for")
    return views.fault_view(emulator.fail(arguments.pop("kind", ""), **arguments))


def heal(emulator: Emulator, request: Request) -> Any:
    """`DELETE faults/ID`, `DELETE faults`: disarm one or all."""
    number = request.path_params.get("id")
    for fault in list(emulator.faults):
        if number in {None, fault.id}:
            fault.clear()
    emulator.changed.tell()
    return faults(emulator, request)


def clock(emulator: Emulator, _: Request) -> Any:
    """`GET clock`: the time and its pace."""
    return views.clock_view(emulator)


async def set_clock(emulator: Emulator, request: Request) -> Any:
    """`POST clock {"advance": "10m", "speed": 60}`: jump, or change the pace (0 stops it)."""
    asked = await json_of(request)
    if "speed" in asked:
        emulator.clock.set_speed(float(asked["speed"]))
    if "advance" in asked:
        emulator.clock.advance(seconds_of(str(asked["advance"])))
    return views.clock_view(emulator)


def reset(emulator: Emulator, _: Request) -> Any:
    """`DELETE messages`: forget inboxes, requests, faults and calls of webhooks."""
    emulator.reset()
    return []


def webhooks(emulator: Emulator, _: Request) -> Any:
    """`GET webhooks`: those registered."""
    return [views.webhook_view(webhook) for webhook in emulator.webhooks.registered.values()]


async def add_webhook(emulator: Emulator, request: Request) -> Any:
    """`POST webhooks {"url": "http://127.0.0.1:8000/gosms"}`: call it on changes."""
    asked = await json_of(request)
    webhook = emulator.webhooks.add(str(asked["url"]), token=str(asked.get("token", "")))
    return views.webhook_view(webhook)


def remove_webhook(emulator: Emulator, request: Request) -> Any:
    """`DELETE webhooks/ID`: call it no more."""
    if not emulator.webhooks.remove(request.path_params["id"]):
        raise HTTPException(404, "no such webhook")
    return webhooks(emulator, request)


def deliveries(emulator: Emulator, _: Request) -> Any:
    """`GET deliveries`: the latest calls of webhooks, oldest first."""
    return [views.delivery_view(delivery) for delivery in emulator.webhooks.deliveries]


async def resend(emulator: Emulator, request: Request) -> Any:
    """`POST deliveries/N/resend`: make the same call once more."""
    await json_of(request)
    again = emulator.webhooks.resend(request.path_params["number"])
    if again is None:
        raise HTTPException(404, "no such call")
    return views.delivery_view(again)


async def phones(emulator: Emulator, request: Request) -> Any:
    """`POST phones {"online": false, "device_id": "…"}`: one phone or all, off the net or back."""
    asked = await json_of(request)
    online = asked["online"]
    if not isinstance(online, bool):
        raise TypeError(f"online is true or false, not {online!r}")
    emulator.set_online(online, device_id=asked.get("device_id"))
    return {"online": online}


async def account(emulator: Emulator, request: Request) -> Any:
    """`POST account {"token": "dev", "refuses": [3000], "tariff_limit": 5}`: rights and tariff."""
    asked = await json_of(request)
    inbox = emulator.account(str(asked["token"]))
    if "refuses" in asked:
        inbox.refuses = _rights(asked["refuses"])
    if "tariff_limit" in asked:
        inbox.tariff_limit = _tariff(asked["tariff_limit"])
    return {"refuses": sorted(inbox.refuses), "tariff_limit": inbox.tariff_limit}


def _rights(codes: Iterable[Any]) -> set[int]:
    refused = {int(code) for code in codes}
    if not refused <= RIGHTS:
        raise ValueError(f"these can be refused with: {sorted(RIGHTS)}; arm a fault for another")
    return refused


def _tariff(limit: Any) -> int | None:
    if limit is not None and type(limit) is not int:
        raise TypeError(f"tariff_limit is a whole number or null, not {limit!r}")
    return limit


def openapi(_: Emulator, __: Request) -> Any:
    """`GET openapi.json`: the GoSMS API as it is emulated under /v1."""
    text = resources.files("gosms_async.emulator").joinpath("openapi.json").read_bytes()
    return Response(text, media_type="application/json")


_TABLE: list[tuple[str, str, Callable[[Emulator, Request], Any]]] = [
    ("GET", "/ready", ready),
    ("GET", "/messages", messages),
    ("GET", "/messages/{id}", message),
    ("DELETE", "/messages", reset),
    ("GET", "/duplicates", duplicates),
    ("GET", "/requests", requests),
    ("GET", "/wait", wait),
    ("GET", "/assert/sent", assert_sent),
    ("GET", "/assert/no-duplicates", assert_no_duplicates),
    ("GET", "/faults", faults),
    ("POST", "/faults", fail),
    ("DELETE", "/faults", heal),
    ("DELETE", "/faults/{id:int}", heal),
    ("GET", "/clock", clock),
    ("POST", "/clock", set_clock),
    ("GET", "/webhooks", webhooks),
    ("POST", "/webhooks", add_webhook),
    ("DELETE", "/webhooks/{id}", remove_webhook),
    ("GET", "/deliveries", deliveries),
    ("POST", "/deliveries/{number:int}/resend", resend),
    ("POST", "/phones", phones),
    ("POST", "/account", account),
    ("GET", "/openapi.json", openapi),
]

ROUTES = [Route(path, _answering(verb), methods=[method]) for method, path, verb in _TABLE]
