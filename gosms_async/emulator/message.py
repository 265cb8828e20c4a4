"""A stored SMS: what was asked for, and what became of it by now."""

from __future__ import annotations

import datetime as dt
import re

import attrs

from gosms_async.emulator.clock import Clock
from gosms_async.emulator.plan import DELIVERY, WAITING, WORDS, Plan
from gosms_async.emulator.segments import count_parts, is_gsm7

_CODE = re.compile(r"(?<![\w-])(?:[0-9]{4,8}|[0-9]{3}[- ][0-9]{3})(?![\w-])")
_SPEAKS_OF_CODE = re.compile(r"\b(?:код|пароль|пин|code|password|passcode|pin|otp)", re.IGNORECASE)


@attrs.define(eq=False)
class Message:
    """
    One SMS in an inbox. Times are Unix seconds of the emulator's clock.

    *started* is when a phone could first take it; `None` while the phone is away.
    """

    clock: Clock = attrs.field(repr=False)
    token: str = attrs.field(repr=False)
    id: str
    phone_number: str
    text: str
    created: float
    device_id: str = ""
    to_sim: int | None = None
    callback_id: str = ""
    plan: Plan = DELIVERY
    started: float | None = None
    seen: str = ""  #: what its sender saw: "200", "500", "no answer", ...; "" until answered
    faults: tuple[str, ...] = ()  #: the faults that hit its send
    duplicate_of: str = ""  #: id of the same SMS sent within 10 minutes before
    deleted: bool = False

    @property
    def status(self) -> int:
        """The status 0..5 of this moment."""
        if self.started is None:
            return WAITING
        return self.plan.status(self.clock.now() - self.started)

    @property
    def status_text(self) -> str:
        """The status in the API's words."""
        return WORDS[self.status]

    @property
    def created_at(self) -> dt.datetime:
        """The moment of creation, aware, UTC."""
        return dt.datetime.fromtimestamp(self.created, dt.UTC)

    @property
    def next_change(self) -> float | None:
        """When the status changes next, if it will (Unix seconds)."""
        if self.started is None:
            return None
        age = self.plan.next_step(self.clock.now() - self.started)
        return None if age is None else self.started + age

    @property
    def timeline(self) -> list[tuple[float, int]]:
        """All statuses up to now with the moment each was reached."""
        begun = [(self.created, WAITING)]
        if self.started is None:
            return begun
        now = self.clock.now()
        steps = ((self.started + age, status) for age, status in self.plan.steps)
        return begun + [(moment, status) for moment, status in steps if moment <= now]

    @property
    def answer_lost(self) -> bool:
        """It is stored, though its sender saw an error, a broken answer or none."""
        return self.seen not in {"", "200"}

    @property
    def code(self) -> str | None:
        """The one-time code in a text that speaks of one, without its hyphen or space."""
        match = _CODE.search(self.text) if _SPEAKS_OF_CODE.search(self.text) else None
        return re.sub("[- ]", "", match[0]) if match else None

    @property
    def encoding(self) -> str:
        """`GSM-7` or `UCS-2`."""
        return "GSM-7" if is_gsm7(self.text) else "UCS-2"

    @property
    def parts(self) -> int:
        """How many SMS segments the text takes."""
        return count_parts(self.text)
