"""The whole GoSMS API as one table (GoSMS API documentation: Messages, Devices)."""

from __future__ import annotations

from .core.endpoint import Endpoint, Repeat

SEND = Endpoint("POST", "/sms/send", name="gosms.send")
GET = Endpoint("POST", "/sms/get", Repeat.SAFE, name="gosms.get")
DELETE = Endpoint("DELETE", "/sms/del", Repeat.SAFE, gone_is_done=True, name="gosms.delete")
LIST = Endpoint("GET", "/sms", Repeat.SAFE, max_answer=8 * 2**20, name="gosms.list")
LOOK = Endpoint("GET", "/sms", max_answer=8 * 2**20, name="gosms.look")  #: LIST, by who looks

DEVICE = Endpoint("POST", "/devices/get/info", Repeat.SAFE, name="gosms.device")
EDIT_DEVICE = Endpoint("POST", "/devices/edit", name="gosms.edit_device")
DELETE_DEVICE = Endpoint("POST", "/devices/del", gone_is_done=True, name="gosms.delete_device")
