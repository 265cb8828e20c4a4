"""Responses of every framing arrive whole."""

import asyncio

import httpx
import pytest
from raw_server import OK, answering, answering_once, exchange, raw_server

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_status_headers_body_and_version_arrive(any_transport):
    """What the server says is what the caller sees, in the server's spelling."""
    async with raw_server(
        answering(b"HTTP/1.1 418 Tea Pot\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi")
    ) as server:
        response = await exchange(any_transport, server.url, content=b"abc")

    assert (response.status_code, response.content) == (418, b"hi")
    assert response.headers.raw == [(b"X-A", b"b"), (b"Content-Length", b"2")]
    assert (response.http_version, response.reason_phrase) == ("HTTP/1.1", "Tea Pot")


async def test_a_connection_is_used_again(any_transport):
    """Ten exchanges one after another need one connection."""
    async with raw_server(answering(OK)) as server:
        for _ in range(10):
            await exchange(any_transport, server.url, content=b"abc")

        assert (server.accepted, len(server.requests)) == (1, 10)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + OK, b"hi"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
    ],
)
async def test_every_framing_is_read(any_transport, answer, body):
    """Chunks, lengths, closes, bodiless statuses and interim responses are all understood."""
    async with raw_server(answering_once(answer)) as server:
        response = await exchange(any_transport, server.url)

    assert response.content == body


async def test_a_response_to_head_has_no_body(any_transport):
    """A length in the answer to HEAD is no promise of a body, and the connection stays good."""
    async with raw_server(
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", OK)
    ) as server:
        response = await exchange(any_transport, server.url, "HEAD")
        after = await exchange(any_transport, server.url)

        assert (response.content, after.content, server.accepted) == (b"", b"hi", 1)


async def test_a_body_in_many_pieces_is_streamed(any_transport):
    """Each piece of a body can be read as soon as it has come."""
    more = asyncio.Event()

    async def script(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        await more.wait()
        await peer.send(b"cd")
        await peer.gone()

    async with raw_server(script) as server:
        request = httpx.Request("GET", server.url)
        response = await any_transport.handle_async_request(request)
        pieces = response.aiter_raw()
        first = await anext(pieces)
        more.set()
        rest = [piece async for piece in pieces]
        await response.aclose()

    assert (first, rest) == (b"ab", [b"cd"])


async def test_a_body_of_chunks_arrives_as_chunks(any_transport):
    """A request of unknown length is sent chunked, an empty chunk is not its end."""

    async def body():
        for chunk in (b"a", b"", b"bc"):
            yield chunk

    async with raw_server(answering(OK)) as server:
        await exchange(any_transport, server.url, content=body())

        assert server.requests[0].endswith(b"\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")
