"""A server of raw bytes on a real socket, for tests that decide each byte."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

GENEROUS = {"pool": 5, "connect": 5, "write": 5, "read": 5}  # timeouts in seconds
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Peer:
    """The server's end of one connection."""

    def __init__(self, server, reader, writer):
        self.server = server
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """Return the next whole request, head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        body = b""
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                body = await self.reader.readexactly(int(line[15:]))
            if line == b"transfer-encoding: chunked":
                body = await self.reader.readuntil(b"0\r\n\r\n")
        self.server.requests.append(head + body)
        return head + body

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the client has closed."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass

    def reset(self) -> None:
        """Close with an RST."""
        self.writer.transport.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
        self.writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]


class RawServer:
    """Runs its script for each connection and remembers what came."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.accepted = 0
        self.requests: list[bytes] = []
        self.url = ""
        self.port = 0
        self.errors: list[Exception] = []

    async def serve(self, reader, writer):
        self.accepted += 1
        try:
            await self.script(Peer(self, reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001  shown by the fixture
            self.errors.append(error)
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()


@contextlib.asynccontextmanager
async def raw_server(
    script: Script, ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    server = RawServer(script)
    tasks = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        await server.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ssl_context, limit=2**26)
    server.port = listener.sockets[0].getsockname()[1]
    server.url = f"{'https' if ssl_context else 'http'}://127.0.0.1:{server.port}/"
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert not server.errors, server.errors


def answering(*answers: bytes) -> Script:
    """Return a script that gives *answers* one after another, the last one for ever."""

    rest = list(answers)

    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(rest.pop(0) if len(rest) > 1 else rest[0])

    return script


def answering_once(answer: bytes) -> Script:
    """Return a script that gives *answer*, then closes."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer)

    return script


async def exchange(transport, url, method="POST", times=GENEROUS, **extra) -> httpx.Response:
    """Send one request and read its response."""
    extensions = {"timeout": times}
    request = httpx.Request(method, url, extensions=extensions, **extra)
    response = await transport.handle_async_request(request)
    try:
        await response.aread()
    finally:
        await response.aclose()
    return response


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until *condition* holds; fail after 5 s."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  what is awaited tells nobody
            await asyncio.sleep(0.001)
