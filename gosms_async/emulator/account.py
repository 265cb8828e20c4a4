"""One inbox: the messages, phones and rights behind one token."""

from __future__ import annotations

import itertools
import secrets
import unicodedata
from typing import TYPE_CHECKING

import attrs

from gosms_async.emulator.device import two_phones
from gosms_async.emulator.message import Message
from gosms_async.emulator.refusals import RefusedError
from gosms_async.emulator.window import Window

if TYPE_CHECKING:
    from gosms_async.emulator.clock import Clock
    from gosms_async.emulator.device import Device
    from gosms_async.emulator.plan import Plan

_DUPLICATE_WITHIN = 600.0  # seconds
RIGHTS = frozenset({1002, 1003, 1005, 1007, 1009, 1011, 1013, 1014, 3000})
_serial = itertools.count(secrets.randbits(40) << 20)  # no id comes twice from one file


class Account:
    """The account that a token opens; made when the token is first seen."""

    def __init__(self, token: str, clock: Clock, *, window: int | None, plan: Plan) -> None:
        self.token = token
        self.clock = clock
        self.messages: dict[str, Message] = {}  #: by id, oldest first; deleted ones stay, marked
        self.devices: dict[str, Device] = {device.device_id: device for device in two_phones()}
        self.refuses: set[int] = set()  #: of RIGHTS, those taken away
        self.tariff_limit: int | None = None  #: messages the tariff allows; None: no limit
        self.plan = plan
        self._window = window
        self._windows: dict[str, Window] = {}
        self._latest: dict[tuple[str, str], Message] = {}

    def same_for(self, token: str) -> Account:
        """Make an empty inbox with the same phones, rights and tariff."""
        account = Account(token, self.clock, window=self._window, plan=self.plan)
        account.devices = {id_: attrs.evolve(device) for id_, device in self.devices.items()}
        account.refuses = set(self.refuses)
        account.tariff_limit = self.tariff_limit
        return account

    def admits(self, endpoint: str) -> bool:
        """Tell whether one more request to *endpoint* is within the limit of this second."""
        if self._window is None:
            return True
        if endpoint not in self._windows:
            self._windows[endpoint] = Window(self._window)
        return self._windows[endpoint].admits(self.clock.now())

    def require(self, *codes: int) -> None:
        """Raise the first of *codes* that this account refuses with."""
        for code in codes:
            if code in self.refuses:
                raise RefusedError(code)

    def device(self, device_id: str) -> Device | None:
        """Find a phone by its id of either edition."""
        if device_id in self.devices:
            return self.devices[device_id]
        return next((d for d in self.devices.values() if d.old_id == device_id), None)

    def message(self, message_id: str) -> Message:
        """
        Return a message that is not deleted.

        Raises:
            RefusedError: 1008.
        """
        message = self.messages.get(message_id.lower())
        if message is None or message.deleted:
            raise RefusedError(1008)
        return message

    def store(
        self, phone_number: str, text: str, *, device_id: str, to_sim: int | None, callback_id: str
    ) -> Message:
        """Take a message; one that repeats another of the last ten minutes is marked so."""
        now = self.clock.now()
        message = Message(
            self.clock,
            self.token,
            _new_id(now),
            phone_number,
            text,
            now,
            device_id,
            to_sim,
            callback_id,
            self.plan,
            now if self._can_send(device_id) else None,
        )
        self.keep(message)
        return message

    def keep(self, message: Message) -> None:
        """Put *message* into the inbox and compare it with what came before."""
        key = (message.phone_number, same_text(message.text))
        before = self._latest.get(key)
        if before and message.created - before.created <= _DUPLICATE_WITHIN:
            message.duplicate_of = before.duplicate_of or before.id
        self._latest[key] = message
        self.messages[message.id] = message

    def phones_changed(self) -> list[Message]:
        """Let the messages go on that waited for a phone, and return them."""
        now = self.clock.now()
        waiting = [m for m in self.messages.values() if m.started is None]
        going = [m for m in waiting if self._can_send(m.device_id)]
        for message in going:
            message.started = now
        return going

    def _can_send(self, device_id: str) -> bool:
        if not device_id:
            return any(device.sends for device in self.devices.values())
        device = self.device(device_id)
        return device is not None and device.sends


def same_text(text: str) -> str:
    """Fold what a person would call the same text: composition and white space."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).split())


def _new_id(now: float) -> str:
    """Make 24 hex digits that look like a Mongo ObjectID: seconds, then a serial number."""
    return f"{int(now) & 0xFFFFFFFF:08x}{next(_serial):016x}"
