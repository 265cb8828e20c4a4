"""The models: messages, pages of messages, and the phones that send them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TypeGuard

import attrs

from .core.enums import OpenIntEnum
from .core.schemas import Schemed
from .text import mask_phone

_is_message_id = re.compile("[0-9a-fA-F]{24}").fullmatch


class MessageStatus(OpenIntEnum):
    """How far a message has come (GoSMS API documentation: Messages)."""

    WAITING = 0  #: in the queue
    PROCESSING = 1  #: taken by a device
    SENT = 2  #: left the phone; final only where the operator reports no delivery
    SEND_FAILED = 3  #: final
    DELIVERED = 4  #: final
    DELIVERY_FAILED = 5  #: final

    @property
    def is_final(self) -> bool:
        """Whether no other status follows."""
        return self in _FINAL


_FINAL = frozenset(
    {MessageStatus.SEND_FAILED, MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED}
)


@attrs.frozen(kw_only=True)
class Message(Schemed):
    """One SMS as the account knows it (GoSMS API documentation: Messages)."""

    id: str  #: 24 hexadecimal digits
    text: str = attrs.field(repr=False)  #: 1..300 characters
    status: MessageStatus
    status_text: str = ""  #: the status in words, in Russian, for people
    phone_number: str = attrs.field(repr=mask_phone)  #: digits only
    device_id: str | None = None  #: None: any connected device
    callback_id: str | None = None  #: None: every webhook with SMS events on
    to_sim: int | None = None  #: slot, counted from 0; None: the device's own setting
    created_at: dt.datetime  #: aware, UTC; of the message, not of its sending or delivery

    @property
    def is_final(self) -> bool:
        """Whether the status is final: sending failed, delivered or delivery failed."""
        return self.status.is_final


def is_message_id(value: object) -> TypeGuard[str]:
    """Tell whether *value* is a text of 24 hexadecimal digits."""
    return isinstance(value, str) and _is_message_id(value) is not None


@attrs.frozen(kw_only=True)
class MessagePage(Schemed):
    """One page of the account's messages, newest first (GoSMS API documentation: Messages)."""

    items: tuple[Message, ...]
    total_records: int  #: of all that match, on every page
    limit: int  #: as answered: what was asked for, or how many came (the documents differ)
    offset: int  #: counted from 1


@attrs.frozen(kw_only=True)
class SentMessage(Schemed):
    """An SMS that GoSMS has accepted."""

    id: str  #: 24 hexadecimal digits
    attempts: int = 1  #: requests that went out, the accepted one included
    recovered: bool = False  #: the answer was lost, and the message was found in the list
    duplicates: tuple[str, ...] = ()  #: ids of further messages with the same phone and text


@attrs.frozen(kw_only=True)
class Draft(Schemed):
    """An SMS to be sent; the fields are the arguments of `AsyncGoSMS.send`."""

    phone_number: str = attrs.field(repr=mask_phone)
    message: str = attrs.field(repr=False)
    device_id: str | None = None
    to_sim: int | None = None
    callback_id: str | None = None


@attrs.frozen(kw_only=True)
class SendResult:
    """What became of one draft: exactly one of *sent* and *error* is set."""

    draft: Draft
    sent: SentMessage | None = None
    error: Exception | None = None  #: a GoSMSError, or a ValueError or TypeError of the draft


@attrs.frozen(kw_only=True)
class SimCard(Schemed):
    """A SIM card in a device (GoSMS API documentation: Devices)."""

    slot_index: int  #: counted from 0
    display_name: str = ""


@attrs.frozen(kw_only=True)
class Device(Schemed):
    """A phone that sends the account's SMS (GoSMS API documentation: Devices)."""

    id: str  #: lower-case UUID; 24 hexadecimal digits in the old edition
    name: str = ""
    kind: str = ""  #: as the API calls it, e.g. "Mobile phone"
    is_active: bool  #: switched on for sending
    battery: int | None = None  #: per cent
    is_charging: bool = False
    low_battery_alert: bool = False
    last_online_at: dt.datetime | None = None  #: aware, UTC; devices report every 5 minutes
    to_sim: int | None = None  #: -2 the phone's default, -1 a random one, else the slot
    sims: tuple[SimCard, ...] = ()
