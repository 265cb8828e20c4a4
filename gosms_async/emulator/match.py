"""Which requests and messages are meant: `send to:7916 text:code`, one grammar everywhere."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import attrs

from gosms_async.emulator.plan import NAMES, WORDS

if TYPE_CHECKING:
    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.message import Message

_KEYS = frozenset({"to", "text", "status", "device", "code", "token"})


@attrs.frozen
class Match:
    """Words that must all hold: `key:value` pairs, and bare *words*."""

    pairs: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def parse(cls, query: str) -> Match:
        """Read `to:7916 status:4 text:"your code" word`; an open quote is taken as written."""
        pairs, words = [], []
        for part in _split(query):
            key, colon, value = part.partition(":")
            if colon and key.lower() in _KEYS:
                pairs.append((key.lower(), value.lower()))
            else:
                words.append(part)
        return cls(tuple(pairs), tuple(words))

    def __str__(self) -> str:
        return " ".join([f"{key}:{value}" for key, value in self.pairs] + list(self.words)) or "*"

    def fits_message(self, message: Message, device_name: str = "") -> bool:
        """Tell whether every pair holds and every bare word is in the number or the text."""
        return all(_pair_holds(message, device_name, *pair) for pair in self.pairs) and all(
            word.lower() in message.text.lower() or _is_to(message.phone_number, word)
            for word in self.words
        )

    def fits_exchange(self, exchange: Exchange) -> bool:
        """
        Tell whether a request is meant.

        A bare word names an endpoint (`send`), a method (`POST`) or a path (`/sms/send`).
        """
        names = (exchange.endpoint, exchange.method, exchange.path)
        asked = {
            "text": exchange.text.lower(),
            "device": f"{exchange.device_id} {exchange.device_name.lower()}",
            "token": exchange.token.lower(),
        }
        return all(
            _is_to(exchange.phone_number, value) if key == "to" else value in asked.get(key, "")
            for key, value in self.pairs
        ) and all(
            word == "*" or any(word == n or n.endswith(word) for n in names) for word in self.words
        )


def _split(query: str) -> list[str]:
    if not isinstance(query, str):
        raise TypeError(f"a match is text, not {query!r}")
    try:
        return shlex.split(query)
    except ValueError:
        return query.split()


def _is_to(phone_number: str, wanted: str) -> bool:
    digits = re.sub(r"\D", "", wanted)
    return bool(digits) and digits in phone_number


def _pair_holds(message: Message, device_name: str, key: str, value: str) -> bool:
    match key:
        case "to":
            return _is_to(message.phone_number, value)
        case "text":
            return value in message.text.lower()
        case "status":
            status = message.status
            return value in {str(status), NAMES[status], WORDS[status].lower()}
        case "device":
            return value in message.device_id or value in device_name.lower()
        case "code":
            return value in (message.code or "")
        case _:
            return value in message.token.lower()
