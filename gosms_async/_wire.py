"""How GoSMS spells things: the rules of its JSON and the reader of its errors."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
from cattrs.gen import make_dict_structure_fn, override

from ._codes import ErrorCode, error_code
from ._models import Device, Message, MessagePage, SentMessage, SimCard
from .core.answer import ErrorBody
from .core.convert import Decoder, read_text, read_time, read_whole_number
from .core.errors import Fate, UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import cattrs

T = TypeVar("T")

_MESSAGE_ID: Final = re.compile(r"[0-9a-fA-F]{24}")
_GONE: Final = {ErrorCode.MESSAGE_NOT_FOUND, ErrorCode.DEVICE_NOT_FOUND, ErrorCode.NOT_YOUR_DEVICE}

_NAMES: Final[dict[type, dict[str, str]]] = {
    Message: {"text": "message", "status_text": "message_status", "created_at": "time_create"},
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
}


def _configure(converter: cattrs.Converter) -> None:
    converter.register_structure_hook(str | None, _read_optional_text)
    converter.register_structure_hook(int | None, _empty_is_none(read_whole_number))
    converter.register_structure_hook(dt.datetime | None, _empty_is_none(read_time))
    for kind, names in _NAMES.items():
        rules: Any = {ours: override(rename=theirs) for ours, theirs in names.items()}
        if kind is Message:
            rules["id"] = override(struct_hook=_read_id)
        structure: Callable[[Mapping[str, Any], Any], Any] = make_dict_structure_fn(
            kind, converter, **rules
        )
        converter.register_structure_hook(kind, _on_an_object(structure, _SHAPES.get(kind)))


def _read_optional_text(value: Any, _: Any) -> str | None:
    return (value if type(value) is str else read_text(value)) or None


def _empty_is_none(read: Callable[[Any], T]) -> Callable[[Any, Any], T | None]:
    return lambda value, _: None if value == "" else read(value)


def _on_an_object(
    structure: Callable[[Mapping[str, Any], Any], T],
    shape: Callable[[dict[str, Any]], dict[str, Any]] | None,
) -> Callable[[Any, Any], T]:
    """Return *structure* for a JSON object in which null means absent."""

    def structure_object(value: Any, kind: Any) -> T:
        if not isinstance(value, dict):
            raise TypeError("not an object")
        shaped = shape(value) if shape else value
        return structure({k: v for k, v in shaped.items() if v is not None}, kind)

    return structure_object


def _flat_page(page: dict[str, Any]) -> dict[str, Any]:
    """Lay the fields of `pagination` beside the list; a list that is null is an empty one."""
    pagination = page.get("pagination")
    flat = page | pagination if isinstance(pagination, dict) else page
    return flat | {"sms_list": []} if flat.get("sms_list", ()) is None else flat


def _new_edition(device: dict[str, Any]) -> dict[str, Any]:
    """Name the device as the present edition does; the old one said `id`."""
    return device | {"device_id": device.get("device_id") or device.get("id")}


def _read_id(value: Any, _: Any) -> str:
    if not isinstance(value, str) or not _MESSAGE_ID.fullmatch(value):
        raise TypeError("not 24 hexadecimal digits")
    return value


_SHAPES: Final[dict[type, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    MessagePage: _flat_page,
    Device: _new_edition,
}
_decode: Final = Decoder(_configure)


def read_message(data: Any) -> Message:
    """Return one message object as a model."""
    return _decode(data, Message)


def read_page(data: Any) -> MessagePage:
    """Return one page of the message list as a model."""
    return _decode(data, MessagePage)


def read_device(data: Any) -> Device:
    """Return one device object as a model."""
    return _decode(data, Device)


def read_sent(data: Any, attempts: int = 1) -> SentMessage:
    """
    Return what the answer to a send of so many *attempts* says.

    Raises:
        UnreadableResponseError: It says yes without an id of 24 hexadecimal digits.
    """
    message_id = data.get("id") if isinstance(data, dict) else None
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
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
