"""How GoSMS spells things: the rules of its JSON and the reader of its errors."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from ._codes import ErrorCode, error_code
from ._models import (
    Device,
    Message,
    MessagePage,
    MessageStatus,
    SentMessage,
    SimCard,
    is_message_id,
)
from .core.answer import ErrorBody
from .core.errors import Fate, UnreadableResponseError
from .core.values import read_text, read_time, read_whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from .core.convert import Decoder

T = TypeVar("T")

_GONE: Final = {ErrorCode.MESSAGE_NOT_FOUND, ErrorCode.DEVICE_NOT_FOUND, ErrorCode.NOT_YOUR_DEVICE}

_STATUSES: Final = {int(status): status for status in MessageStatus}
_in_order: Final = operator.itemgetter(
    "id",
    "message",
    "status",
    "message_status",
    "phone_number",
    "device_id",
    "callback_id",
    "to_sim",
    "time_create",
)


@functools.cache
def _decoder() -> Decoder:
    from .core.convert import Decoder, by_names  # noqa: PLC0415 - with cattrs, which no send needs

    return Decoder(
        by_names(
            {
                Message: {
                    "id": _read_id,
                    "text": "message",
                    "status_text": "message_status",
                    "created_at": "time_create",
                },
                MessagePage: {"items": "sms_list"},
                SimCard: {},
                Device: {
                    "id": "device_id",
                    "name": "device_name",
                    "kind": "device_name_type",
                    "battery": "device_battery_state",
                    "last_online_at": "last_online_date",
                    "sims": "sim_list",
                },
            },
            hooks={
                str | None: _read_optional_text,
                int | None: _empty_is_none(read_whole_number),
                dt.datetime | None: _empty_is_none(read_time),
            },
            shapes={MessagePage: _flat_page, Device: _new_edition},
            usual={Message: _usual_message},
        )
    )


def _read_optional_text(value: Any, _: Any) -> str | None:
    return (value if type(value) is str else read_text(value)) or None


def _empty_is_none(read: Callable[[Any], T]) -> Callable[[Any, Any], T | None]:
    return lambda value, _: None if value == "" else read(value)


def _usual_message(message: dict[str, Any]) -> Message | None:
    """Read a message whose every field has the type that is documented, as nearly all have."""
    try:
        id_, text, status, words, phone, device_id, callback_id, sim, created = _in_order(message)
    except KeyError:
        return None
    if (
        is_message_id(id_)
        and type(text) is type(words) is type(phone) is str
        and type(status) is int
        and status in _STATUSES
        and (device_id is None or type(device_id) is str)
        and (callback_id is None or type(callback_id) is str)
        and (sim is None or type(sim) is int)
        and type(created) is int
    ):
        return Message(
            id=id_,
            text=text,
            status=_STATUSES[status],
            status_text=words,
            phone_number=phone,
            device_id=device_id or None,
            callback_id=callback_id or None,
            to_sim=sim,
            created_at=read_time(created),
        )
    return None


def _read_id(value: Any, _: Any) -> str:
    if not is_message_id(value):
        raise TypeError("not 24 hexadecimal digits")
    return value


def _flat_page(page: dict[str, Any]) -> dict[str, Any]:
    """Lay the fields of `pagination` beside the list; a list that is null is an empty one."""
    pagination = page.get("pagination")
    flat = page | pagination if isinstance(pagination, dict) else page
    return flat | {"sms_list": []} if flat.get("sms_list", ()) is None else flat


def _new_edition(device: dict[str, Any]) -> dict[str, Any]:
    """Name the device as the present edition does; the old one said `id`."""
    return device | {"device_id": device.get("device_id") or device.get("id")}


def read_message(data: Any) -> Message:
    """Return one message object as a model."""
    return _decoder()(data, Message)


def read_page(data: Any) -> MessagePage:
    """Return one page of the message list as a model."""
    return _decoder()(data, MessagePage)


def read_device(data: Any) -> Device:
    """Return one device object as a model."""
    return _decoder()(data, Device)


def read_sent(data: Any, attempts: int = 1) -> SentMessage:
    """
    Return what the answer to a send of so many *attempts* says.

    Raises:
        UnreadableResponseError: It says yes without an id of 24 hexadecimal digits.
    """
    message_id = data.get("id") if isinstance(data, dict) else None
    if not is_message_id(message_id):
        raise UnreadableResponseError("accepted, but without a message id", fate=Fate.ACCEPTED)
    return SentMessage(id=message_id, attempts=attempts)


def read_error(data: Any) -> ErrorBody | None:
    """Read `{"errors": {"code", "message", "hash"}}` (GoSMS API documentation: Errors)."""
    errors = data.get("errors") if isinstance(data, dict) else None
    if not isinstance(errors, dict):
        return None
    try:
        code = error_code(read_whole_number(errors.get("code")))
    except (TypeError, ValueError, OverflowError):
        return None
    said = ErrorBody(
        code=code, message=_text(errors.get("message")), hash=_text(errors.get("hash"))
    )
    if not isinstance(code, ErrorCode):
        return said
    advice = f"{code.meaning()} {code.advice()}"
    return attrs.evolve(said, advice=advice, final=code.stops_account, gone=code in _GONE)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
