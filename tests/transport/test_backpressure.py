"""Neither a huge response nor a huge request piles up in memory."""

import asyncio

import httpx
import pytest
from raw_server import GENEROUS, OK, exchange, raw_server

HUGE = 400 * 2**20
PIECE = b"x" * 2**16


async def stalled(count):
    """Wait until *count* grows no more."""
    seen = -1
    while seen != count():
        seen = count()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("head", [b"Content-Length: 419430400", b"Connection: close"])
async def test_a_huge_body_waits_for_its_reader(transport, head):
    """Of 400 MiB the server can send a few before somebody reads, and the rest when not at all."""
    sent = 0

    async def script(peer):
        nonlocal sent
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
        while sent < HUGE:
            await peer.send(PIECE)
            sent += len(PIECE)

    async with raw_server(script) as server:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        await stalled(lambda: sent)
        before = sent
        pieces = response.aiter_raw()
        largest = max([len(await anext(pieces)) for _ in range(50)])
        await response.aclose()

    assert before < 16 * 2**20
    assert largest < 2**20
    assert transport._pool.in_use == 0


async def test_a_large_body_arrives_whole(any_transport):
    """Pausing and resuming loses nothing."""

    async def script(peer):
        while True:
            await peer.request()
            await peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(100):
                await peer.send(b"10000\r\n" + PIECE + b"\r\n")
            await peer.send(b"0\r\n\r\n")

    async with raw_server(script) as server:
        for _ in range(2):
            response = await exchange(any_transport, server.url)
            assert len(response.content) == 100 * len(PIECE)

        assert server.accepted == 1


async def test_a_server_that_does_not_read(any_transport):
    """A request that the server does not take is a WriteTimeout."""

    async def script(peer):
        peer.writer.transport.pause_reading()
        await asyncio.Event().wait()

    async with raw_server(script) as server:
        with pytest.raises(httpx.WriteTimeout):
            await exchange(
                any_transport, server.url, content=b"x" * 2**25, times={**GENEROUS, "write": 0.1}
            )


async def test_a_server_that_resets_within_the_request(transport):
    """A reset while the request is being written is a WriteError."""

    async def script(peer):
        await peer.reader.readexactly(1000)
        peer.writer.transport.pause_reading()
        await asyncio.sleep(0.01)
        peer.reset()

    async with raw_server(script) as server:
        with pytest.raises(httpx.WriteError):
            await exchange(transport, server.url, content=b"x" * 2**25)


async def test_an_answer_before_the_end_of_the_request(transport):
    """A refusal that comes early is the response, and the connection is not used again."""
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"

    async def script(peer):
        if peer.server.accepted == 1:
            await peer.reader.readexactly(1000)
            await peer.send(refusal)
            await asyncio.Event().wait()
        await peer.request()
        await peer.send(OK)
        await peer.gone()

    async def body():
        while True:
            yield PIECE
            await asyncio.sleep(0)

    async with raw_server(script) as server:
        first = await exchange(transport, server.url, content=body())
        second = await exchange(transport, server.url)

        assert (first.status_code, second.status_code, server.accepted) == (413, 200, 2)


async def test_no_more_of_the_body_is_made_once_the_server_is_gone(transport):
    """The caller's generator is not drained into a dead socket."""
    made = 0

    async def script(peer):
        await peer.reader.readexactly(10)
        peer.reset()

    async def body():
        nonlocal made
        while True:
            made += 1
            yield b"x"
            await asyncio.sleep(0.001)

    async with raw_server(script) as server:
        with pytest.raises(httpx.ReadError):
            await exchange(transport, server.url, content=body())

    assert made < 1000
