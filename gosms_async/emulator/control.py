"""The control API under /_emulator: the verbs of `Emulator` over HTTP."""

from __future__ import annotations

import functools
import inspect
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gosms_async.emulator import control_messages, control_world, views
from gosms_async.emulator.clock import seconds_of
from gosms_async.emulator.guard import emulator_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

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


def openapi(_: Emulator, __: Request) -> Any:
    """`GET openapi.json`: the GoSMS API as it is emulated under /v1."""
    text = resources.files("gosms_async.emulator").joinpath("openapi.json").read_bytes()
    return Response(text, media_type="application/json")


_TABLE: list[tuple[str, str, Callable[[Emulator, Request], Any]]] = [
    ("GET", "/ready", ready),
    ("GET", "/messages", control_messages.messages),
    ("GET", "/messages/{id}", control_messages.message),
    ("DELETE", "/messages", control_messages.reset),
    ("GET", "/duplicates", control_messages.duplicates),
    ("GET", "/requests", control_messages.requests),
    ("GET", "/wait", control_messages.wait),
    ("GET", "/assert/sent", control_messages.assert_sent),
    ("GET", "/assert/no-duplicates", control_messages.assert_no_duplicates),
    ("GET", "/faults", control_world.faults),
    ("POST", "/faults", control_world.fail),
    ("DELETE", "/faults", control_world.heal),
    ("DELETE", "/faults/{id:int}", control_world.heal),
    ("GET", "/clock", control_world.clock),
    ("POST", "/clock", control_world.set_clock),
    ("GET", "/webhooks", control_world.webhooks),
    ("POST", "/webhooks", control_world.add_webhook),
    ("DELETE", "/webhooks/{id}", control_world.remove_webhook),
    ("GET", "/deliveries", control_world.deliveries),
    ("POST", "/deliveries/{number:int}/resend", control_world.resend),
    ("POST", "/phones", control_world.phones),
    ("POST", "/account", control_world.account),
    ("GET", "/openapi.json", openapi),
]

ROUTES = [Route(path, _answering(verb), methods=[method]) for method, path, verb in _TABLE]
