"""Texts with fields in braces, filled strictly: what a row does not have is an error."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from gosms_async.text import check_message

if TYPE_CHECKING:
    from collections.abc import Mapping


class Template:
    """
    A text such as `{name}, your order {order} is ready`; a brace itself is written twice.

    Raises:
        ValueError: Braces do not match, or a field asks for more than its value.
    """

    def __init__(self, text: str) -> None:
        try:
            pieces = list(string.Formatter().parse(text))
        except ValueError:
            raise ValueError("template: a brace has no partner; write {{ or }} for one") from None
        self._parts = [(before, _name(rest)) for before, *rest in pieces]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that each row must have."""
        return frozenset(field for _, field in self._parts if field is not None)

    def fill(self, row: Mapping[str, str]) -> str:
        """
        Return the text for *row*.

        Raises:
            ValueError: A field is missing or empty, or the text cannot be sent as it comes out.
        """
        missing = [field for field in sorted(self.fields) if not row.get(field)]
        if missing:
            raise ValueError(f"no value for {', '.join(f'{{{field}}}' for field in missing)}")
        filled = (before + (row[field] if field else "") for before, field in self._parts)
        return check_message("".join(filled))


def _name(rest: list[str | None]) -> str | None:
    field, spec, conversion = rest
    if field is not None and (spec or conversion or not field.isidentifier()):
        raise ValueError(f"template: {{{field}}} is no plain field name")
    return field
