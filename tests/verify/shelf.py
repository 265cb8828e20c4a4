"""An account in memory whose POSTs all end without a clear answer, and which counts its looks."""

import asyncio
import datetime as dt
import email.utils
import json

import httpx

from gosms_async import AsyncGoSMS, RateLimit

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # when the virtual clock says 0


class Shelf(httpx.AsyncBaseTransport):
    """Keeps what is put on it; *stores* says whether a POST puts its message there, too."""

    def __init__(self, *, stores=True, status=500, newest_first=True):
        self.stores = stores
        self.status = status  # of each POST; None: the connection breaks
        self.newest_first = newest_first
        self.posts = 0
        self.looks = []  # the query of each, and in `looked_at` when it came
        self.looked_at = []
        self.failing_looks = 0  # of the next ones, which are answered 500
        self.shouts = False  # ids in capital letters, which the list shows in small ones
        self.dated = True  # answers tell the server's clock
        self.slowness = 0.01  # seconds that a look takes
        self._messages = []

    @property
    def now(self):
        return EPOCH + dt.timedelta(seconds=asyncio.get_running_loop().time())

    def put(self, phone_number, text, *, age=0.0):
        """Keep a message that is *age* seconds old; return its id."""
        message_id = f"{0xA0 + len(self._messages):024x}"
        created = int((self.now - dt.timedelta(seconds=age)).timestamp())
        self._messages.append(
            {"id": message_id, "phone_number": phone_number, "message": text, "status": 0}
            | {"time_create": created}
        )
        return message_id

    def id_of(self, phone_number):
        (message_id,) = (m["id"] for m in self._messages if m["phone_number"] == phone_number)
        return message_id

    async def handle_async_request(self, request):
        if request.method == "GET":
            return await self._look(dict(request.url.params))
        self.posts += 1
        body = json.loads(request.content)
        sent_id = self.put(body["phone_number"], body["message"]) if self.stores else None
        await asyncio.sleep(0.01)
        if self.status is None:
            raise httpx.ReadError("the connection broke")
        if self.status == 200 and sent_id:
            return self._answer(200, {"id": sent_id.upper() if self.shouts else sent_id})
        return self._answer(self.status, {"errors": {"code": 1000, "hash": "0"}})

    async def _look(self, query):
        self.looks.append(query)
        self.looked_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.slowness)
        if self.failing_looks:
            self.failing_looks -= 1
            return self._answer(500, {"errors": {"code": 1000, "hash": "0"}})
        kept = [m for m in self._messages if query.get("search", "") in m["phone_number"]]
        kept.sort(key=lambda m: m["time_create"], reverse=self.newest_first)
        limit, first = int(query["limit"]), int(query["limit"]) * (int(query["offset"]) - 1)
        pagination = {"total_records": len(kept), "limit": limit, "offset": int(query["offset"])}
        page = {"pagination": pagination, "sms_list": kept[first : first + limit]}
        return self._answer(200, page)

    def _answer(self, status, data):
        date = email.utils.format_datetime(self.now.replace(microsecond=0), usegmt=True)
        return httpx.Response(status, json=data, headers={"Date": date} if self.dated else {})


def client(shelf, **settings):
    """A client of *shelf* that waits for no rate limit."""
    return AsyncGoSMS("token", transport=shelf, rate_limit=RateLimit(10_000), **settings)
