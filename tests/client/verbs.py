"""The seven calls of the API as a table: what a test makes, expects on the wire, and gets back."""

import datetime as dt
import json

import attrs
import httpx

from gosms_async import Device, Message, MessagePage, MessageStatus, SentMessage, SimCard

ID = "6654a4e8f1527149588c89f2"
DEVICE_ID = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
WEBHOOK_ID = "0a1b2c3d-0000-4000-8000-00000000ffff"
PHONE = "79161234567"
TEXT = "Ваш заказ готов"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl"

MESSAGE_JSON = {
    "id": ID,
    "message": "test",
    "status": 0,
    "callback_id": "",
    "device_id": "",
    "phone_number": "79999999999",
    "message_status": "Ждет обработки",
    "time_create": 1716812679,
    "to_sim": None,
}
MESSAGE = Message(
    id=ID,
    text="test",
    status=MessageStatus.WAITING,
    status_text="Ждет обработки",
    phone_number="79999999999",
    created_at=dt.datetime(2024, 5, 27, 12, 24, 39, tzinfo=dt.UTC),
)
PAGE_JSON = {
    "pagination": {"total_records": 95, "limit": 2, "offset": 1},
    "sms_list": [MESSAGE_JSON],
}
DEVICE_JSON = {
    "device_id": DEVICE_ID,
    "device_battery_state": 100,
    "device_name": "Xiaomi Mi Note 10 Lite",
    "is_active": False,
    "is_charging": False,
    "last_online_date": "2024-02-01T17:54:02.668Z",
    "device_name_type": "Mobile phone",
    "low_battery_alert": True,
    "to_sim": -2,
    "sim_list": [{"slot_index": 0, "display_name": "Tinkoff"}],
}
DEVICE = Device(
    id=DEVICE_ID,
    name="Xiaomi Mi Note 10 Lite",
    kind="Mobile phone",
    is_active=False,
    battery=100,
    low_battery_alert=True,
    last_online_at=dt.datetime(2024, 2, 1, 17, 54, 2, 668000, tzinfo=dt.UTC),
    to_sim=-2,
    sims=(SimCard(slot_index=0, display_name="Tinkoff"),),
)


@attrs.frozen
class Verb:
    """One call of the client, with the request that it is and what a good answer becomes."""

    name: str
    call: object = attrs.field(repr=False)  #: makes the call of the client it is given
    method: str
    path: str
    body: object  #: the JSON that goes out, None: no body
    status: int  #: of a good answer
    answer: object  #: its JSON, None: no body
    result: object = None

    def good(self, **extra):
        """A good answer."""
        content = b"" if self.answer is None else json.dumps(self.answer).encode()
        return httpx.Response(self.status, content=content, **extra)

    def route(self, api):
        """The route of *api* that this call takes."""
        return api.request(self.method, self.path)


SEND = Verb(
    "send",
    lambda gosms: gosms.send(PHONE, TEXT),
    "POST",
    "/sms/send",
    {"phone_number": PHONE, "message": TEXT},
    200,
    {"id": ID},
    SentMessage(id=ID),
)
GET = Verb(
    "get", lambda gosms: gosms.get(ID), "POST", "/sms/get", {"id": ID}, 200, MESSAGE_JSON, MESSAGE
)
DELETE = Verb("delete", lambda gosms: gosms.delete(ID), "DELETE", "/sms/del", {"id": ID}, 204, None)
LIST = Verb(
    "list",
    lambda gosms: gosms.list(limit=2),
    "GET",
    "/sms",
    None,
    200,
    PAGE_JSON,
    MessagePage(items=(MESSAGE,), total_records=95, limit=2, offset=1),
)
DEVICE_INFO = Verb(
    "device",
    lambda gosms: gosms.device(DEVICE_ID),
    "POST",
    "/devices/get/info",
    {"device_id": DEVICE_ID},
    200,
    DEVICE_JSON,
    DEVICE,
)
EDIT_DEVICE = Verb(
    "edit_device",
    lambda gosms: gosms.edit_device(DEVICE_ID, is_active=True),
    "POST",
    "/devices/edit",
    {"device_id": DEVICE_ID, "is_active": True},
    204,
    None,
)
DELETE_DEVICE = Verb(
    "delete_device",
    lambda gosms: gosms.delete_device(DEVICE_ID),
    "POST",
    "/devices/del",
    {"device_id": DEVICE_ID},
    204,
    None,
)
VERBS = [SEND, GET, DELETE, LIST, DEVICE_INFO, EDIT_DEVICE, DELETE_DEVICE]
READS = [GET, LIST, DEVICE_INFO]


def error(status, code=None, message=None, **extra):
    """Build an error answer, in the API's form if it has a *code*, else as a proxy's page."""
    if code is None:
        return httpx.Response(status, html="<h1>sorry</h1>", **extra)
    errors = {"code": code, "hash": "6654a4e8f152"} | ({"message": message} if message else {})
    return httpx.Response(status, json={"errors": errors}, **extra)
