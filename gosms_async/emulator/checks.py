"""Formats of the request fields, each with the code that refuses it."""

from __future__ import annotations

import re
from typing import Any

from gosms_async.emulator.refusals import RefusedError

_PHONE = re.compile(r"[0-9]{3,30}")
_ID = re.compile(r"[0-9a-fA-F]{24}")
# The old edition named devices and webhooks by 24 hex digits.
_REFERENCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-fA-F]{24}")
_WHOLE = re.compile(r"[0-9]{1,18}")
_FORBIDDEN = re.compile("[`\ud800-\udfff]")  # halves of characters are no characters
_TOO_MUCH = 2**31
MAX_TEXT = 300
MAX_LIMIT = 100


def phone_number(value: Any) -> str:
    """3..30 digits, else 2001."""
    return _matching(_PHONE, value, 2001)


def text(value: Any) -> str:
    """1..300 characters without a back-quote, else 2002."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT or _FORBIDDEN.search(value):
        raise RefusedError(2002)
    return value


def message_id(value: Any) -> str:
    """24 hex digits, else 2003."""
    return _matching(_ID, value, 2003)


def callback_id(value: Any) -> str:
    """A webhook's id or nothing, else 2004."""
    return "" if value == "" else _matching(_REFERENCE, value, 2004)


def device_id(value: Any) -> str:
    """A phone's id, else 2005."""
    return _matching(_REFERENCE, value, 2005)


def optional_device_id(value: Any) -> str:
    """A phone's id or nothing, else 2005."""
    return "" if value == "" else device_id(value)


def to_sim(value: Any) -> int:
    """A whole number of 32 bits, else 2008."""
    whole = isinstance(value, float) and value.is_integer()
    if whole or (isinstance(value, int) and not isinstance(value, bool)):
        number = int(value)
        if abs(number) < _TOO_MUCH:
            return number
    raise RefusedError(2008)


def is_active(value: Any) -> bool:
    """True or false, else 2009."""
    if not isinstance(value, bool):
        raise RefusedError(2009)
    return value


def limit(value: str | None) -> int:
    """1..100, else 2006."""
    if value is None or not _WHOLE.fullmatch(value) or not 1 <= int(value) <= MAX_LIMIT:
        raise RefusedError(2006)
    return int(value)


def offset(value: str | None) -> int:
    """Count from 1, which is also the default; what is no number is 2007."""
    if value is None:
        return 1
    if not _WHOLE.fullmatch(value):
        raise RefusedError(2007)
    return max(1, int(value))


def _matching(pattern: re.Pattern[str], value: Any, code: int) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RefusedError(code)
    return value
