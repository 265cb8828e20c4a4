"""A request and what its sender saw of the answer."""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.define(eq=False)
class Exchange:
    """
    One request as it came in, and its end.

    *time* is Unix seconds of the emulator's clock, *took* real seconds. *status* is the HTTP status
    that left; `None` while unanswered, and for good where no answer was given.
    """

    number: int
    time: float
    endpoint: str
    method: str
    path: str
    token: str = attrs.field(default="", repr=False)
    phone_number: str = ""
    text: str = ""
    device_id: str = ""
    device_name: str = ""
    message_id: str = ""
    status: int | None = None
    code: int | None = None  #: of a refusal
    seen: str = ""  #: in words: "200", "no answer", "broken answer"; "" until it ended
    faults: tuple[str, ...] = ()
    took: float = 0.0


class Log:
    """The latest requests, at most *keep* of them."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._exchanges: deque[Exchange] = deque()
        self._sends: dict[tuple[str, str, str], list[Exchange]] = {}
        self.total: int = 0

    def open(self, time: float, endpoint: str, method: str, path: str) -> Exchange:
        """Note a request that has just come in."""
        self.total += 1
        exchange = Exchange(self.total, time, endpoint, method, path)
        self._exchanges.append(exchange)
        if len(self._exchanges) > self._keep:
            self._forget(self._exchanges.popleft())
        return exchange

    def index(self, exchange: Exchange) -> None:
        """Remember a send by what it asks for, once that is known."""
        if exchange.endpoint == "send":
            self._sends.setdefault(_key(exchange), []).append(exchange)

    def _forget(self, exchange: Exchange) -> None:
        same = self._sends.get(_key(exchange), [])
        if exchange in same:
            same.remove(exchange)
        if not same:
            self._sends.pop(_key(exchange), None)

    def attempts(self, token: str, phone_number: str, text: str) -> list[Exchange]:
        """Return every send of this text to this number, oldest first."""
        return self._sends.get((token, phone_number, text), [])

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)

    def latest(self, count: int) -> list[Exchange]:
        """Return the last *count*, newest first."""
        return list(itertools.islice(reversed(self._exchanges), count))

    def clear(self) -> None:
        """Forget all."""
        self._exchanges.clear()
        self._sends.clear()


def _key(exchange: Exchange) -> tuple[str, str, str]:
    return exchange.token, exchange.phone_number, exchange.text
