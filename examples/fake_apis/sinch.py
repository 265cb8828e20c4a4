"""A Sinch service plan in memory (Sinch documentation: SMS, Batches, Delivery reports)."""

from __future__ import annotations

import collections
import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

_NUMBER = re.compile(r"(\+|00)?(\d{7,15})")


class FakeSinch:
    """Takes batches, and loses answers on demand."""

    def __init__(self, service_plan_id: str = "plan", api_token: str = "token") -> None:
        self.api_token = api_token
        self.batches: list[dict[str, Any]] = []
        self.faults: collections.deque[tuple[str, int]] = collections.deque()
        """For the next sends: a status, and whether it comes "before" or "after" the work."""
        plan = f"/xms/v1/{service_plan_id}"
        self.app = Starlette(
            routes=[
                Route(plan + "/batches", self._send, methods=["POST"]),
                Route(plan + "/batches", self._list, methods=["GET"]),
                Route(plan + "/batches/{id}", self._get, methods=["GET"]),
                Route(plan + "/batches/{id}", self._cancel, methods=["DELETE"]),
                Route(plan + "/batches/{id}/delivery_report", self._report, methods=["GET"]),
            ]
        )

    async def _send(self, request: Request) -> Response:
        moment, status = self.faults.popleft() if self.faults else ("", 0)
        if moment == "before":
            return PlainTextResponse("", status)
        if refusal := self._unauthorized(request) or _refusal(await request.body()):
            return refusal
        batch = self.store(await request.json())
        return PlainTextResponse("", status) if moment == "after" else JSONResponse(batch, 201)

    def store(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Keep the batch that *asked* describes."""
        now = dt.datetime.now(dt.UTC).isoformat()
        to = [_NUMBER.sub(r"\2", number) for number in asked["to"]]
        stamps = {"created_at": now, "modified_at": now, "canceled": False}
        batch = {"id": uuid.uuid4().hex, **asked, "to": to, **stamps}
        self.batches.append(batch)
        return batch

    async def _list(self, request: Request) -> Response:
        if refusal := self._unauthorized(request):
            return refusal
        query = request.query_params
        reference = query.get("client_reference")
        found = [b for b in self.batches if reference in {None, b.get("client_reference")}][::-1]
        page, size = int(query.get("page", "0")), int(query.get("page_size", "30"))
        shown = found[page * size : (page + 1) * size]
        return JSONResponse(
            {"count": len(found), "page": page, "page_size": len(shown), "batches": shown}
        )

    async def _get(self, request: Request) -> Response:
        batch = self._batch(request)
        return batch if isinstance(batch, Response) else JSONResponse(batch)

    async def _cancel(self, request: Request) -> Response:
        batch = self._batch(request)
        if isinstance(batch, Response):
            return batch
        batch["canceled"] = True
        return JSONResponse(batch)

    async def _report(self, request: Request) -> Response:
        batch = self._batch(request)
        if isinstance(batch, Response):
            return batch
        code, status = (407, "Cancelled") if batch["canceled"] else (0, "Delivered")
        count: dict[str, Any] = {"code": code, "status": status, "count": len(batch["to"])}
        if request.query_params.get("type") == "full":
            count["recipients"] = batch["to"]
        return JSONResponse(
            {
                "type": "delivery_report_sms",
                "batch_id": batch["id"],
                "total_message_count": len(batch["to"]),
                "statuses": [count],
            }
        )

    def _batch(self, request: Request) -> dict[str, Any] | Response:
        wanted = (b for b in self.batches if b["id"] == request.path_params["id"])
        return self._unauthorized(request) or next(wanted, PlainTextResponse("", 404))

    def _unauthorized(self, request: Request) -> Response | None:
        known = request.headers.get("authorization") == f"Bearer {self.api_token}"
        return None if known else PlainTextResponse("", 401)


def _refusal(body: bytes) -> Response | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return _no("syntax_invalid_json", "invalid JSON")
    if not asked.get("to") or not asked.get("body"):
        return _no("syntax_constraint_violation", "a required field is missing")
    if not all(_NUMBER.fullmatch(number) for number in asked["to"]):
        return _no("syntax_invalid_parameter_format", "not an MSISDN")
    return None


def _no(code: str, text: str) -> Response:
    return JSONResponse({"code": code, "text": text}, 400)
