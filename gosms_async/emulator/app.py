"""The Starlette application: the API under /v1, its control under /_emulator, the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Mount

from gosms_async.emulator import api, control
from gosms_async.emulator.page import routes as page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gosms_async.emulator.emulator import Emulator

# Made once: a fresh emulator for each test is to cost nothing.
_ROUTES = [
    Mount("/v1", routes=api.ROUTES),
    Mount("/_emulator", routes=control.ROUTES),
    *page.ROUTES,
]


def make_app(emulator: Emulator) -> Starlette:
    """Return an ASGI application around *emulator*."""
    app = Starlette(routes=_ROUTES, exception_handlers={HTTPException: _refused})
    app.state.emulator = emulator
    return app


async def _refused(_: Request, error: Exception) -> Response:
    """Say no in JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)
