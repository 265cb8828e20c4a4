"""A rate limit shared through PostgreSQL, on the server's clock."""

from __future__ import annotations

import asyncio
import math
import socket
from typing import TYPE_CHECKING, Any, Final

from gosms_async.core.limits import StoreAwayError, Taken
from gosms_async.stores._postgres_schema import SCHEMA
from gosms_async.stores._server import ServerStore

try:
    import psycopg
except ImportError as _missing:
    raise ImportError(
        "the PostgreSQL store needs: pip install 'gosms-async[postgres]'"
    ) from _missing

if TYPE_CHECKING:
    from gosms_async.core.limits import Pace

    Arguments = tuple[str | float, ...]
    Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_ONE_AT_A_TIME: Final = b"SELECT pg_advisory_xact_lock(hashtext('gosms_rate_limit'));"
_RESERVE: Final = b"SELECT gosms_rate_limit_reserve(%s, %s, %s, %s, %s, %s)"
_PAUSE: Final = b"SELECT gosms_rate_limit_pause(%s, %s, %s, %s, %s)"


class PostgresStore(ServerStore):
    """
    Keeps the slots in a table `gosms_rate_limit`, filled by functions beside it.

    They are made at first use, in the schema that the connection finds first; where it may make
    none, run `PostgresStore.SCHEMA` once as one who may. Close the store, or use `async with`,
    after the clients that use it. Each answer is waited for *timeout* seconds at most.
    """

    SCHEMA: Final = SCHEMA

    def __init__(self, dsn: str, *, timeout: float = 0.5) -> None:
        self._dsn = dsn
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    async def reserve(
        self, key: str, pace: Pace, latest: float = -math.inf, *, missed: bool = False
    ) -> Taken:
        """Take the next slot of *key*."""
        return Taken(*await self._run(_RESERVE, key, pace, latest, missed))

    async def pause(self, key: str, pace: Pace, seconds: float) -> None:
        """Give no slot of *key* for so many seconds, and further ones more slowly."""
        await self._run(_PAUSE, key, pace, seconds)

    async def _close(self) -> None:
        async with self._turn:  # a question under way, cut off, would connect anew
            if self._connection:
                await self._connection.close()

    async def _run(self, query: bytes, key: str, pace: Pace, *more: float) -> Any:
        self._check_loop()
        arguments: Arguments = (key, pace.requests, pace.per, pace.margin, *more)
        try:
            async with self._turn:
                try:
                    return await self._answer(query, arguments)
                except (psycopg.errors.UndefinedFunction, psycopg.errors.UndefinedTable):
                    await self._answer(_ONE_AT_A_TIME + SCHEMA.encode())
                    return await self._answer(query, arguments)
        except (psycopg.Error, OSError) as error:
            raise StoreAwayError(f"PostgreSQL: {str(error) or 'no answer in time'}") from error

    async def _answer(self, query: bytes, arguments: Arguments | None = None) -> Any:
        if self._connection and not self._connection.closed:
            try:
                return await self._execute(self._connection, query, arguments)
            except psycopg.OperationalError:  # it may have died while idle: try another, once
                await self._connection.close()
        async with asyncio.timeout(self._timeout):
            self._connection = await psycopg.AsyncConnection.connect(
                self._dsn,
                autocommit=True,
                prepare_threshold=None,  # works behind a pooler, too
            )
        return await self._execute(self._connection, query, arguments)

    async def _execute(
        self, connection: Connection, query: bytes, arguments: Arguments | None
    ) -> Any:
        """The first value of the answer; psycopg's own cancellation would wait for the server."""
        loop = asyncio.get_running_loop()
        watchdog = loop.call_later(self._timeout, _cut, connection)
        try:
            cursor = await connection.execute(query, arguments)
            row = await cursor.fetchone()
        except psycopg.OperationalError as error:
            if loop.time() >= watchdog.when():
                raise TimeoutError(f"no answer in {self._timeout} s") from error
            raise
        finally:
            watchdog.cancel()
        return row and row[0]


def _cut(connection: Connection) -> None:
    """End all that is under way on a connection; libpq then takes it for closed by the server."""
    with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as wire:
        wire.shutdown(socket.SHUT_RDWR)
