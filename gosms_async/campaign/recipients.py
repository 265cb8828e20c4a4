"""Rows of a file or an iterable, each with its number and its fields in lower case."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from gosms_async.campaign.errors import CampaignError

Row: TypeAlias = tuple[int, dict[str, str]]
Source: TypeAlias = str | Path | Iterable[Mapping[str, Any]]

PHONE_FIELDS = ("phone", "phone_number", "tel", "mobile", "телефон", "номер", "номер телефона")

_MOST_BYTES = 200_000_000  #: of a file
_ENOUGH_TO_GUESS = 8192  #: characters


def rows_of(source: Source) -> Iterator[Row]:
    """
    Yield each row of *source* with its number.

    A file is CSV (UTF-8 or Windows-1251; comma, semicolon or tab), XLSX (its first sheet) or JSON
    Lines, by its ending; the first line of a table names the fields. Fields are compared in lower
    case and without spaces around; values are texts.

    Raises:
        CampaignError: The file cannot be read as what its ending says.
    """
    if not isinstance(source, (str, Path)):
        yield from ((place, _clean(row)) for place, row in enumerate(source, 1))
        return
    path = Path(source)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise CampaignError(f"{path.name}: a file is {', '.join(_READERS)}")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CampaignError(f"{path.name}: larger than {_MOST_BYTES // 10**6} MB; split it")
        yield from reader(path)
    except (OSError, ValueError, csv.Error) as error:
        raise CampaignError(f"{path.name} cannot be read: {error}") from error


def digest_of(source: Source) -> str:
    """Return a digest of a file's content; that of an iterable is empty, for it is read once."""
    if not isinstance(source, (str, Path)):
        return ""
    try:
        with Path(source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CampaignError(f"{Path(source).name} cannot be read: {error.strerror}") from error


def phone_of(row: Mapping[str, str]) -> str | None:
    """Return what stands in the field of the phone number; None if there is no such field."""
    return next((row[field] for field in PHONE_FIELDS if field in row), None)


def _read_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding=_encoding(path), newline="") as file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        reader = csv.DictReader(file, delimiter=delimiter, restkey="", restval="")
        for row in reader:
            yield reader.line_num, _clean(row)


def _encoding(path: Path) -> str:
    """Windows-1251 takes any bytes, so it is what a file is that is not UTF-8 to its end."""
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _delimiter(head: str) -> str:
    return max(",;\t", key=head[:_ENOUGH_TO_GUESS].count)


def _read_jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f"line {number} is no object")
                yield number, _clean(row)


def _read_xlsx(path: Path) -> Iterator[Row]:
    import python_calamine  # noqa: PLC0415 - only an Excel file pays for it

    try:
        sheet = python_calamine.load_workbook(str(path)).get_sheet_by_index(0)
        rows = sheet.iter_rows()
        head = [str(cell) for cell in next(rows, [])]
    except python_calamine.CalamineError as error:
        raise ValueError(str(error) or "it is no Excel workbook") from error
    for number, cells in enumerate(rows, 2):
        if any(cell != "" for cell in cells):
            yield number, _clean(dict(zip(head, cells, strict=False)))


_READERS = {".csv": _read_csv, ".xlsx": _read_xlsx, ".jsonl": _read_jsonl, ".ndjson": _read_jsonl}


def _clean(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(name).strip().lower(): _text(value) for name, value in row.items()}


def _text(value: Any) -> str:
    """Spreadsheets keep numbers as floats: 79161234567.0 is meant as 79161234567."""
    if value is None:
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()
