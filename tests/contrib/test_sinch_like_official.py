"""The same calls lead to the same requests as with the official `sinch` package."""

import asyncio
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from gosms_async.contrib.sinch import AsyncSinch
from gosms_async.emulator.server import serving

OFFICIAL = Path(__file__).with_name("official_sinch.py")
_BATCH = {"id": "B1", "to": ["46701234567"], "body": "hi", "type": "mt_text"}
_PAGE = {"count": 0, "page": 0, "page_size": 0, "batches": []}
_REPORT = {"batch_id": "B1", "total_message_count": 0, "statuses": []}
ANSWER = _BATCH | _PAGE | _REPORT


@pytest.fixture
async def recorder():
    """A server that writes down what it is asked: its address, and the list of requests."""
    seen = []

    async def record(request):
        body = await request.body()
        seen.append(
            {
                "method": request.method,
                "path": request.url.path,
                "query": sorted(parse_qsl(request.url.query)),
                "authorization": request.headers.get("authorization"),
                "content-type": request.headers.get("content-type") if body else None,
                "json": json.loads(body) if body else None,
            }
        )
        status = 201 if request.method == "POST" else 200
        return JSONResponse(ANSWER, status)

    methods = ["GET", "POST", "DELETE"]
    app = Starlette(routes=[Route("/{anything:path}", record, methods=methods)])
    async with serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}", seen


async def our_requests(url, seen):
    async with AsyncSinch("plan", "token", base_url=f"{url}/us/xms/v1") as sinch:
        await sinch.send("46701234567", "hi", from_="46707654321", client_reference="r1")
        await sinch.send(
            ["46701234567", "+46701234568"],
            "Ёлка ждет",
            from_="Shop",
            delivery_report="full",
            send_at=dt.datetime(2030, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=3))),
            expire_at=dt.datetime(2030, 1, 3, 3, 4, 5, 123456, tzinfo=dt.UTC),
            callback_url="https://shop.example/reports",
            client_reference="r2",
        )
        await sinch.get("01FC66621XXXXX119Z8PMV1QPQ")
        await sinch.cancel("01FC66621XXXXX119Z8PMV1QPQ")
        await sinch.list(page=0, page_size=30)
        await sinch.list(page=1, page_size=100, client_reference="order 1/2")
        await sinch.delivery_report("B1")
        await sinch.delivery_report("B1", full=True)
    return seen.copy()


async def test_each_call_makes_the_request_that_the_official_package_makes(recorder):
    url, seen = recorder
    ours = await our_requests(url, seen)
    seen.clear()

    command = [sys.executable, OFFICIAL, url]
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=120)

    assert len(ours) == 8
    assert in_utc(ours) == in_utc(without_surplus(seen))


def without_surplus(requests):
    """Without the id that the official package repeats in the query; no document asks for it."""
    for request in requests:
        request["query"] = [item for item in request["query"] if item[0] != "batch_id"]
    return requests


def in_utc(requests):
    """The same moments, however they are written."""
    for sent in filter(None, (request["json"] for request in requests)):
        for name in {"send_at", "expire_at"} & sent.keys():
            sent[name] = dt.datetime.fromisoformat(sent[name]).astimezone(dt.UTC)
    return requests
