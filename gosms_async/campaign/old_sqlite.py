"""Teaches a SQLite older than 3.42 the clock that DBOS asks of it on Python 3.12 and later."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

_IS_NEEDED: Final = sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42)


def teach() -> None:
    """Let `unixepoch('subsec')` be the time with its fraction, wherever DBOS connects."""
    if _IS_NEEDED and not event.contains(sa.Engine, "connect", _add_clock):
        event.listen(sa.Engine, "connect", _add_clock)


def _add_clock(connection: Any, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(value: str) -> float | None:
    if value == "subsec":
        return time.time()
    with contextlib.closing(sqlite3.connect(":memory:")) as plain:
        row = plain.execute("SELECT CAST(strftime('%s', ?) AS INTEGER)", (value,)).fetchone()
    return row[0]  # type: ignore[no-any-return]  # as SQLite itself answers
