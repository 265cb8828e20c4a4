"""
A response that two readers could understand differently is refused, and never leaks on.

httpx 0.28's own transport is no oracle here: it takes what follows a response for the next one.
"""

import asyncio

import httpx
import pytest
from raw_server import OK, answering, exchange, raw_server

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: "
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANOTHER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"

REFUSED = {
    "both framings": LENGTH + b"2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    "both framings, turned": CHUNKED[:-2] + b"Content-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    "two lengths": LENGTH + b"2\r\nContent-Length: 3\r\n\r\nhi!",
    "two lengths in one": LENGTH + b"2, 3\r\n\r\nhi!",
    "negative length": LENGTH + b"-2\r\n\r\nhi",
    "signed length": LENGTH + b"+2\r\n\r\nhi",
    "hexadecimal length": LENGTH + b"0x2\r\n\r\nhi",
    "empty length": LENGTH + b"\r\n\r\nhi",
    "spaced length": LENGTH + b"2 2\r\n\r\nhi",
    "length beyond 2**63": LENGTH + b"9" * 20 + b"\r\n\r\nhi",
    "length beyond any number": LENGTH + b"9" * 5000 + b"\r\n\r\nhi",
    "non-ASCII digits": LENGTH + "٢".encode() + b"\r\n\r\nhi",
    "folded header": b"HTTP/1.1 200 OK\r\nA: b\r\n Content-Length: 2\r\n\r\nhi",
    "folded with a tab": b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\t2\r\n\r\nhi",
    "folded first": b"HTTP/1.1 200 OK\r\n A: b\r\nContent-Length: 2\r\n\r\nhi",
    "space before colon": b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nhi",
    "header without colon": b"HTTP/1.1 200 OK\r\nContent-Length\r\n\r\nhi",
    "NUL in a value": b"HTTP/1.1 200 OK\r\nA: \0\r\nContent-Length: 2\r\n\r\nhi",
    "bare CR in a value": b"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 3\r\n\r\nhi",
    "unknown coding": CHUNKED.replace(b"chunked", b"gzip") + b"2\r\nhi\r\n0\r\n\r\n",
    "two codings": CHUNKED.replace(b"chunked", b"gzip, chunked") + b"2\r\nhi\r\n0\r\n\r\n",
    "chunked twice": CHUNKED[:-2] + CHUNKED[17:] + b"2\r\nhi\r\n0\r\n\r\n",
    "coding with a tail": CHUNKED.replace(b"chunked", b"chunkedx") + b"2\r\nhi\r\n0\r\n\r\n",
    "negative chunk": CHUNKED + b"-2\r\nhi\r\n0\r\n\r\n",
    "signed chunk": CHUNKED + b"+2\r\nhi\r\n0\r\n\r\n",
    "prefixed chunk": CHUNKED + b"0x2\r\nhi\r\n0\r\n\r\n",
    "chunk without a size": CHUNKED + b"\r\nhi\r\n0\r\n\r\n",
    "chunk beyond 2**64": CHUNKED + b"f" * 21 + b"\r\nhi\r\n0\r\n\r\n",
    "chunk longer than it says": CHUNKED + b"2\r\nhi!\r\n0\r\n\r\n",
    "chunk shorter than it says": CHUNKED + b"3\r\nhi\r\n0\r\n\r\n",
    "chunk size is text": CHUNKED + b"two\r\nhi\r\n0\r\n\r\n",
    "bad trailer": CHUNKED + b"2\r\nhi\r\n0\r\nbad trailer\r\n\r\n",
    "empty line first": b"\r\n" + OK,
    "empty line after an interim": b"HTTP/1.1 100 Continue\r\n\r\n\r\n" + OK,
    "status of two digits": OK.replace(b"200", b"20"),
    "status of four digits": OK.replace(b"200", b"2000"),
    "lower-case protocol": OK.replace(b"HTTP", b"http"),
    "no version": OK.replace(b"HTTP/1.1", b"HTTP"),
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    "switching on request": (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    ),
    "HTML": b"<html>\r\n\r\n</html>",
    "a request": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
}

SURPLUS = {
    "after a length": OK + ANOTHER,
    "after chunks": CHUNKED + b"2\r\nhi\r\n0\r\n\r\n" + ANOTHER,
    "after chunks and trailers": CHUNKED + b"2\r\nhi\r\n0\r\nA: b\r\n\r\n" + ANOTHER,
    "after 204": b"HTTP/1.1 204 No Content\r\n\r\n" + ANOTHER,
    "204 with a length": b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil",
    "204 with chunks": b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "304 with a body": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil",
    "a line end": OK + b"\r\n",
    "a line end after chunks": CHUNKED + b"2\r\nhi\r\n0\r\n\r\n\r\n",
    "a bare line end after chunks": CHUNKED + b"2\r\nhi\r\n0\r\n\r\n\n",
    "junk after chunks": CHUNKED + b"2\r\nhi\r\n0\r\n\r\n\x00",
    "one byte": OK + b"H",
}


@pytest.mark.parametrize("cut", [False, True], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED)
async def test_an_ambiguous_response_is_refused(transport, answer, cut):
    """It ends in a RemoteProtocolError, however it is cut, and the connection is closed."""

    async def script(peer):
        await peer.request()
        for piece in [answer[i : i + 1] for i in range(len(answer))] if cut else [answer]:
            await peer.send(piece)
            await asyncio.sleep(0)

    async with raw_server(script) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            await exchange(transport, server.url)

    assert not transport._pool.idle


@pytest.mark.parametrize("answer", SURPLUS.values(), ids=SURPLUS)
async def test_bytes_after_a_response_close_the_connection(transport, answer):
    """What follows a response is never taken for the answer to the next request."""
    async with raw_server(answering(answer, OK)) as server:
        await exchange(transport, server.url)
        second = await exchange(transport, server.url)

        assert second.content == b"hi"
        assert server.accepted == 2


async def test_an_answer_nobody_asked_for_closes_the_connection(transport):
    """Bytes that come between two exchanges are not the answer to the second one."""
    sent = asyncio.Event()

    async def script(peer):
        await peer.request()
        await peer.send(OK)
        if peer.server.accepted == 1:
            await peer.send(ANOTHER)
            sent.set()
        await peer.gone()

    async with raw_server(script) as server:
        await exchange(transport, server.url)
        await sent.wait()
        second = await exchange(transport, server.url)

        assert (second.content, server.accepted) == (b"hi", 2)


async def test_an_answer_to_head_with_a_body_closes_the_connection(transport):
    """The body that an answer to HEAD must not have is not the next answer."""
    async with raw_server(answering(ANOTHER, OK)) as server:
        await exchange(transport, server.url, "HEAD")
        second = await exchange(transport, server.url)

        assert (second.content, server.accepted) == (b"hi", 2)


async def test_surplus_before_the_reader_is_done_closes_the_connection(transport):
    """Bytes after the end count even while the body waits for its reader."""
    rest = asyncio.Event()

    async def script(peer):
        await peer.request()
        await peer.send(LENGTH + b"2\r\n\r\nh")
        await rest.wait()
        await peer.send(b"i")
        await asyncio.sleep(0.01)
        await peer.send(ANOTHER)
        await peer.gone()

    async with raw_server(script) as server:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        rest.set()
        await asyncio.sleep(0.03)
        body = await response.aread()

    assert body == b"hi"
    assert not transport._pool.idle
