"""Enums that accept a value they do not know: it compares, hashes and pickles like the others."""

from __future__ import annotations

import enum
from typing import Self


class OpenIntEnum(enum.IntEnum):
    """Numbers to which an API may add: a new one becomes a member named UNKNOWN_<number>."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class OpenStrEnum(enum.StrEnum):
    """Words in any case to which an API may add: a new one becomes UNKNOWN_<word>."""

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
