"""Each fault of a server or a network ends in httpx's error for it, with the request."""

import asyncio
import contextlib
import resource
import socket

import httpx
import pytest
from raw_server import OK, answering, answering_once, exchange, raw_server

from gosms_async.core.transport import AsyncioTransport

LATE = {"read": 0.02, "write": 0.02, "connect": 0.02, "pool": 0.02}


async def failure(transport, url, **extra) -> httpx.TransportError:
    with pytest.raises(httpx.TransportError) as caught:
        await exchange(transport, url, **extra)
    if isinstance(transport, AsyncioTransport):  # for httpx's own, the client does it
        assert caught.value.request.url == url
    return caught.value


async def test_refused(any_transport):
    """Nobody listening is a ConnectError."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        assert type(await failure(any_transport, url)) is httpx.ConnectError


async def test_no_such_name(transport, monkeypatch):
    """A name that does not resolve is a ConnectError."""

    async def getaddrinfo(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)

    assert type(await failure(transport, "http://nowhere.invalid/")) is httpx.ConnectError


@pytest.mark.parametrize("host", ["a" * 64 + ".invalid", "127.0.0.1:65536"])
async def test_an_impossible_address(transport, host):
    """An address that no socket can have is a ConnectError."""
    assert type(await failure(transport, f"http://{host}/")) is httpx.ConnectError


async def test_black_hole(any_transport):
    """A server that drops each SYN is a ConnectTimeout."""
    with contextlib.ExitStack() as stack:
        hole = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # fill its queue
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
        url = f"http://127.0.0.1:{hole.getsockname()[1]}/"

        assert type(await failure(any_transport, url, times=LATE)) is httpx.ConnectTimeout


async def test_no_file_descriptor_left(transport):
    """EMFILE is a ConnectError, and the transport works again once files can be opened."""
    async with raw_server(answering(OK)) as server:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            error = await failure(transport, server.url)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

        assert type(error) is httpx.ConnectError
        assert (await exchange(transport, server.url)).content == b"hi"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
async def test_the_server_closes_early(any_transport, answer):
    """An end before the end of the response is a RemoteProtocolError."""
    async with raw_server(answering_once(answer)) as server:
        error = await failure(any_transport, server.url, content=b"abc")

    assert type(error) is httpx.RemoteProtocolError


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_the_server_resets(any_transport, answer):
    """A reset is a ReadError, before and within the response."""

    async def script(peer):
        await peer.request()
        await peer.send(answer)
        peer.reset()

    async with raw_server(script) as server:
        error = await failure(any_transport, server.url, content=b"abc")

    assert type(error) is httpx.ReadError


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_no_answer(any_transport, answer):
    """Silence is a ReadTimeout, before and within the response."""

    async def script(peer):
        await peer.request()
        await peer.send(answer)
        await peer.gone()

    async with raw_server(script) as server:
        error = await failure(any_transport, server.url, times={**LATE, "connect": 5})

    assert type(error) is httpx.ReadTimeout


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nA: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;e=", b"e"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ", b"t"),
    ],
)
async def test_a_drip_of_bytes_that_bring_nothing(transport, start, drop):
    """A head, chunk extension or trailer that trickles in is a ReadTimeout all the same."""

    async def script(peer):
        await peer.request()
        await peer.send(start)
        while True:
            await asyncio.sleep(0.001)
            await peer.send(drop)

    async with raw_server(script) as server:
        error = await failure(transport, server.url, times={"read": 0.05})

    assert type(error) is httpx.ReadTimeout


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"HTTP/1.1 200 OK\r\nA: ", b"a" * 4096),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 512),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;e=", b"e" * 4096),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"T: t\r\n" * 512),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ", b"t" * 4096),
    ],
)
async def test_an_endless_head(transport, start, more):
    """What has no end but brings no body is a RemoteProtocolError after a bounded time."""
    sent = 0

    async def script(peer):
        nonlocal sent
        await peer.request()
        await peer.send(start)
        while sent < 8 * 2**20:
            await peer.send(more)
            sent += len(more)

    async with raw_server(script) as server:
        error = await failure(transport, server.url)

    assert type(error) is httpx.RemoteProtocolError
    assert sent < 8 * 2**20


async def test_an_answer_that_is_not_http(transport):
    """Another protocol is recognised by its first bytes, without waiting for a line end."""

    async def script(peer):
        await peer.request()
        await peer.send(b"SSH")
        await peer.gone()

    async with raw_server(script) as server:
        assert type(await failure(transport, server.url)) is httpx.RemoteProtocolError


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "/path"])
async def test_a_url_that_is_not_for_here(any_transport, url):
    """Only http and https are spoken."""
    request = httpx.Request("GET", url, headers={"Host": "any"})

    with pytest.raises(httpx.UnsupportedProtocol):
        await any_transport.handle_async_request(request)


async def test_a_url_without_a_host(transport):
    """Without a host there is nowhere to go."""
    with pytest.raises(httpx.UnsupportedProtocol):
        await transport.handle_async_request(httpx.Request("GET", "http:///path"))
