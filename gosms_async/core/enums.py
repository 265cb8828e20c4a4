"""Enums that keep a value of a newer API readable: it compares, hashes and pickles like others."""

from __future__ import annotations

import enum
from typing import Self


class OpenIntEnum(enum.IntEnum):
    """Numbers, of which an API may send new ones; such a one is named UNKNOWN_<number>."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class OpenStrEnum(enum.StrEnum):
    """Words in any case, of which an API may send new ones; such a one is named UNKNOWN_<word>."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        known = [member for member in cls if member.lower() == value.lower()]
        if known:
            return known[0]
        member = str.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member
