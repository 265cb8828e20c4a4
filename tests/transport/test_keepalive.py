"""An idle connection is used again only while it is sure to be good."""

import asyncio
import contextlib
import socket
import threading

import httpx
import pytest
from raw_server import OK, answering, exchange, raw_server, until


async def test_an_expired_connection_is_not_used(make_transport, monkeypatch):
    """After keepalive_expiry seconds a new connection is made, and the old one closed."""
    loop = asyncio.get_running_loop()
    real = loop.time
    async with raw_server(answering(OK)) as server, make_transport(keepalive_expiry=4) as transport:
        await exchange(transport, server.url)
        monkeypatch.setattr(loop, "time", lambda: real() + 3.9)
        await exchange(transport, server.url)
        monkeypatch.setattr(loop, "time", lambda: real() + 8)
        await exchange(transport, server.url)
        monkeypatch.undo()

        assert (server.accepted, len(transport._pool.idle)) == (2, 1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nConnection: a, Close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    ],
)
async def test_the_server_may_say_that_it_was_the_last(transport, answer):
    """A response that ends the connection is believed."""
    async with raw_server(answering(answer)) as server:
        await exchange(transport, server.url)
        await exchange(transport, server.url)

        assert server.accepted == 2


async def test_a_request_may_say_that_it_was_the_last(transport):
    """Nothing follows a request that said `Connection: close`."""
    async with raw_server(answering(OK)) as server:
        await exchange(transport, server.url, headers={"Connection": "close"})
        await exchange(transport, server.url)

        assert server.accepted == 2


async def test_a_connection_closed_while_idle_is_not_used(any_transport):
    """The end of an idle connection is seen, and the next request needs no second try."""
    closed = asyncio.Event()

    async def script(peer):
        await peer.request()
        await peer.send(OK)
        peer.writer.close()
        await peer.writer.wait_closed()
        closed.set()

    async with raw_server(script) as server:
        for _ in range(3):
            closed.clear()
            assert (await exchange(any_transport, server.url)).content == b"hi"
            await closed.wait()

        assert server.accepted == 3


async def test_an_end_the_loop_has_not_seen_yet_counts(transport):
    """A close that came while the loop was blocked is seen before the connection is used."""
    accepted = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                accepted.append(connection)
                connection.recv(65536)
                connection.sendall(OK)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        await exchange(transport, url)
        accepted[0].close()  # in the loop's own thread: it cannot have looked since

        response = await exchange(transport, url)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in accepted:
            connection.close()

    assert (response.content, len(accepted)) == (b"hi", 2)


@pytest.mark.parametrize("reset", [False, True])
async def test_a_close_that_crosses_the_request_is_an_error(transport, reset):
    """The request may have arrived, so the error says so and nothing is repeated."""

    async def script(peer):
        await peer.request()
        await peer.send(OK)
        await peer.request()
        peer.reset() if reset else peer.writer.close()

    async with raw_server(script) as server:
        await exchange(transport, server.url)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await exchange(transport, server.url, content=b"second")

        assert (server.accepted, len(server.requests)) == (1, 2)


async def test_a_close_before_the_first_byte_is_a_connect_error(transport):
    """If the connection ends while the body is still being made, nothing has left."""

    async def script(peer):
        peer.writer.close()

    async def body():
        await until(lambda: not transport._pool._open)
        yield b"abc"

    async with raw_server(script) as server:
        with pytest.raises(httpx.ConnectError):
            await exchange(transport, server.url, content=body())
