"""A call that starts long after it got its permit counts from its start."""

import asyncio

import httpx
import pytest
from raw_server import raw_server
from verbs import PHONE, SEND, TOKEN

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.core.limits_line import LocalBook

LIMIT = RateLimit(10)


class Noting(httpx.AsyncBaseTransport):
    """Notes when requests come to it."""

    def __init__(self):
        self.starts = []

    async def handle_async_request(self, _):
        self.starts.append(asyncio.get_running_loop().time())
        return SEND.good()


def most_in_a_second(starts):
    return max(sum(first <= start < first + 1 for start in starts) for first in starts)


@pytest.mark.virtual_time
@pytest.mark.parametrize("blocked", [0.03, 0.3, 0.9, 1.05, 7.0])
async def test_a_loop_that_is_blocked_between_permit_and_start_does_not_burst(blocked):
    """Ten had their permits when the program kept the loop busy; they and the next are twenty."""
    noting = Noting()
    async with AsyncGoSMS(TOKEN, transport=noting, rate_limit=LIMIT) as gosms:
        sends = [asyncio.ensure_future(gosms.send(PHONE, f"{n}")) for n in range(30)]
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().lag, blocked)

        await asyncio.gather(*sends)

    assert noting.starts[0] == 1000 + blocked
    assert most_in_a_second(noting.starts) <= 10


async def test_a_call_counts_from_the_moment_its_connection_is_there(monkeypatch):
    """Over sockets: what is told late is the request's first byte, not the connection's."""
    late = []

    async def answer(peer):
        while await peer.request():
            await peer.send(
                b'HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{"id":"' + b"6" * 24 + b'"}'
            )

    async with (
        raw_server(answer) as server,
        AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", rate_limit=LIMIT) as gosms,
    ):
        connect = asyncio.get_running_loop().create_connection

        async def slow(*args, **kwargs):
            await asyncio.sleep(0.2)
            return await connect(*args, **kwargs)

        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", slow)
        monkeypatch.setattr(LocalBook, "note_late", lambda _, now: late.append(now))
        await gosms.send(PHONE, "cold")
        await gosms.send(PHONE, "warm")

    assert len(late) == 1
