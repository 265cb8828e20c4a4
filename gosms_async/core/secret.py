"""A token that nobody can print."""

from __future__ import annotations

import re
from typing import Final, NoReturn, final

_ALPHABET = r"[A-Za-z0-9._~+/=:-]+"


@final
class Secret:
    """Holds a token (the alphabet of RFC 6750 and the colon); only `reveal` gives it out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep *value*; `check` it once no frame on the stack holds it in the clear."""
        self._value: Final = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def check(self) -> None:
        """
        Check that the token can be sent in a header.

        Raises:
            ValueError: It is empty or has a character that no token has.
            TypeError: It is not a str.
        """
        if not isinstance(self._value, str):
            raise TypeError("token: a text is needed")
        if not re.fullmatch(_ALPHABET, self._value):
            raise ValueError("token: letters, digits and -._~+/=: only, and not empty")

    def reveal(self) -> str:
        """Return the token itself, for the request that carries it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: it would leave the process in the clear")
