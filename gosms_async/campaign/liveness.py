"""A lock that a worker holds while it lives, whatever it dies of."""

from __future__ import annotations

import fcntl
import functools
import os
import zlib
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc

if TYPE_CHECKING:
    from pathlib import Path

    from gosms_async.campaign.database import Database

_FAMILY = 0x676F534D  #: sets these advisory locks apart from those of others
# Half a minute after a machine is gone without a word its lock is free; by default two hours.
_NOTICE = (
    "SET tcp_keepalives_idle = 15",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


class Lock(Protocol):
    """The lock of one executor."""

    async def take(self) -> bool:
        """Take it, or see that it is still ours; False: its executor lives."""
        ...

    async def free(self) -> None:
        """Let it go."""
        ...


def lock_of(database: Database, executor: str) -> Lock:
    """Return the lock of *executor*: a file beside the database's, or one of PostgreSQL."""
    if database.path is not None:
        name = f"{database.path.name}.{quote(executor, safe='')}.lock"
        return _FileLock(database.path.with_name(name))
    return _PostgresLock(database, executor)


async def forget_dead(database: Database) -> None:
    """Remove the lock files of workers that died with nothing to rescue."""
    path = database.path
    for file in path.parent.glob(f"{path.name}.*.lock") if path else ():
        lock = _FileLock(file)
        if await lock.take():
            await lock.free()


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def take(self) -> bool:
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        if not self._path.exists() or not os.path.samestat(os.fstat(file), self._path.stat()):
            os.close(file)  # somebody removed it between the two
            return await self.take()
        self._forget()
        self._file = file
        return True

    async def free(self) -> None:
        if self._file is not None:
            self._path.unlink(missing_ok=True)  # names are never used again
        self._forget()

    def _forget(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _PostgresLock:
    """Held by a connection, which the server ends when the process or its machine is gone."""

    def __init__(self, database: Database, executor: str) -> None:
        self._database = database
        number = zlib.crc32(executor.encode())
        self._number = number - (1 << 32) if number >= 1 << 31 else number
        self._connection: sa.Connection | None = None

    async def take(self) -> bool:
        return await self._database.in_thread(self._take)

    def _take(self) -> bool:
        if self._connection is not None:
            if _is_open(self._connection):
                return True
            self._connection = None  # and with it the lock
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting in _NOTICE:
            connection.execute(sa.text(setting))
        ask = sa.text("SELECT pg_try_advisory_lock(:family, :number)")
        if connection.execute(ask, {"family": _FAMILY, "number": self._number}).scalar():
            self._connection = connection
            return True
        connection.close()
        return False

    async def free(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await self._database.in_thread(functools.partial(_end, connection))


def _is_open(connection: sa.Connection) -> bool:
    try:
        connection.execute(sa.text("SELECT 1"))
    except exc.DBAPIError:
        connection.close()
        return False
    return True


def _end(connection: sa.Connection) -> None:
    connection.detach()  # back in the pool it would keep the lock
    connection.close()
