"""Faults on demand: which requests, what happens to them, how often."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any, Self

import attrs

from gosms_async.emulator.fault_kinds import ACTIONS, Stage
from gosms_async.emulator.match import Match
from gosms_async.emulator.plan import DELIVERY_ERROR, NO_REPORT, SEND_ERROR, STUCK
from gosms_async.emulator.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gosms_async.emulator.clock import Clock
    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.fault_kinds import Action
    from gosms_async.emulator.message import Message

_PLANS = {
    "stuck": STUCK,
    "no_report": NO_REPORT,
    "send_error": SEND_ERROR,
    "delivery_error": DELIVERY_ERROR,
}


@attrs.define(eq=False)
class Fault:
    """
    An armed fault: the first *times* matching requests, then each with probability *p*.

    It is armed *since* one moment *until* another (Unix seconds of the emulator's clock);
    *options* are those of its action: `seconds`, `retry_after`. Leaving a `with` block disarms it.
    """

    id: int
    kind: str
    match: Match
    times: int
    p: float
    since: float
    until: float
    options: dict[str, Any]
    chance: random.Random = attrs.field(repr=False)
    fired: int = 0
    active: bool = True

    @classmethod
    def once(cls, kind: str) -> Fault:
        """Make one that nobody armed: a magic number's."""
        return cls(0, kind, Match(), 1, 0.0, 0.0, 0.0, {}, random.Random(0))  # noqa: S311 - no secret

    @property
    def action(self) -> Action:
        """What it does."""
        return ACTIONS[self.kind]

    def seconds(self, default: float) -> float:
        """Return the option `seconds`."""
        return float(self.options.get("seconds", default))

    def strikes(self, exchange: Exchange, now: float) -> bool:
        """Tell whether this request is hit, and count it if so."""
        if not (self.active and self.since <= now < self.until and self._means(exchange)):
            return False
        if self.times > 0:
            self.times -= 1
        elif self.chance.random() >= self.p:
            return False
        self.fired += 1
        self.active = self.times > 0 or self.p > 0
        return True

    def _means(self, exchange: Exchange) -> bool:
        usual = self.action.endpoints
        if (exchange.endpoint == "webhook") != (self.action.stage is Stage.WEBHOOK):
            return False
        if usual and not self.match.words and exchange.endpoint not in usual:
            return False
        return self.match.fits_exchange(exchange)

    def clear(self) -> None:
        """Disarm it."""
        self.active = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()


class Firing:
    """The faults that hit one request."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = {fault.kind: fault for fault in faults}

    def __contains__(self, kind: str) -> bool:
        return kind in self._faults

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Iterator[str]:
        return iter(self._faults)

    def has(self, stage: Stage) -> bool:
        """Tell whether one of these strikes at *stage*."""
        return any(fault.action.stage is stage for fault in self._faults.values())

    def and_(self, kind: str) -> Firing:
        """Return these and one more fault of *kind*, unless it is among them."""
        if kind in self:
            return self
        return Firing([*self._faults.values(), Fault.once(kind)])

    def seconds(self, kind: str, default: float) -> float:
        """Return the `seconds` of a fault that is among these."""
        return self._faults[kind].seconds(default)

    def refuse(self) -> None:
        """Raise the refusal among these, if there is one."""
        for fault in self._faults.values():
            if fault.action.stage is Stage.REFUSAL:
                refusal = RefusedError(fault.action.code, status=fault.action.status)
                if "retry_after" in fault.options:
                    refusal.headers = (("retry-after", str(fault.options["retry_after"])),)
                raise refusal

    def plan(self, message: Message) -> None:
        """Let a fresh *message* fare as these faults will have it."""
        for kind in self._faults.keys() & _PLANS.keys():
            message.plan = _PLANS[kind]
        if "device_offline" in self:
            message.started = None

    def view(self, messages: list[Message], now: float) -> list[Message]:
        """Return the list as these faults show it."""
        if "list_lag" in self:
            newest = now - self.seconds("list_lag", 2.0)
            messages = [message for message in messages if message.created <= newest]
        if "list_shuffle" in self:
            messages = self._faults["list_shuffle"].chance.sample(messages, len(messages))
        return messages


NO_FIRING = Firing()


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    """Refuse now what could not be used when the fault strikes."""
    for name, value in options.items():
        if name not in {"seconds", "retry_after"}:
            raise TypeError(f"a fault has no option {name!r}")
        if name == "seconds" and not float(value) >= 0:
            raise ValueError(f"seconds are 0 or more, not {value!r}")
        if not str(value).isascii() or not str(value).isprintable():
            raise ValueError(f"{name} cannot be sent: {value!r}")
    return options


class Faults:
    """All faults armed, in the order in which they were."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def arm(
        self,
        kind: str,
        *,
        times: int | None = None,
        p: float | None = None,
        seed: int = 0,
        match: str = "",
        for_: float | None = None,
        after: float = 0.0,
        **options: Any,
    ) -> Fault:
        """See `Emulator.fail`."""
        if kind not in ACTIONS:
            raise ValueError(f"no such fault: {kind!r}; there are {', '.join(ACTIONS)}")
        if times is not None and not (times >= 0 and times == int(times)):
            raise ValueError(f"times is a whole number, 0 or more, not {times!r}")
        if p is not None and not 0 <= p <= 1:
            raise ValueError(f"a probability is 0..1, not {p}")
        if p is None:
            p = 1.0 if for_ is not None and times is None else 0.0
            times = times if times is not None or p else 1
        since = self._clock.now() + after
        until = since + for_ if for_ is not None else float("inf")
        chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, and no secret
        number = next(self._ids)
        wanted = Match.parse(match)
        fault = Fault(number, kind, wanted, times or 0, p, since, until, _checked(options), chance)
        self._faults.append(fault)
        return fault

    def strike(self, exchange: Exchange) -> Firing:
        """Return the faults that hit this request; after one that refuses it, no other is used."""
        self._faults = [fault for fault in self._faults if fault.active]
        now, hits = self._clock.now(), []
        for fault in self._faults:
            if fault.strikes(exchange, now):
                hits.append(fault)
                if fault.action.stage in {Stage.REFUSAL, Stage.BEFORE}:
                    break
        return Firing(hits)

    def __iter__(self) -> Iterator[Fault]:
        now = self._clock.now()
        return iter([f for f in self._faults if f.active and now < f.until])

    def clear(self) -> None:
        """Disarm all."""
        for fault in self._faults:
            fault.clear()
        self._faults.clear()
