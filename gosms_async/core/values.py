"""Values of JSON as APIs really send them: numbers as texts, times in any form."""

from __future__ import annotations

import datetime as dt
from typing import Any

_MILLISECONDS_FROM = 100_000_000_000  #: As seconds that is the year 5138.
_MENDED_BEFORE = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


def read_text(value: Any, _kind: object = None) -> str:
    """Return a text as it is and a number as its digits."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    raise TypeError("not a text")


def read_whole_number(value: Any, _kind: object = None) -> int:
    """Return the whole number that *value* is or, as a text, spells."""
    if type(value) is int:
        return value
    if isinstance(value, str | float) and not isinstance(value, bool):
        number = int(value)
        if isinstance(value, str) or number == value:
            return number
    raise TypeError("not a whole number")


def read_truth(value: Any, _kind: object = None) -> bool:
    """Return the boolean that *value* is or, as a number or a text, spells."""
    if type(value) is bool:
        return value
    truth = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    if truth is None:
        raise TypeError("not a truth value")
    return truth


def read_time(value: Any, _kind: object = None) -> dt.datetime:
    """
    Return an aware UTC time from Unix seconds, Unix milliseconds or an ISO 8601 text.

    A date before 2001 is one whose seconds were read as milliseconds: it is multiplied back.
    """
    if type(value) is int and 0 <= value < _MILLISECONDS_FROM:
        return dt.datetime.fromtimestamp(value, dt.UTC)  # what nearly all are
    if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdecimal():
        parsed = dt.datetime.fromisoformat(value)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
        time = aware.astimezone(dt.UTC)
        return time if time >= _MENDED_BEFORE else _from_unix(time.timestamp() * 1000)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("not a time")
    return _from_number(float(value))


def _from_number(number: float) -> dt.datetime:
    return _from_unix(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number)


def _from_unix(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
