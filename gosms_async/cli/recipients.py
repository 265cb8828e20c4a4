"""Who gets an SMS: the good rows of a CSV, and a sentence for each of the others."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import attrs

from gosms_async.phones import international

if TYPE_CHECKING:
    from collections.abc import Iterable


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
        digits = international(row["phone"])
        if digits is None:
            found.skipped.append(f"line {reader.line_num}: {row['phone']!r} is not a phone number")
        elif digits in first_line:
            found.skipped.append(f"line {reader.line_num}: repeats line {first_line[digits]}")
        else:
            first_line[digits] = reader.line_num
            found.rows.append({**row, "phone": digits})
    return found
