"""Who may use the page and the control API: this machine, and pages that came from here."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.requests import Request

    from gosms_async.emulator.emulator import Emulator

_MAX_BODY = 64 * 1024  # bytes


def emulator_of(request: Request) -> Emulator:
    """
    Return the emulator a request is for.

    Raises:
        HTTPException: 421: the request was made out to a host that is not this one, as a page of
            elsewhere does whose name was pointed at this machine.
    """
    emulator: Emulator = request.app.state.emulator
    host, colon, port = request.headers.get("host", "").rpartition(":")
    name = host if colon and port.isdigit() else request.headers.get("host", "")
    if name.lower() not in emulator.hosts:
        raise HTTPException(421, "this host is not served here; see hosts=")
    return emulator


async def json_of(request: Request) -> dict[str, Any]:
    """
    Return the JSON object of a request.

    Raises:
        HTTPException: 415: another content type, the only ones that a page of elsewhere can send
            without asking; 400: no JSON object; 413: too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise HTTPException(415, "send application/json")
    try:
        content = json.loads(await _body(request) or b"{}")
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise HTTPException(400, "not a JSON object")
    return content


async def form_of(request: Request) -> dict[str, str]:
    """
    Return the fields of a form of the page.

    Raises:
        HTTPException: 403: the form is not one of this emulator; 413: too long.
    """
    text = (await _body(request)).decode("utf-8", "replace")
    form = dict(parse_qsl(text, keep_blank_values=True))
    expected = request.app.state.emulator.page_token
    if not secrets.compare_digest(form.get("page_token", "").encode(), expected.encode()):
        raise HTTPException(403, "this form is out of date: reload the page")
    return form


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BODY:
            raise HTTPException(413, "too long")
    return body
