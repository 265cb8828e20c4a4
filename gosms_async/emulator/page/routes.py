"""The page's addresses: the page itself, its news, its files, its preferences."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import mimetypes
import time
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from gosms_async.emulator.guard import emulator_of
from gosms_async.emulator.page.content import content, render
from gosms_async.emulator.page.deeds import DEEDS
from gosms_async.emulator.page.query import Query
from gosms_async.emulator.page.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from gosms_async.emulator.emulator import Emulator

_STATIC = Path(__file__).parent / "static"
_FILES = ("app.css", "app.js", "htmx.min.js", "icon.svg")
_CHOICES = {"language": LANGUAGES, "theme": ("auto", "light", "dark")}
_YEAR = 365 * 24 * 3600  # seconds
_WATCHED = 200  # messages, the newest
_CALM = 0.08  # seconds between two pieces of news, ...
_CALM_PER_MESSAGE = 1 / 50_000  # ... more when counting the inbox takes longer, ...
_CALM_PER_REQUEST = 1 / 2_000  # ... and more in a flood, which nobody can read anyway
_CALM_MOST = 0.5

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "vary": "HX-Request",
}


async def home(request: Request) -> Response:
    """Show the page, or for htmx only the part of it that lives."""
    emulator = emulator_of(request)
    only_live = request.headers.get("hx-request-type") == "partial"
    context = content(
        emulator,
        Query.parse(request.url.query),
        language=_language(request),
        theme=_chosen(request, "theme") or "auto",
    )
    context["version"] = emulator.changed.version
    context["asset"] = _asset
    context["offset"] = time.localtime(emulator.clock.now()).tm_gmtoff
    html = render("live.html" if only_live else "page.html", context)
    return Response(html, headers=_HEADERS, media_type="text/html")


def _chosen(request: Request, name: str) -> str:
    value = request.cookies.get(name, "")
    return value if value in _CHOICES[name] else ""


def _language(request: Request) -> str:
    """Return the language chosen, else the browser's."""
    asked = request.headers.get("accept-language", "").lower()
    return _chosen(request, "language") or ("ru" if asked.startswith("ru") else "en")


async def choose(request: Request) -> Response:
    """Keep a language or a theme in a cookie, and go back to where it was chosen."""
    emulator_of(request)
    name, value = request.path_params["name"], request.path_params["value"]
    if value not in _CHOICES.get(name, ()):
        raise HTTPException(404, "no such choice")
    answer = RedirectResponse(Query.parse(request.url.query).url(), 303)
    answer.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="strict")
    return answer


async def events(request: Request) -> Response:
    """Tell the page when there is something new."""
    emulator = emulator_of(request)
    seen = request.headers.get("last-event-id") or request.query_params.get("since", "")
    return StreamingResponse(
        _news(emulator, seen), headers=_HEADERS, media_type="text/event-stream"
    )


async def _news(emulator: Emulator, seen: str) -> AsyncIterator[str]:
    """Give the number of the latest change whenever it is not *seen* yet, at a calm pace."""
    yield "retry: 500\n\n"
    calm, told = _CALM, _statuses(emulator)
    while True:
        with emulator.changed.listen() as news, emulator.clock.moved.listen() as moved:
            # A status may have moved on by itself while this rested.
            if (emulator.changed.version, _statuses(emulator)) == (seen, told):
                pause = emulator.until_change(emulator.messages()[-_WATCHED:])
                timeout = None if pause == float("inf") else pause
                await asyncio.wait((news, moved), timeout=timeout, return_when="FIRST_COMPLETED")
        seen, told = emulator.changed.version, _statuses(emulator)
        yield f"event: news\nid: {seen}\ndata: {seen}\n\n"
        before = emulator.log.total
        await asyncio.sleep(calm + len(emulator.messages()) * _CALM_PER_MESSAGE)
        calm = min(_CALM + (emulator.log.total - before) * _CALM_PER_REQUEST, _CALM_MOST)


def _statuses(emulator: Emulator) -> list[int]:
    return [message.status for message in emulator.messages()[-_WATCHED:]]


@functools.cache
def _file(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


@functools.cache
def _asset(name: str) -> str:
    """Return the address of a file, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256(_file(name)).hexdigest()[:12]}"


async def static(request: Request) -> Response:
    """Serve a file of the page."""
    emulator_of(request)
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404, "no such file")
    headers = {"cache-control": f"max-age={_YEAR}, immutable", "x-content-type-options": "nosniff"}
    return Response(_file(name), headers=headers, media_type=mimetypes.guess_type(name)[0])


ROUTES = [
    Route("/", home),
    Route("/events", events),
    Route("/choose/{name}/{value}", choose),
    Route("/static/{name}", static),
    *DEEDS,
]
