"""A rate limit shared through a SQLite file by the processes of one machine."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import sqlite3
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from gosms_async.core.limits import StoreAwayError, Taken, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gosms_async.core.limits import Pace

T = TypeVar("T")

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS rate_limit (
        key TEXT PRIMARY KEY,
        written_at REAL NOT NULL, -- seconds since the machine started, as the next two
        slots TEXT NOT NULL,      -- a JSON list
        paused_until REAL NOT NULL,
        slowness REAL NOT NULL
    )
"""
_READ: Final = (
    "SELECT slots, paused_until, slowness FROM rate_limit WHERE key = ? AND written_at <= ?"
)
_WRITE: Final = "INSERT OR REPLACE INTO rate_limit VALUES (?, ?, ?, ?, ?)"


@attrs.frozen
class SQLiteStore:
    """
    Keeps the slots in the file *path*, made where it is missing, readable by its owner only.

    The file is opened for each reservation, in a thread, and waited for *timeout* seconds at
    most where another process has it. Its clock is the machine's monotonic one: put no file of
    a network share here. There is nothing to close.
    """

    path: Path = attrs.field(converter=Path)
    timeout: float = attrs.field(default=0.5, kw_only=True)

    async def reserve(
        self, key: str, pace: Pace, latest: float = -math.inf, *, missed: bool = False
    ) -> Taken:
        """Take the next slot of *key*."""
        return await asyncio.to_thread(
            self._change, key, pace, lambda window, now: window.reserve(now, latest, missed=missed)
        )

    async def pause(self, key: str, pace: Pace, seconds: float) -> None:
        """Give no slot of *key* for so many seconds, and further ones more slowly."""
        await asyncio.to_thread(
            self._change, key, pace, lambda window, now: window.pause(now, seconds)
        )

    def _change(self, key: str, pace: Pace, change: Callable[[Window, float], T]) -> T:
        try:
            with self._file() as file:
                now = time.monotonic()  # read while no other process may write
                window = _read(file, key, pace, now)
                result = change(window, now)
                row = (json.dumps([*window.slots]), window.paused_until, window.slowness)
                file.execute(_WRITE, (key, now, *row))
                return result
        except (sqlite3.Error, OSError) as error:
            raise StoreAwayError(f"{self.path}: {error}") from error

    @contextlib.contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction that keeps other writers out."""
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        file = sqlite3.connect(self.path, timeout=self.timeout, isolation_level=None)
        with contextlib.closing(file):
            # What a power cut takes from a window of seconds is not worth a wait for the disk.
            file.execute("PRAGMA synchronous = OFF")
            file.execute("BEGIN IMMEDIATE")
            file.execute(_SCHEMA)
            yield file
            file.execute("COMMIT")


def _read(file: sqlite3.Connection, key: str, pace: Pace, now: float) -> Window:
    """The window of *key*; a row from the future was written before the machine started anew."""
    row = file.execute(_READ, (key, now)).fetchone()
    if row is None:
        return Window(pace)
    slots, paused_until, slowness = row
    return Window(pace, deque(json.loads(slots)[-pace.requests :]), paused_until, slowness)
