"""Connections are bounded, given out in order, and counted exactly."""

import asyncio
import gc
import warnings

import httpx
import pytest
from raw_server import GENEROUS, OK, answering, exchange, raw_server, until


class Gate:
    """A script that answers when it is told to."""

    def __init__(self):
        self.open = asyncio.Event()
        self.arrived = []

    async def __call__(self, peer):
        while True:
            self.arrived.append((await peer.request()).split()[1])
            await self.open.wait()
            await peer.send(OK)


async def turns(n=20):
    """Let the loop turn often enough for everything that waits on nothing outside it."""
    for _ in range(n):
        await asyncio.sleep(0)


async def test_no_more_connections_than_allowed(make_transport):
    """Fifty requests over three connections all succeed."""
    async with raw_server(answering(OK)) as server, make_transport(max_connections=3) as transport:
        responses = await asyncio.gather(
            *(exchange(transport, server.url, content=b"x") for _ in range(50))
        )

        assert {response.content for response in responses} == {b"hi"}
        assert server.accepted == 3


async def test_who_waits_longest_goes_first(make_transport):
    """Requests reach the server in the order in which they were made."""
    gate = Gate()
    async with raw_server(gate) as server, make_transport(max_connections=1) as transport:
        paths = [f"/{i}".encode() for i in range(20)]
        tasks = [
            asyncio.create_task(exchange(transport, server.url[:-1] + path.decode()))
            for path in paths
        ]
        gate.open.set()
        await asyncio.gather(*tasks)

        assert gate.arrived == paths


async def test_waiting_for_a_connection_has_an_end(make_transport):
    """Without a free slot in time there is a PoolTimeout, and the slot is not lost."""
    gate = Gate()
    async with raw_server(gate) as server, make_transport(max_connections=1) as transport:
        first = asyncio.create_task(exchange(transport, server.url))
        await until(lambda: gate.arrived)

        with pytest.raises(httpx.PoolTimeout) as caught:
            await exchange(transport, server.url, times={**GENEROUS, "pool": 0.01})
        gate.open.set()
        await first
        await exchange(transport, server.url)

        assert caught.value.request.url == server.url
        assert (server.accepted, transport._pool.in_use) == (1, 0)


async def test_an_idle_connection_makes_room_for_another_origin(make_transport):
    """At the limit, the longest idle connection is closed for a request elsewhere."""
    async with (
        raw_server(answering(OK)) as here,
        raw_server(answering(OK)) as there,
        make_transport(max_connections=1) as transport,
    ):
        for server in (here, there, there, here):
            await exchange(transport, server.url)

        assert (here.accepted, there.accepted) == (2, 1)
        assert len(transport._pool.idle) == 1


async def test_two_origins_keep_their_own_connections(transport):
    """A connection is only ever used for the origin it was made to."""
    async with raw_server(answering(OK)) as here, raw_server(answering(OK)) as there:
        for server in (here, there) * 5:
            await exchange(transport, server.url)

        assert (here.accepted, there.accepted) == (1, 1)


async def test_a_forgotten_response_gives_its_slot_back(make_transport):
    """A response neither read nor closed warns, and its connection is closed."""

    async def script(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await peer.gone()

    async with raw_server(script) as server, make_transport(max_connections=1) as transport:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            await transport.handle_async_request(httpx.Request("GET", server.url))
            gc.collect()
        await turns()

        assert [warning.category for warning in caught] == [ResourceWarning]
        assert (transport._pool.in_use, len(transport._pool.idle)) == (0, 0)


async def test_closing_ends_what_is_under_way(make_transport):
    """Requests in flight end in a ReadError, waiting ones in a ConnectError: nothing of it left."""
    gate = Gate()
    async with raw_server(gate) as server:
        transport = make_transport(max_connections=2)
        tasks = [asyncio.create_task(exchange(transport, server.url)) for _ in range(4)]
        await until(lambda: len(gate.arrived) == 2)

        await transport.aclose()
        errors = await asyncio.gather(*tasks, return_exceptions=True)

        kinds = [type(error) for error in errors]
        assert kinds == [httpx.ReadError] * 2 + [httpx.ConnectError] * 2
        assert (transport._pool.in_use, transport._pool._open) == (0, set())


async def test_closing_ends_a_body_under_way(make_transport):
    """A body that is being read ends in a ReadError, not in a short body."""

    async def script(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await peer.gone()

    async with raw_server(script) as server:
        transport = make_transport()
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        pieces = response.aiter_raw()
        await anext(pieces)
        await transport.aclose()

        with pytest.raises(httpx.ReadError):
            await anext(pieces)


async def test_idle_connections_are_closed_too(make_transport):
    """After aclose() the server sees every connection end."""
    ended = asyncio.Event()

    async def script(peer):
        await peer.request()
        await peer.send(OK)
        await peer.gone()
        ended.set()

    async with raw_server(script) as server:
        async with make_transport() as transport:
            await exchange(transport, server.url)
            assert len(transport._pool.idle) == 1

        await asyncio.wait_for(ended.wait(), 5)


async def test_a_closed_transport_connects_no_more(make_transport):
    """Use after close is a ConnectError."""
    async with raw_server(answering(OK)) as server:
        transport = make_transport()
        await transport.aclose()

        with pytest.raises(httpx.ConnectError):
            await exchange(transport, server.url)

        assert server.accepted == 0


async def test_closing_while_connecting(make_transport):
    """A connection that comes up after aclose() is closed, and nothing is sent over it."""
    async with raw_server(answering(OK)) as server:
        transport = make_transport()
        task = asyncio.create_task(exchange(transport, server.url))
        await asyncio.sleep(0)
        await transport.aclose()

        with pytest.raises(httpx.ConnectError):
            await task

        assert (server.requests, transport._pool.in_use) == ([], 0)


def test_one_loop_only(make_transport):
    """Use from a second event loop is a RuntimeError before anything leaves."""
    transport = make_transport()

    async def use():
        async with raw_server(answering(OK)) as server:
            await exchange(transport, server.url)

    async def use_and_close():
        await use()
        await transport.aclose()

    asyncio.run(use_and_close())

    with pytest.raises(RuntimeError, match="two event loops"):
        asyncio.run(use())


def test_an_unknown_parser(make_transport):
    """There are two parsers, and the error names them."""
    with pytest.raises(ValueError, match="'h11' or 'httptools'"):
        make_transport(parser="regex")


def test_a_response_forgotten_beyond_its_loop(make_transport):
    """When the loop is gone there is nothing left to give back, and no error."""

    async def script(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await peer.gone()

    async def main():
        async with raw_server(script) as server, make_transport() as transport:
            return await transport.handle_async_request(httpx.Request("GET", server.url))

    response = asyncio.run(main())

    with pytest.warns(ResourceWarning, match="neither read nor closed"):
        del response
