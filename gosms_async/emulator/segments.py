"""How many SMS a text takes on the air (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_LAST_OF_ONE_UNIT = "\uffff"
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets


def is_gsm7(text: str) -> bool:
    """Tell whether every character is in the GSM 7-bit alphabet."""
    return _BASIC.issuperset(text) or (_BASIC | _EXTENDED).issuperset(text)


def count_parts(text: str) -> int:
    """Return the number of segments; one that is split gives part of its room to a header."""
    if is_gsm7(text):
        return _split([2 if char in _EXTENDED else 1 for char in text], alone=160, joined=153)
    return _split([2 if char > _LAST_OF_ONE_UNIT else 1 for char in text], alone=70, joined=67)


def _split(widths: list[int], *, alone: int, joined: int) -> int:
    """Fill segments in order; a character of two units is never torn apart."""
    if sum(widths) <= alone:
        return 1
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts
