"""A request can be cancelled anywhere, and no slot, socket or byte is lost by it."""

import asyncio
import contextlib
import random
import types

import httpx
import pytest
from raw_server import OK, answering, exchange, raw_server, until

SLOW = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Stepped:
    """Runs a coroutine and cancels its task at the *n*-th suspension."""

    def __init__(self, coroutine, n, late):
        self.coroutine = coroutine
        self.n = n
        self.late = late  # cancel once what is awaited is done, and the task not yet resumed
        self.suspensions = 0

    @types.coroutine
    def run(self):
        step = self.coroutine.send
        value = None
        while True:
            try:
                awaited = step(value)
            except StopIteration as stop:
                return stop.value
            self.suspensions += 1
            if self.suspensions == self.n:
                self.arm(awaited, asyncio.current_task())
            try:
                value, step = (yield awaited), self.coroutine.send
            except BaseException as error:  # noqa: BLE001  handed on to the coroutine
                value, step = error, self.coroutine.throw

    def arm(self, awaited, task):
        if self.late and awaited is not None:
            awaited.add_done_callback(lambda _: task.cancel())
        else:
            asyncio.get_running_loop().call_soon(task.cancel)


async def drip(peer):
    """Answer each request in four pieces, each in a turn of its own."""
    while True:
        await peer.request()
        for piece in (SLOW[:20], SLOW[20:], b"2\r\nhi\r\n", b"0\r\n\r\n"):
            await peer.send(piece)
            await asyncio.sleep(0.002)


async def large():
    """Make a body that no socket's buffer holds at once."""
    for _ in range(8):
        yield b"x" * 2**20


async def on_a_new_connection(transport, server, _other):
    await exchange(transport, server.url, content=b"abc")


async def after_waiting_for_a_slot(transport, server, _other):
    async with asyncio.TaskGroup() as group:
        group.create_task(exchange(transport, server.url, content=b"first"))
        await asyncio.sleep(0)
        await exchange(transport, server.url, content=b"second")


async def on_a_used_connection(transport, server, _other):
    await exchange(transport, server.url, content=b"abc")
    await exchange(transport, server.url, content=b"abc")


async def in_place_of_another_origin(transport, server, other):
    await exchange(transport, other.url, content=b"abc")
    await exchange(transport, server.url, content=b"abc")


async def with_a_large_body(transport, server, _other):
    await exchange(transport, server.url, content=large())


SCENARIOS = [
    on_a_new_connection,
    after_waiting_for_a_slot,
    on_a_used_connection,
    in_place_of_another_origin,
    with_a_large_body,
]


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_cancelled_at_every_suspension(make_transport, scenario, late):
    """After a cancel at the n-th suspension, for every n, the one slot is free and works."""
    async with raw_server(drip) as server, raw_server(drip) as other:
        for n in range(1, 1000):
            async with make_transport(max_connections=1) as transport:
                stepped = Stepped(scenario(transport, server, other), n, late)
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.create_task(_coroutine(stepped))
                assert transport._pool.in_use == 0
                assert set(transport._pool.idle) == {
                    connection for connection in transport._pool._open if not connection.closed
                }

                response = await asyncio.wait_for(exchange(transport, server.url), 5)

                assert response.content == b"hi"
            if stepped.suspensions < n:
                break
        assert n > 3


async def _coroutine(stepped):
    return await stepped.run()


async def test_a_cancelled_exchange_closes_its_connection(transport):
    """The answer to a cancelled request is never read by another one."""

    async def script(peer):
        await peer.request()
        if peer.server.accepted > 1:
            await peer.send(OK)
        await peer.gone()

    async with raw_server(script) as server:
        task = asyncio.create_task(exchange(transport, server.url))
        await until(lambda: server.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert not transport._pool.idle
        assert (await exchange(transport, server.url)).content == b"hi"


async def test_a_body_not_read_to_its_end_closes_its_connection(transport):
    """Leaving a response early costs the connection, not the slot."""
    async with raw_server(drip) as server:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        async for _ in response.aiter_raw():
            break
        await response.aclose()

        assert (transport._pool.in_use, len(transport._pool.idle)) == (0, 0)


@pytest.mark.slow
async def test_ten_thousand_random_cancels(make_transport):
    """After 10 000 cancels at random moments no slot is lost and 20 calls pass at once."""
    moments = random.Random(1)

    async def victim(transport, url):
        task = asyncio.create_task(exchange(transport, url, content=b"abc"))
        for _ in range(moments.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async with raw_server(answering(OK)) as server:
        async with make_transport(max_connections=10) as transport:
            for _ in range(100):
                await asyncio.gather(*(victim(transport, server.url) for _ in range(100)))

            assert transport._pool.in_use == 0
            async with asyncio.timeout(5):
                responses = await asyncio.gather(
                    *(exchange(transport, server.url) for _ in range(20))
                )

        assert [response.content for response in responses] == [b"hi"] * 20
        await until(lambda: not transport._pool._open)
