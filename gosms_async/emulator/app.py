"""The Starlette application: the API under /v1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from gosms_async.emulator import api

if TYPE_CHECKING:
    from gosms_async.emulator.emulator import Emulator

_ROUTES = [Mount("/v1", routes=api.ROUTES)]  # made once: a fresh emulator is to cost nothing


def make_app(emulator: Emulator) -> Starlette:
    """Return an ASGI application around *emulator*."""
    app = Starlette(routes=_ROUTES)
    app.state.emulator = emulator
    return app
