"""A bounded number of connections, given out first come, first served."""

import asyncio
import ssl
from collections.abc import Callable

import httpx

from .places import Places
from .transport_connection import Connection, Origin, Timeouts


class Pool:
    """
    At most *limit* connections, in use and idle together.

    acquire() takes a slot and release() gives it back; nothing else touches one.
    """

    def __init__(
        self, limit: int, expiry: float, ssl_context: Callable[[], ssl.SSLContext]
    ) -> None:
        self.idle: dict[Connection, None] = {}  # the longest idle first
        self._limit = limit
        self._expiry = expiry  # seconds
        self._ssl_context = ssl_context
        self._slots = Places(limit)
        self._open: set[Connection] = set()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def in_use(self) -> int:
        """How many connections are somebody's, or being made."""
        return self._limit - self._slots.free

    async def acquire(self, origin: Origin, timeouts: Timeouts) -> Connection:
        """
        Return a connection to *origin* that is the caller's until release().

        Raises:
            httpx.PoolTimeout: No slot became free in time.
            httpx.ConnectTimeout: The server did not take a connection in time.
            httpx.ConnectError: There is no connection to be had.
            RuntimeError: The pool was first used in another event loop.
        """
        if self._loop is not asyncio.get_running_loop():
            self._bind()
        if not self._slots.take():
            await self._wait_for_slot(timeouts.get("pool"))
        try:
            return self._take_idle(origin) or await self._connect(origin, timeouts.get("connect"))
        except BaseException:
            self._slots.give_back()
            raise

    def release(self, connection: Connection) -> None:
        """Keep *connection* for the next exchange if it is clean, else close it."""
        if connection.rest() and not self._closed:
            self.idle[connection] = None
        else:
            connection.close()
        self._slots.give_back()

    def reclaim(self, connection: Connection) -> None:
        """Release a connection that its holder forgot; any thread may call this."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.release, connection)

    def close(self) -> None:
        """Close every connection; whoever waits for one or on one gets an error."""
        self._closed = True
        for connection in tuple(self._open):
            connection.close()

    def _bind(self) -> None:
        if self._loop:
            raise RuntimeError("a transport cannot be used in two event loops")
        self._loop = asyncio.get_running_loop()

    async def _wait_for_slot(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._slots.wait()
        except TimeoutError:
            raise httpx.PoolTimeout(f"no free connection after {seconds} s") from None

    def _take_idle(self, origin: Origin) -> Connection | None:
        self._drop_expired()
        for connection in [*reversed(self.idle)]:
            if connection.origin == origin:
                del self.idle[connection]
                if connection.is_quiet():
                    return connection
                connection.close()
        return None

    def _drop_expired(self) -> None:
        horizon = asyncio.get_running_loop().time() - self._expiry
        while self.idle and (oldest := next(iter(self.idle))).idle_since <= horizon:
            self._drop(oldest)

    def _drop(self, connection: Connection) -> None:
        del self.idle[connection]
        connection.close()

    async def _connect(self, origin: Origin, seconds: float | None) -> Connection:
        if self._closed:
            raise httpx.ConnectError("the transport is closed")
        if self.in_use + len(self.idle) > self._limit:
            self._drop(next(iter(self.idle)))
        scheme, host, port = origin
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, connection = await loop.create_connection(
                    lambda: Connection(origin, self._lost),
                    host,
                    port,
                    ssl=self._ssl_context() if scheme == "https" else None,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"no connection after {seconds} s") from error
        except (OSError, UnicodeError, OverflowError) as error:
            raise httpx.ConnectError(str(error)) from error
        return self._admit(connection)

    def _admit(self, connection: Connection) -> Connection:
        if self._closed or connection.closed:
            connection.close()
            raise httpx.ConnectError("closed before anything was written")
        self._open.add(connection)
        return connection

    def _lost(self, connection: Connection) -> None:
        self._open.discard(connection)
        self.idle.pop(connection, None)
