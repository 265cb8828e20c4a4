"""The transport works on every event loop people run, and asks for what it lacks."""

import asyncio
import ssl
import subprocess
import sys

import httpx
import pytest
import trustme
import uvloop
from raw_server import OK, answering, exchange, raw_server


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("tls", [False, True])
def test_exchanges_share_a_connection(make_transport, new_loop, tls):
    """asyncio's own loop and uvloop, plain and TLS, keep a connection alive and close it."""
    authority = trustme.CA()
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(trusting)

    async def main():
        async with (
            raw_server(answering(OK), context if tls else None) as server,
            make_transport(ssl_context=trusting) as transport,
        ):
            for _ in range(3):
                response = await exchange(transport, server.url, content=b"x" * 300_000)
                assert response.content == b"hi"
            assert (server.accepted, len(transport._pool.idle)) == (1, 1)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_body_larger_than_memory_should_hold_is_paused(make_transport, new_loop):
    """Pausing, resuming and leaving early work on both loops."""
    sent = 0

    async def script(peer):
        nonlocal sent
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        for _ in range(1600):
            await peer.send(b"x" * 65536)
            sent += 65536

    async def main():
        async with raw_server(script) as server, make_transport() as transport:
            response = await transport.handle_async_request(httpx.Request("GET", server.url))
            await asyncio.sleep(0.2)
            assert sent < 16 * 2**20
            async for _ in response.aiter_raw():
                break
            await response.aclose()
            assert transport._pool.in_use == 0

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())


def test_a_missing_httptools_says_what_to_install():
    """The error names the extra."""
    code = (
        "import sys; sys.modules['httptools'] = None\n"
        "from gosms_async.core.transport import AsyncioTransport\n"
        "AsyncioTransport()\n"
        "AsyncioTransport(parser='httptools')"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "ImportError: httptools is missing: pip install 'gosms-async[fast]'" in done.stderr
