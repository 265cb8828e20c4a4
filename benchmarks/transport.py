"""
CPU time of the client per POST, for transports side by side in one interleaved run.

python benchmarks/transport.py [--rounds N] [--seconds S]

The server runs in a process of its own, pinned to another core; the client's CPU is
`time.process_time()`, so waiting for the server costs nothing. Prints a Markdown table.
"""

import argparse
import asyncio
import contextlib
import gc
import multiprocessing
import os
import platform
import re
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp
import h11
import httptools
import httpx

from gosms_async.core.transport import AsyncioTransport

IN_FLIGHT = (1, 10, 100, 1000)
BARE = "httpx.AsyncClient.post"
BODY = b'{"phone_number":"79001234567","message":"benchmark"}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 01 Mar 2025 12:00:00 GMT\r\n"
    b"Content-Type: application/json\r\nContent-Length: 34\r\nConnection: keep-alive\r\n\r\n"
    b'{"id": "507f1f77bcf86cd799439011"}'
)
HEADERS = {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
Post = Callable[[], Awaitable[object]]


class Answerer(asyncio.Protocol):
    """The least a server can do: find the end of each request, send the same bytes back."""

    length = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            size = end + 4 + int(self.length.search(self.buffer, 0, end)[1])
            if len(self.buffer) < size:
                return
            self.buffer = self.buffer[size:]
            self.transport.write(ANSWER)


def serve(port_out: Connection, core: int) -> None:
    pin(core)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Answerer, "127.0.0.1", 0, backlog=2048)
        port_out.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})


class Floor(asyncio.Protocol):
    """A request and its answer with nothing around them."""

    request: bytes

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.future.set_result(None)

    async def post(self) -> None:
        self.future = asyncio.get_running_loop().create_future()
        self.parser = httptools.HttpResponseParser(self)
        self.transport.write(self.request)
        await self.future


@contextlib.asynccontextmanager
async def floor(url: str) -> AsyncIterator[Post]:
    loop = asyncio.get_running_loop()
    host, port = "127.0.0.1", httpx.URL(url).port
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    head = ["POST /sms/send HTTP/1.1", f"Host: {host}", *lines, f"Content-Length: {len(BODY)}"]
    Floor.request = "\r\n".join([*head, "", ""]).encode() + BODY
    idle, every = [], []

    async def post() -> None:
        if idle:
            connection = idle.pop()
        else:
            _, connection = await loop.create_connection(Floor, host, port)
            every.append(connection)
        await connection.post()
        idle.append(connection)

    yield post
    for connection in every:
        connection.transport.abort()


def direct(**options: str) -> Callable[[str], contextlib.AbstractAsyncContextManager[Post]]:
    @contextlib.asynccontextmanager
    async def client(url: str) -> AsyncIterator[Post]:
        request = httpx.Request("POST", url, content=BODY, headers=HEADERS)
        async with AsyncioTransport(**options) as transport:

            async def post() -> None:
                response = await transport.handle_async_request(request)
                async for _ in response.stream:
                    pass

            yield post

    return client


@contextlib.asynccontextmanager
async def through_client(url: str) -> AsyncIterator[Post]:
    async with httpx.AsyncClient(transport=AsyncioTransport(), trust_env=False) as client:
        yield lambda: client.post(url, content=BODY, headers=HEADERS, timeout=None)


@contextlib.asynccontextmanager
async def bare_httpx(url: str) -> AsyncIterator[Post]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield lambda: client.post(url, content=BODY, headers=HEADERS, timeout=None)


@contextlib.asynccontextmanager
async def bare_aiohttp(url: str) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession() as session:

        async def post() -> None:
            async with session.post(url, data=BODY, headers=HEADERS) as response:
                await response.read()

        yield post


CLIENTS = {
    "floor: asyncio.Protocol + httptools": floor,
    "AsyncioTransport, httptools": direct(parser="httptools"),
    "AsyncioTransport, h11": direct(),
    "AsyncioTransport, h11, by AsyncClient.post": through_client,
    "aiohttp": bare_aiohttp,
    BARE: bare_httpx,
}


async def cost(post: Post, in_flight: int, seconds: float) -> float:
    """Return µs of CPU a POST, over at least a POST for each in flight and *seconds* in all."""
    done = 0

    async def worker() -> None:
        nonlocal done
        while True:
            await post()
            done += 1
            if time.perf_counter() > end:
                return

    gc.collect()
    begin, end = time.process_time(), time.perf_counter() + seconds
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return (time.process_time() - begin) / done * 1e6


async def measure(url: str, rounds: int, seconds: float) -> dict[tuple[str, int], list[float]]:
    costs: dict[tuple[str, int], list[float]] = {}
    async with contextlib.AsyncExitStack() as stack:
        posts = {name: await stack.enter_async_context(make(url)) for name, make in CLIENTS.items()}
        for warming in posts.values():
            await cost(warming, 10, seconds)  # connections are made, code is warm
        for _ in range(rounds):
            for in_flight in IN_FLIGHT:
                for name, post in posts.items():
                    if in_flight >= 100 and name == BARE and (name, in_flight) in costs:
                        continue  # once is enough: each POST takes milliseconds
                    spent = await cost(post, in_flight, seconds)
                    costs.setdefault((name, in_flight), []).append(spent)
    return costs


def table(costs: dict[tuple[str, int], list[float]]) -> str:
    middle = {key: statistics.median(values) for key, values in costs.items()}
    rows = [
        f"| client, µs a POST at | {' | '.join(map(str, IN_FLIGHT))} | against httpx |",
        "|---" * (len(IN_FLIGHT) + 2) + "|",
    ]
    for name in CLIENTS:
        cells = [f"{middle[name, n]:,.0f}" for n in IN_FLIGHT]
        ratios = [f"{middle[name, n] / middle[BARE, n]:.2f}" for n in IN_FLIGHT]
        rows.append(f"| {name} | {' | '.join(cells)} | {' · '.join(ratios)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement")
    arguments = parser.parse_args()
    port_in, port_out = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(port_out, -1), daemon=True)
    server.start()
    pin(0)
    url = f"http://127.0.0.1:{port_in.recv()}/sms/send"
    costs = asyncio.run(measure(url, arguments.rounds, arguments.seconds))
    server.terminate()
    print(
        f"Python {platform.python_version()}, httpx {httpx.__version__}, h11 {h11.__version__}, "
        f"httptools {httptools.__version__}, aiohttp {aiohttp.__version__}, "
        f"{platform.machine()}, {os.cpu_count()} cores; medians of {arguments.rounds} rounds\n"
    )
    print(table(costs))


if __name__ == "__main__":
    main()
