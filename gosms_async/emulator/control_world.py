"""The control API's part about the world around the messages: faults, time, webhooks, phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from gosms_async.emulator import views
from gosms_async.emulator.account import RIGHTS
from gosms_async.emulator.clock import seconds_of
from gosms_async.emulator.guard import json_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from gosms_async.emulator.emulator import Emulator


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
