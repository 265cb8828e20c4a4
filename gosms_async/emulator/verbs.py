"""The seven calls: fields in, JSON out, on one account (GoSMS API documentation)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from gosms_async.emulator import checks
from gosms_async.emulator.account import Account
from gosms_async.emulator.faults import Firing
from gosms_async.emulator.message import Message
from gosms_async.emulator.plan import WORDS
from gosms_async.emulator.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gosms_async.emulator.device import Device

_MAY_DELETE_AFTER = 300.0  # seconds


@attrs.define
class Ask:
    """One request as a verb sees it: whose, with which fields, under which faults."""

    account: Account
    fields: Mapping[str, Any]
    firing: Firing
    old_edition: bool = False
    message: Message | None = None  #: what was stored or deleted
    released: list[Message] = attrs.field(factory=list)  #: what waited for a phone that is back


def send(ask: Ask) -> dict[str, Any]:
    """`POST /sms/send`: queue one message."""
    text = checks.text(ask.fields.get("message"))
    phone_number = checks.phone_number(ask.fields.get("phone_number"))
    device_id = checks.optional_device_id(ask.fields.get("device_id", ""))
    callback_id = checks.callback_id(ask.fields.get("callback_id", ""))
    to_sim = checks.to_sim(ask.fields["to_sim"]) if "to_sim" in ask.fields else None
    _require_phone(ask.account, device_id, to_sim)
    ask.message = ask.account.store(
        phone_number, text, device_id=device_id, to_sim=to_sim, callback_id=callback_id
    )
    ask.firing.plan(ask.message)
    return {"id": ask.message.id}


def _require_phone(account: Account, device_id: str, to_sim: int | None) -> None:
    if to_sim is not None and not device_id:
        raise RefusedError(1017)
    if not account.devices:
        raise RefusedError(1004)
    if device_id and account.device(device_id) is None:
        raise RefusedError(1016)
    if not any(device.active for device in account.devices.values()):
        raise RefusedError(1015)
    limit = account.tariff_limit
    if limit is not None and len(account.messages) >= limit:
        raise RefusedError(1006)


def get(ask: Ask) -> dict[str, Any]:
    """`POST /sms/get`: one message."""
    message_id = checks.message_id(ask.fields.get("id"))
    return message_json(ask.account.message(message_id), old_edition=ask.old_edition)


def delete(ask: Ask) -> None:
    """`DELETE /sms/del`: refused in the first five minutes."""
    message = ask.account.message(checks.message_id(ask.fields.get("id")))
    if ask.account.clock.now() - message.created < _MAY_DELETE_AFTER:
        raise RefusedError(1010)
    message.deleted = True
    ask.message = message


def listing(ask: Ask) -> dict[str, Any]:
    """`GET /sms`: a page, newest first; *offset* counts pages from 1 (or records, by a fault)."""
    limit = checks.limit(ask.fields.get("limit"))
    offset = checks.offset(ask.fields.get("offset"))
    skip = offset - 1 if "offset_by_record" in ask.firing else (offset - 1) * limit
    found = list(_matching(ask.account.messages.values(), ask.fields.get("search") or ""))
    found = ask.firing.view(found, ask.account.clock.now())
    page = itertools.islice(reversed(found), skip, skip + limit)
    return {
        "pagination": {"total_records": len(found), "limit": limit, "offset": offset},
        "sms_list": [message_json(message, old_edition=ask.old_edition) for message in page],
    }


def _matching(messages: Iterable[Message], search: str) -> Iterable[Message]:
    """Search in part and in any case over text, number and status words."""
    if not search:
        return (m for m in messages if not m.deleted)
    term = search.lower()
    statuses = {status for status, words in WORDS.items() if term in words.lower()}
    return (
        m
        for m in messages
        if not m.deleted
        and (
            term in m.phone_number or term in m.text.lower() or (statuses and m.status in statuses)
        )
    )


def device(ask: Ask) -> dict[str, Any]:
    """`POST /devices/get/info`: one phone."""
    return _device(ask).to_json(ask.account.clock, old_edition=ask.old_edition)


def edit_device(ask: Ask) -> None:
    """`POST /devices/edit`: an absent *is_active* switches the phone off."""
    _device(ask).active = checks.is_active(ask.fields.get("is_active", False))
    ask.released = ask.account.phones_changed()


def delete_device(ask: Ask) -> None:
    """`POST /devices/del`: forget the phone."""
    del ask.account.devices[_device(ask).device_id]


def _device(ask: Ask) -> Device:
    device_id = checks.device_id(ask.fields.get("id" if ask.old_edition else "device_id"))
    found = ask.account.device(device_id)
    if found is None:
        raise RefusedError(1012)
    return found


def message_json(message: Message, *, old_edition: bool) -> dict[str, Any]:
    """Return the message object; the old edition knows no `to_sim`."""
    status = message.status
    answer = {
        "id": message.id,
        "message": message.text,
        "status": status,
        "callback_id": message.callback_id,
        "device_id": message.device_id,
        "phone_number": message.phone_number,
        "message_status": WORDS[status],
        "time_create": int(message.created),
    }
    return answer if old_edition else {**answer, "to_sim": message.to_sim}


@attrs.frozen
class Endpoint:
    """A call of the API: its name here, its address, the verb, the code when it is not allowed."""

    name: str
    method: str
    path: str
    verb: Callable[[Ask], dict[str, Any] | None]
    right: int


ENDPOINTS = (
    Endpoint("send", "POST", "/sms/send", send, 1005),
    Endpoint("get", "POST", "/sms/get", get, 1007),
    Endpoint("delete", "DELETE", "/sms/del", delete, 1009),
    Endpoint("list", "GET", "/sms", listing, 1007),
    Endpoint("device", "POST", "/devices/get/info", device, 1011),
    Endpoint("edit_device", "POST", "/devices/edit", edit_device, 1013),
    Endpoint("delete_device", "POST", "/devices/del", delete_device, 1014),
)
