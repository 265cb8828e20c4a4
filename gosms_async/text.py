"""Preflight: will GoSMS take this text and this phone number, and how many SMS parts is it?"""

import functools
import re
import unicodedata
from typing import Literal

import attrs

MAX_CHARACTERS = 300  #: of one message (GoSMS API documentation: Messages)

_DOCUMENTED = "LMNPZ"  # letters, marks, digits, punctuation, space: Unicode categories start so
_PLAIN = re.compile(r"[0-9A-Za-zА-Яа-яЁё .,:;!?()«»—\n/%-]*").fullmatch  # most texts, at once
_DOCUMENTED_ASCII = frozenset("$+<=>^\t\n\r")  # people's punctuation and space, not Unicode's
_REPLACEMENTS = {
    "`": "'",
    "№": "N",
    "₽": "руб.",
    "€": "EUR",
    "£": "GBP",
    "°": " град.",
    "~": "-",
    "|": "/",
    "−": "-",
    "×": "x",
    "±": "+/-",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "←": "<-",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
}

# 3GPP TS 23.038, 6.2.1: the default alphabet, and the extension table behind an escape.
_GSM_7 = {
    **dict.fromkeys("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?", 1),
    **dict.fromkeys("¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà", 1),
    **dict.fromkeys("\f^{}\\[~]|€", 2),
}

_PHONE_LENGTHS = range(3, 31)
_PHONE_SEPARATORS = {"Zs", "Pd", "Ps", "Pe", "Cf"}  # space, dashes, brackets, marks of direction
_SHOWN_FIRST, _SHOWN_LAST, _HIDDEN_AT_LEAST = 4, 2, 4  # of a masked phone number


def check_message(message: str) -> str:
    """
    Return *message* if the API is documented to accept it (GoSMS API documentation: Messages).

    Raises:
        ValueError: It is empty, longer than 300 characters, or holds a back-quote or half a
            surrogate pair (which no JSON can carry). The text is not shown.
        TypeError: It is not a str.
    """
    if not isinstance(message, str):
        raise TypeError(f"message must be str, not {type(message).__name__}")
    if not 1 <= len(message) <= MAX_CHARACTERS:
        raise ValueError(f"message must have 1 to {MAX_CHARACTERS} characters, not {len(message)}")
    if refused := re.search("[`\ud800-\udfff]", message):
        name = "a back-quote" if refused[0] == "`" else "half a surrogate pair"
        raise ValueError(f"message has {name} at position {refused.start()}")
    return message


@attrs.frozen(kw_only=True)
class Doubtful:
    """A character outside the documented set: the API may answer with code 2002."""

    character: str
    position: int  #: of its first appearance, counted from 0
    replacement: str  #: what says the same inside the set; empty: leave the character out


def doubtful(message: str) -> tuple[Doubtful, ...]:
    """Return each character that is not a letter, digit, punctuation or space; each once."""
    if _PLAIN(message):
        return ()
    return tuple(
        Doubtful(
            character=character,
            position=message.index(character),
            replacement=_REPLACEMENTS.get(character, ""),
        )
        for character in dict.fromkeys(message)
        if not _is_documented(character)
    )


def replace_doubtful(message: str) -> str:
    """Replace each doubtful character as suggested. Read the result before you send it."""
    return message.translate({ord(each.character): each.replacement for each in doubtful(message)})


@functools.lru_cache(maxsize=1024)  # the letters of a script or two
def _is_documented(character: str) -> bool:
    if character in _DOCUMENTED_ASCII:
        return True
    return unicodedata.category(character)[0] in _DOCUMENTED


@attrs.frozen(kw_only=True)
class Segments:
    """How a text is sent: as *count* SMS parts of at most *size* units each."""

    encoding: Literal["GSM-7", "UCS-2"]
    count: int  #: SMS parts, which is what the operator charges; 0 for an empty text
    units: int  #: septets in GSM-7, 16-bit units in UCS-2
    size: int  #: units a part holds: 160 or 70 alone, 153 or 67 as one of several
    units_left: int  #: units that still fit into the last part


def segments(text: str) -> Segments:
    """
    Count the SMS parts of *text*; any character outside GSM-7 makes the whole of it UCS-2.

    A character that takes two units is never split, so a part before it may stay one short.
    """
    encoding, alone, joined, widths = _measure(text)
    units = sum(widths)
    size = alone if units <= alone else joined
    count, used = _fill(widths, size)
    return Segments(encoding=encoding, count=count, units=units, size=size, units_left=size - used)


def _measure(text: str) -> tuple[Literal["GSM-7", "UCS-2"], int, int, list[int]]:
    if _GSM_7.keys() >= set(text):
        return "GSM-7", 160, 153, [_GSM_7[character] for character in text]
    return "UCS-2", 70, 67, [1 + (character > "\uffff") for character in text]


def _fill(widths: list[int], size: int) -> tuple[int, int]:
    """Fill parts in order: how many there are, and the units used in the last one."""
    count, used = 0, size
    for width in widths:
        if used + width > size:
            count, used = count + 1, 0
        used += width
    return count, used if count else 0


def matching_key(text: str) -> str:
    """Return *text* in NFC with single spaces, so that a stored text equals the one sent."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_alike(stored: str, sent: str) -> bool:
    """Tell whether one may come of the other where a server changes signs, cuts off or adds."""
    stored, sent = _letters(stored), _letters(sent)
    return stored.startswith(sent) or sent.startswith(stored)


def _letters(text: str) -> str:
    import html  # noqa: PLC0415 - its table of names takes a while, and few looks need it

    plain = unicodedata.normalize("NFD", html.unescape(text)).casefold()
    return "".join(filter(str.isalnum, plain))


def phone_digits(phone_number: str) -> str:
    """
    Return the ASCII digits of a phone number (GoSMS API documentation: Messages).

    Spaces, dashes, brackets, dots and one leading plus are dropped; digits of any script become
    ASCII. Anything else is refused: it may be a second number, or no number at all.

    Raises:
        ValueError: It holds something else, or fewer than 3 or more than 30 digits. The number
            is not shown.
        TypeError: It is not a str.
    """
    if not isinstance(phone_number, str):
        raise TypeError(f"phone_number must be str, not {type(phone_number).__name__}")
    bare = phone_number.isascii() and phone_number.isdecimal()
    digits = phone_number if bare else _digits(phone_number.strip())
    if len(digits) not in _PHONE_LENGTHS:
        raise ValueError(f"phone_number must have 3 to 30 digits, not {len(digits)}")
    return digits


def _digits(phone_number: str) -> str:
    digits = ""
    for character in phone_number:
        if (digit := unicodedata.decimal(character, None)) is not None:
            digits += str(digit)
        elif not _separates(character, digits):
            raise ValueError(f"phone_number must hold digits only, not {_kind(character)}")
    return digits


def _separates(character: str, digits_before: str) -> bool:
    if character == "+":
        return not digits_before
    return character == "." or unicodedata.category(character) in _PHONE_SEPARATORS


def _kind(character: str) -> str:
    if character == "+":
        return "a plus behind a digit"
    return "a letter" if character.isalpha() else unicodedata.name(character, "a control").lower()


def international_digits(phone_number: str) -> str:
    """
    Read a number as people in Russia write it: ``8 916 123-45-67`` becomes ``79161234567``.

    Only a number of 11 digits that starts with 8 and has no plus is changed. This is for files
    and command lines; a program should have the full number and use `phone_digits`.

    Raises:
        ValueError: As `phone_digits`.
    """
    digits = phone_digits(phone_number)
    national = re.fullmatch(r"8\d{10}", digits) and "+" not in phone_number
    return "7" + digits[1:] if national else digits


def mask_phone(phone_number: str) -> str:
    """
    Return a phone number that its owner recognises and nobody else can call: ``7916*****67``.

    A number of fewer than ten digits is masked whole. It never raises: logs and errors call it.
    """
    digits = "".join(filter(str.isdecimal, phone_number))
    hidden = len(digits) - _SHOWN_FIRST - _SHOWN_LAST
    if hidden < _HIDDEN_AT_LEAST:
        return "*" * len(digits)
    return digits[:_SHOWN_FIRST] + "*" * hidden + digits[-_SHOWN_LAST:]
