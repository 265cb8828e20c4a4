"""How numbers, times and texts are put before a person."""

from __future__ import annotations

import re
import time

from markupsafe import Markup, escape

# Characters that steer other characters, or cannot be seen at all: they are named, not obeyed.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_RUSSIAN = re.compile(r"7([0-9]{3})([0-9]{3})([0-9]{2})([0-9]{2})")
_LONG_TOKEN = 12


def visible(text: str) -> Markup:
    """Escape *text* and show what it would hide: `U+202E` in place of an override."""
    pieces, end = [], 0
    for match in _UNSEEN.finditer(text):
        pieces += [escape(text[end : match.start()]), _named(match[0])]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _named(char: str) -> Markup:
    return Markup('<span class="unseen">U+{:04X}</span>').format(ord(char))


def phone(number: str) -> str:
    """Group the digits of a Russian number; others get a plus."""
    match = _RUSSIAN.fullmatch(number)
    return "+7 {} {}-{}-{}".format(*match.groups()) if match else f"+{number}"


def clock_time(moment: float) -> str:
    """Return the local time of day."""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def label(token: str) -> str:
    """Name a token without giving a real one away."""
    return token if len(token) <= _LONG_TOKEN else f"…{token[-4:]}"
