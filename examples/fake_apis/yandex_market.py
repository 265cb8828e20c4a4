"""The chats of a Yandex Market shop in memory (Yandex Market documentation: getChatMessage)."""

from __future__ import annotations

import asyncio
import collections
import datetime as dt
import email.utils
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

_PARALLEL = 4


class FakeYandexMarket:
    """Holds chat messages, and both limits of the API."""

    def __init__(self, api_key: str = "key", *, hourly: int = 1000, latency: float = 0.0) -> None:
        self.api_key = api_key
        self.latency = latency  #: seconds that an answer takes
        self.messages: dict[tuple[int, int, int], dict[str, Any]] = {}
        self.most_parallel: collections.Counter[int] = collections.Counter()
        """The most requests at a time that each business saw."""
        self._hourly = hourly
        self.renew()
        self._parallel: collections.Counter[int] = collections.Counter()
        path = "/v2/businesses/{business_id:int}/chats/message"
        self.app = Starlette(routes=[Route(path, self._message, methods=["GET"])])

    def write(
        self, business_id: int, chat_id: int, message_id: int, text: str, sender: str = "CUSTOMER"
    ) -> None:
        """Put a message into a chat."""
        self.messages[business_id, chat_id, message_id] = {
            "messageId": message_id,
            "createdAt": "2017-11-21T00:00:00+03:00",
            "sender": sender,
            "message": text,
        }

    def renew(self) -> None:
        """Begin a new hour."""
        self._remaining = self._hourly
        self._until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)

    async def _message(self, request: Request) -> Response:
        business_id = request.path_params["business_id"]
        self._parallel[business_id] += 1
        now = self._parallel[business_id]
        self.most_parallel[business_id] = max(now, self.most_parallel[business_id])
        try:
            await asyncio.sleep(self.latency)
            answer = self._answer(request, business_id, now)
        finally:
            self._parallel[business_id] -= 1
        answer.headers["X-RateLimit-Resource-Limit"] = str(self._hourly)
        answer.headers["X-RateLimit-Resource-Until"] = email.utils.format_datetime(
            self._until, usegmt=True
        )
        answer.headers["X-RateLimit-Resource-Remaining"] = str(self._remaining)
        return answer

    def _answer(self, request: Request, business_id: int, parallel: int) -> Response:
        key = request.headers.get("api-key")
        if key != self.api_key:
            return _no(401 if key is None else 403, "UNAUTHORIZED", "the key is not known")
        if parallel > _PARALLEL:
            text = f"Hit rate limit of {_PARALLEL} parallel requests for businessId {business_id}"
            return _no(420, "LIMIT_EXCEEDED", text)
        if self._remaining < 1:
            return _no(420, "LIMIT_EXCEEDED", "Hit rate limit of the resource")
        self._remaining -= 1
        query = request.query_params
        message = self.messages.get((business_id, int(query["chatId"]), int(query["messageId"])))
        if message is None:
            return _no(404, "NOT_FOUND", "there is no such message")
        return JSONResponse({"status": "OK", "result": message})


def _no(status: int, code: str, message: str) -> Response:
    errors = [{"code": code, "message": message}]
    return JSONResponse({"status": "ERROR", "errors": errors}, status)
