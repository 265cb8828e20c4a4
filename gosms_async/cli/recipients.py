"""Who gets an SMS: the good rows of a CSV, and a sentence for each of the others."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import attrs
import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Iterable

REGION = "RU"  # how a number without its country is read


@attrs.frozen
class Recipients:
    """The rows to send to, each with its digits under `phone`; a sentence for each one skipped."""

    rows: list[dict[str, str]]
    skipped: list[str]


def read_recipients(lines: Iterable[str]) -> Recipients:
    """Read a CSV whose head names the column `phone`; a number that comes again is skipped."""
    reader = csv.DictReader(lines)
    found = Recipients([], [])
    first_line: dict[str, int] = {}
    for row in reader:
        digits = valid_digits(row["phone"])
        if digits is None:
            found.skipped.append(f"line {reader.line_num}: {row['phone']!r} is not a phone number")
        elif digits in first_line:
            found.skipped.append(f"line {reader.line_num}: repeats line {first_line[digits]}")
        else:
            first_line[digits] = reader.line_num
            found.rows.append({**row, "phone": digits})
    return found


def valid_digits(number: str) -> str | None:
    """Return the international digits of a number that can exist, else None."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
