"""GoSMS accounts behind a real socket, one for each token, that can be made to fail in any way."""

import collections
import copy
import email.utils
import json
import secrets
import time
import urllib.parse

import attrs

PHONE, TEXT = "79035550147", "one-time code 4711"
OLD_ID = "a" * 24  #: of a message that is there from the beginning
DEVICE_ID = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
_REASONS = {200: "OK", 204: "No Content", 404: "Not Found"}


@attrs.frozen
class Reply:
    """An answer of the API before it is spoilt."""

    status: int
    data: object = None

    @property
    def body(self):
        return b"" if self.status == 204 else json.dumps(self.data).encode()

    def wire(self, **changes):
        """Return it as bytes; *changes* are arguments of `http`."""
        return http(**{"status": self.status, "body": self.body, **changes})


def http(status=200, body=b"", headers=(), *, framing=None, date=True, version="1.1"):
    """Return an answer as bytes; *framing* stands in the place of its Content-Length."""
    lines = [f"HTTP/{version} {status} {_REASONS.get(status, 'Whatever')}".encode()]
    if date:
        lines.append(b"Date: " + email.utils.formatdate(usegmt=True).encode())
    if framing is None and status not in {204, 304}:
        framing = b"Content-Length: %d" % len(body)
    lines += [line for line in (framing, *headers) if line]
    if not any(line.lower().startswith(b"content-type") for line in lines):
        lines.append(b"Content-Type: application/json")
    return b"\r\n".join([*lines, b"", body])


@attrs.frozen
class Request:
    """What the server understands of a request."""

    endpoint: str  #: "POST /sms/send"
    query: dict
    data: dict
    token: str

    @classmethod
    def parse(cls, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split()
        url = urllib.parse.urlsplit(target)
        (token,) = [
            line.split()[-1].decode()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"authorization:")
        ]
        endpoint = f"{method} {url.path.removeprefix('/v1')}"
        query = dict(urllib.parse.parse_qsl(url.query))
        return cls(endpoint, query, json.loads(body or b"{}"), token)


class Account:
    """What the server keeps for one token, and how it is to fail."""

    def __init__(self):
        self.messages = [message(OLD_ID, "79990000000", "old", created=time.time() - 86400)]
        self.devices = {DEVICE_ID: device()}
        self.asked = collections.Counter()  #: requests by endpoint
        self.open = 0  #: connections now
        self._act = self._endpoint = None
        self._times = 0
        self._commits = False

    def arm(self, act, endpoint, *, times, commits):
        """Spoil *times* answers of *endpoint* by *act*, after doing what is asked or instead."""
        self._act, self._endpoint, self._times, self._commits = act, endpoint, times, commits

    def disarm(self):
        self._times = 0

    def sent_to(self, phone_number):
        return [each for each in self.messages if each["phone_number"] == phone_number]

    async def serve(self, peer, request):
        self.asked[request.endpoint] += 1
        if request.endpoint != self._endpoint or self._times < 1:
            await peer.send(self.answer(request).wire())
            return
        self._times -= 1
        done_to = self if self._commits else copy.deepcopy(self)
        await self._act(peer, done_to.answer(request))

    def answer(self, request):
        """Do what is asked."""
        return _HANDLERS.get(request.endpoint, _no_such_endpoint)(self, request)

    def _send(self, request):
        new = message(secrets.token_hex(12), request.data["phone_number"], request.data["message"])
        self.messages.insert(0, new)
        return Reply(200, {"id": new["id"]})

    def _get(self, request):
        found = [each for each in self.messages if each["id"] == request.data["id"]]
        return Reply(200, found[0]) if found else error(404, 1008)

    def _delete(self, request):
        left = [each for each in self.messages if each["id"] != request.data["id"]]
        gone, self.messages = len(left) < len(self.messages), left
        return Reply(204) if gone else error(404, 1008)

    def _list(self, request):
        limit, offset = int(request.query["limit"]), int(request.query["offset"])
        wanted = request.query.get("search", "")
        found = [each for each in self.messages if wanted in each["phone_number"] + each["message"]]
        page = found[(offset - 1) * limit : offset * limit]
        pagination = {"total_records": len(found), "limit": limit, "offset": offset}
        return Reply(200, {"pagination": pagination, "sms_list": page})

    def _device(self, request):
        known = self.devices.get(request.data["device_id"])
        return Reply(200, known) if known else error(404, 1012)

    def _edit(self, request):
        known = self.devices.get(request.data["device_id"])
        if known is None:
            return error(404, 1012)
        known["is_active"] = request.data["is_active"]
        return Reply(204)

    def _remove(self, request):
        known = self.devices.pop(request.data["device_id"], None)
        return Reply(204) if known else error(404, 1012)


def _no_such_endpoint(account, _):
    account.asked["strays"] += 1
    return Reply(200, {})


_HANDLERS = {
    "POST /sms/send": Account._send,
    "POST /sms/get": Account._get,
    "DELETE /sms/del": Account._delete,
    "GET /sms": Account._list,
    "POST /devices/get/info": Account._device,
    "POST /devices/edit": Account._edit,
    "POST /devices/del": Account._remove,
}


def message(id, phone_number, text, created=None):  # noqa: A002 - the API's name
    return {
        "id": id,
        "message": text,
        "status": 0,
        "callback_id": "",
        "device_id": "",
        "phone_number": phone_number,
        "message_status": "Ждет обработки",
        "time_create": int(created or time.time()),
        "to_sim": None,
    }


def device():
    return {
        "device_id": DEVICE_ID,
        "device_battery_state": 100,
        "device_name": "Xiaomi Mi Note 10 Lite",
        "is_active": True,
        "is_charging": False,
        "last_online_date": "2024-02-01T17:54:02.668Z",
        "device_name_type": "Mobile phone",
        "low_battery_alert": True,
        "to_sim": -2,
        "sim_list": [{"slot_index": 0, "display_name": "Tinkoff"}],
    }


def error(status, code):
    return Reply(status, {"errors": {"code": code, "message": "нет", "hash": "6654a4e8f152"}})


class Accounts(dict):
    """Every token's account, as the script of a `raw_server`."""

    def __missing__(self, token):
        return self.setdefault(token, Account())

    async def __call__(self, peer):
        account = None
        try:
            while True:
                request = Request.parse(await peer.request())
                if account is None:
                    account = self[request.token]
                    account.open += 1
                await account.serve(peer, request)
        finally:
            if account is not None:
                account.open -= 1
