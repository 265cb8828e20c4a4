"""HTTP/1.1 under an httpx.AsyncClient: a FIFO pool of plain asyncio connections."""

import asyncio
import functools
import ssl
import warnings
from collections.abc import AsyncIterator
from typing import Literal

import httpx

from .transport_connection import Connection, Origin
from .transport_pool import Pool
from .transport_request import RequestWriter, write_head
from .transport_response import ResponseReader

_HEADS_KEPT = 64  # those of a client differ by target and length only
_PORTS = {"http": 80, "https": 443}


class AsyncioTransport(httpx.AsyncBaseTransport):
    """
    Send requests over at most *max_connections* sockets, each kept alive *keepalive_expiry* s.

    Nothing is redirected, repeated or read from the environment. Timeouts are the request's own
    (`extensions["timeout"]`); a read timeout bounds the whole head and each wait for more body.
    ConnectError, ConnectTimeout and PoolTimeout say that no byte of the request was written;
    after any other TransportError it may have left. So says the request's own extension
    "unwritten", which is there as long as none was; then its "on_write", if any, is called.
    *parser* "httptools" wants the extra `fast`; *max_head* bounds the response's head in bytes.
    One transport belongs to one event loop.
    """

    def __init__(
        self,
        *,
        parser: Literal["h11", "httptools"] = "h11",
        max_connections: int = 100,
        keepalive_expiry: float = 4.0,
        ssl_context: ssl.SSLContext | None = None,
        max_head: int = 64 * 1024,
    ) -> None:
        """
        Open nothing yet.

        Raises:
            ImportError: httptools was asked for and is not installed.
        """
        self._reader = _reader(parser)
        self._head = functools.lru_cache(maxsize=_HEADS_KEPT)(write_head)
        self._max_head = max_head
        self._given_ssl_context = ssl_context
        self._pool = Pool(max_connections, keepalive_expiry, lambda: self._ssl_context)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """
        Send *request* once; its response's body may still have to be read, or closed.

        Raises:
            httpx.TransportError: With the request; see the class.
        """
        try:
            return await self._exchange(request)
        except httpx.RequestError as error:
            error.request = request
            raise

    async def aclose(self) -> None:
        """Close every connection; requests under way end in a ReadError."""
        self._pool.close()
        await asyncio.sleep(0)  # the loop closes the sockets in its next turn

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions.get("timeout", {})
        origin = _origin(request.url)
        head = self._head(request.method, request.url.raw_path, tuple(request.headers.raw))
        writer = RequestWriter(head, request.stream)
        reader = self._reader(request.method, self._max_head)
        request.extensions["unwritten"] = True
        connection = await self._pool.acquire(origin, timeouts)
        del request.extensions["unwritten"]
        if on_write := request.extensions.get("on_write"):
            on_write()
        try:
            await connection.send(writer, reader, timeouts)
        except BaseException:
            connection.close()
            self._pool.release(connection)
            raise
        return httpx.Response(
            reader.status,
            headers=reader.headers,
            stream=self._body(connection, reader, request),
            extensions={
                "http_version": b"HTTP/" + reader.version,
                "reason_phrase": reader.reason,
            },
        )

    def _body(
        self, connection: Connection, reader: ResponseReader, request: httpx.Request
    ) -> httpx.AsyncByteStream:
        if not reader.complete:
            return _Body(self._pool, connection, reader, request)
        content = connection.take(reader)
        self._pool.release(connection)
        return httpx.ByteStream(content)

    @functools.cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return self._given_ssl_context or httpx.create_ssl_context(trust_env=False)


class _Body(httpx.AsyncByteStream):
    """A body that is still coming; it holds its connection until it is read or closed."""

    def __init__(
        self, pool: Pool, connection: Connection, reader: ResponseReader, request: httpx.Request
    ) -> None:
        self._pool = pool
        self._connection: Connection | None = connection
        self._reader = reader
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seconds = self._request.extensions.get("timeout", {}).get("read")
        try:
            while self._connection and (data := await self._connection.read(self._reader, seconds)):
                yield data
        except httpx.RequestError as error:
            error.request = self._request
            raise
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            self._pool.release(connection)

    def __del__(self) -> None:
        if self._connection:
            warnings.warn("a response was neither read nor closed", ResourceWarning, 2, self)
            self._pool.reclaim(self._connection)


def _reader(parser: str) -> type[ResponseReader]:
    if parser == "httptools":
        from .transport_httptools import HttptoolsReader  # noqa: PLC0415  an extra

        return HttptoolsReader
    if parser == "h11":
        from .transport_h11 import H11Reader  # noqa: PLC0415  only if it is used

        return H11Reader
    raise ValueError(f"parser is 'h11' or 'httptools', not {parser!r}")


def _origin(url: httpx.URL) -> Origin:
    scheme, host = url.scheme, url.host
    if scheme not in _PORTS:
        raise httpx.UnsupportedProtocol(f"no {scheme or 'scheme'!r} here: http and https are")
    if not host:
        raise httpx.UnsupportedProtocol("the URL has no host")
    return scheme, host, url.port or _PORTS[scheme]
