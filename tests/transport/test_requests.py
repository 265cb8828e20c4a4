"""A request leaves exactly as it was made, or not at all."""

import httpx
import pytest
from raw_server import OK, answering, exchange, raw_server

ILLEGAL = {
    "line end in a value": {"headers": [("A", b"b\r\nEvil: c")]},
    "bare line feed in a value": {"headers": [("A", b"b\nEvil: c")]},
    "carriage return in a value": {"headers": [("A", b"b\rc")]},
    "NUL in a value": {"headers": [("A", b"b\0c")]},
    "line end in a name": {"headers": [("A: b\r\nEvil", b"c")]},
    "space in a name": {"headers": [("A b", b"c")]},
    "empty name": {"headers": [("", b"c")]},
    "two hosts": {"headers": [("Host", b"a"), ("Host", b"b")]},
    "two lengths": {"headers": [("Content-Length", b"3"), ("Content-Length", b"3")]},
    "both framings": {"headers": [("Content-Length", b"3"), ("Transfer-Encoding", b"chunked")]},
    "a length hidden in a name": {
        "headers": [("Content-Length: 3", b""), ("Transfer-Encoding", b"chunked")]
    },
    "negative length": {"headers": [("Content-Length", b"-3")]},
    "unknown coding": {"headers": [("Transfer-Encoding", b"gzip")]},
    "line end in the method": {"method": "GET / HTTP/1.1\r\nA: b\r\n\r\nGET"},
    "non-ASCII method": {"method": "GÉT"},
    "tunnel": {"method": "CONNECT"},
}


@pytest.mark.parametrize("extra", ILLEGAL.values(), ids=ILLEGAL)
async def test_an_illegal_request_never_leaves(transport, extra):
    """It is a LocalProtocolError before a connection is made, and shows nothing of the head."""
    async with raw_server(answering(OK)) as server:
        with pytest.raises(httpx.LocalProtocolError) as caught:
            await exchange(transport, server.url, **{"content": b"abc", **extra})

        assert server.accepted == 0
        assert "Evil" not in str(caught.value)


async def test_a_request_without_a_host_never_leaves(transport):
    """HTTP/1.1 wants a Host."""
    async with raw_server(answering(OK)) as server:
        request = httpx.Request("GET", server.url)
        del request.headers["Host"]

        with pytest.raises(httpx.LocalProtocolError):
            await transport.handle_async_request(request)


@pytest.mark.parametrize("body", [[b"ab"], [b"abcd"], [b"ab", b"cd"], []])
async def test_a_body_of_another_length_breaks_off(transport, body):
    """The server cannot take it for a request: it is too short, or ends with the connection."""

    async def chunks():
        for chunk in body:
            yield chunk

    async with raw_server(answering(OK)) as server:
        with pytest.raises(httpx.LocalProtocolError):
            await exchange(transport, server.url, content=chunks(), headers={"Content-Length": "3"})

        assert server.requests == []
        assert transport._pool.in_use == 0


async def test_an_error_of_the_body_itself_is_handed_on(transport):
    """What the caller's own generator raises is the caller's, and the slot is free again."""

    async def chunks():
        yield b"a"
        raise KeyError("mine")

    async with raw_server(answering(OK)) as server:
        with pytest.raises(KeyError, match="mine"):
            await exchange(transport, server.url, content=chunks())

        assert (transport._pool.in_use, server.requests) == (0, [])


async def test_the_bytes_of_a_request(any_transport):
    """Target, header order and spelling, and body are sent as they were given."""
    async with raw_server(answering(OK)) as server:
        await exchange(
            any_transport,
            server.url + "a%20b?c=d#e",
            "PUT",
            content=b"abc",
            headers=[("X-Y", b"\xe9")],
        )

        assert server.requests == [
            b"PUT /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + str(server.port).encode() + b"\r\n"
            b"X-Y: \xe9\r\nContent-Length: 3\r\n\r\nabc"
        ]
