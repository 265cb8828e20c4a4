"""The whole GoSMS API as one table (GoSMS API documentation: Messages, Devices)."""

from __future__ import annotations

from .core.endpoint import Endpoint, Repeat

SEND = Endpoint("POST", "/sms/send")
GET = Endpoint("POST", "/sms/get", Repeat.SAFE)
DELETE = Endpoint("DELETE", "/sms/del", Repeat.SAFE, gone_is_done=True)
LIST = Endpoint("GET", "/sms", Repeat.SAFE, max_answer=8 * 2**20)
LOOK = Endpoint("GET", "/sms", max_answer=8 * 2**20)  #: LIST, asked again by who looks

DEVICE = Endpoint("POST", "/devices/get/info", Repeat.SAFE)
EDIT_DEVICE = Endpoint("POST", "/devices/edit")
DELETE_DEVICE = Endpoint("POST", "/devices/del", gone_is_done=True)
