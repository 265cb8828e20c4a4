"""One socket to one origin, carrying one exchange at a time."""

import asyncio
import select
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

import httpx

from .transport_request import RequestWriter
from .transport_response import ResponseReader

Origin = tuple[str, str, int]  # scheme, host, port
Timeouts = Mapping[str, float | None]  # seconds by "connect", "read", "write", "pool"

_HIGH_WATER = 64 * 1024  # bytes of body read and not taken before the socket is left unread


class Connection(asyncio.Protocol):
    """
    Bytes in and out for the exchange that holds this connection.

    Whatever goes wrong closes it. An error raised before the first byte of a request was handed
    to the socket is a ConnectError, one raised after it never is.
    """

    def __init__(self, origin: Origin, on_lost: Callable[["Connection"], None]) -> None:
        self.origin = origin
        self.idle_since: float = 0.0  # loop time
        self.closed: bool = False
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[None] | None = None
        self._reader: ResponseReader | None = None  # None until a byte of the request is written
        self._failure: httpx.TransportError | None = None
        self._due: float | None = None  # loop time, of what is waited for
        self._late: type[httpx.TimeoutException] = httpx.ReadTimeout
        self._timer: asyncio.TimerHandle | None = None  # one for many waits
        self._writable = True
        self._reading = True
        self._last = True  # nothing may follow the exchange under way

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_readable = readability(transport.get_extra_info("socket").fileno())

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the response; bytes that nobody asked for end the connection."""
        reader = self._reader
        if reader is None or reader.complete:
            self.close()
            return
        try:
            reader.feed(data)
        except httpx.RemoteProtocolError as error:
            self._fail(error)
            return
        if len(reader.body) > _HIGH_WATER:
            self._transport.pause_reading()
            self._reading = False
        self._wake()

    def eof_received(self) -> None:
        """Let the response end, if it may end so."""
        if self._reader:
            try:
                self._reader.feed_eof()
            except httpx.RemoteProtocolError as error:
                self._fail(error)
        self.close()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is under way."""
        if self._timer is not None:
            self._timer.cancel()
        kind = httpx.ReadError if self._writable else httpx.WriteError
        self._fail(kind(f"the connection was lost: {exc or 'closed'}"))
        self._on_lost(self)

    def pause_writing(self) -> None:
        """See the socket full."""
        self._writable = False

    def resume_writing(self) -> None:
        """See the socket take more."""
        self._writable = True
        self._wake()

    # What an exchange calls

    async def send(self, writer: RequestWriter, reader: ResponseReader, timeouts: Timeouts) -> None:
        """Write a request and wait for the head of its response in *reader*."""
        self._last = True
        stream: Any = writer.stream  # an AsyncByteStream; a sync one is the caller's TypeError
        self._refuse_if_gone()
        if isinstance(stream, httpx.ByteStream):  # all is here: no loop, one write
            self._write(writer.whole(b"".join(stream)), reader)
        else:
            async for chunk in stream:
                self._refuse_if_gone()
                self._write(writer.data(chunk), reader)
                await self._drain(reader, timeouts)
                if reader.status:  # an answer before the end of the request, likely a refusal
                    return
            self._refuse_if_gone()
            self._write(writer.end(), reader)
        await self._drain(reader, timeouts)
        self._last = writer.closing
        if not reader.status:
            await self._until(lambda: reader.status, timeouts.get("read"), httpx.ReadTimeout)

    async def read(self, reader: ResponseReader, seconds: float | None) -> bytes:
        """Return more of the body, or b"" at its end; wait at most *seconds* for either."""
        await self._until(lambda: reader.body or reader.complete, seconds, httpx.ReadTimeout)
        return self.take(reader)

    def take(self, reader: ResponseReader) -> bytes:
        """Return what is there of the body, and let more come."""
        if not self._reading and not self.closed:
            self._transport.resume_reading()
        self._reading = True
        return reader.take()

    def rest(self) -> bool:
        """Leave the exchange; return whether another one may follow."""
        reader, self._reader = self._reader, None
        self.idle_since = self._loop.time()
        if self.closed or self._last or not self._reading or reader is None:
            return False
        return reader.complete and reader.keep_alive

    def is_quiet(self) -> bool:
        """Return whether nothing came since the last exchange, not even an end."""
        return not self.closed and not self._is_readable()

    def close(self) -> None:
        """Close the socket at once; what waits here ends in an error."""
        self.closed = True
        self._transport.abort()

    # Where an error is raised no local holds a head: tracebacks would show its token.

    def _refuse_if_gone(self) -> None:
        if self.closed and not self._reader:
            raise httpx.ConnectError("closed before anything was written")
        if self._failure:
            raise self._failure

    def _write(self, data: bytes, reader: ResponseReader) -> None:
        if data:
            self._reader = reader
            self._transport.write(data)

    async def _drain(self, reader: ResponseReader, timeouts: Timeouts) -> None:
        if not self._writable:
            await self._until(
                lambda: self._writable or reader.status, timeouts.get("write"), httpx.WriteTimeout
            )

    async def _until(
        self,
        ready: Callable[[], object],
        seconds: float | None,
        late: type[httpx.TimeoutException],
    ) -> None:
        if seconds is not None:
            self._due, self._late = self._loop.time() + seconds, late
            self._set_timer(self._due)
        try:
            while not ready():
                if self._failure:
                    raise self._failure
                self._waiter = self._loop.create_future()
                await self._waiter
        finally:
            self._waiter = self._due = None

    def _set_timer(self, moment: float) -> None:
        """Look at *moment* whether it is too late; one that is set for an earlier one does too."""
        if self._timer is not None:
            if self._timer.when() <= moment:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(moment, self._look_at_the_time)

    def _look_at_the_time(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._loop.time() < self._due:
            self._set_timer(self._due)
        else:
            self._fail(self._late("out of time"))

    def _fail(self, error: httpx.TransportError) -> None:
        self._failure = self._failure or error
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def readability(descriptor: int) -> Callable[[], bool]:
    """Return what asks the system, since the loop may not have had the time to."""
    if sys.platform == "win32":  # pragma: no cover  it has no poll()
        return lambda: bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(0))
