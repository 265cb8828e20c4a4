"""A send whose connection never came about is known not to have left, over real sockets."""

import asyncio
import contextlib
import pickle
import socket

import httpx
import pytest
from raw_server import raw_server
from verbs import PHONE, TOKEN

from gosms_async import AsyncGoSMS, OutcomeUnknownError, RetryPolicy, TransportError

MODES = pytest.mark.parametrize("mode", ["verify", "raise", "resend"])


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Connecting may take longer than the call: what is tested is the call's own deadline."""
    monkeypatch.setattr("gosms_async.core.session._CONNECT_SHARE", 100.0)


def client(url, mode, **settings):
    once = RetryPolicy(attempts=1)
    return AsyncGoSMS(TOKEN, base_url=url, timeout=0.3, on_unknown=mode, retry=once, **settings)


@contextlib.contextmanager
def full_listener():
    """Open a port whose queue of connections is full: a further SYN gets no answer."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


async def error_of(gosms):
    with pytest.raises((TransportError, OutcomeUnknownError)) as caught:
        await gosms.send(PHONE, "hi")
    return caught.value


@MODES
async def test_a_full_queue_of_connections(mode):
    with full_listener() as url:
        async with client(url, mode) as gosms:
            error = await error_of(gosms)

    assert (str(error), error.may_have_been_sent) == ("it never left: 0.3 s are over", False)
    assert not pickle.loads(pickle.dumps(error)).may_have_been_sent


@MODES
async def test_a_handshake_that_never_ends(mode):
    """The server takes the connection and says nothing; no byte of a request comes to it."""
    heard = bytearray()

    async def mute(peer):
        while data := await peer.reader.read(65536):
            heard.extend(data)

    async with raw_server(mute) as server:
        url = f"https://127.0.0.1:{server.port}/v1"
        async with client(url, mode) as gosms:
            error = await error_of(gosms)
            await asyncio.sleep(0.1)
            assert gosms._session._dispatcher.in_flight == set()

    assert str(error) == "it never left: 0.3 s are over"
    assert heard
    assert TOKEN.encode() not in heard


async def test_closing_while_connecting():
    with full_listener() as url:
        async with client(url, "verify") as gosms:
            sending = asyncio.ensure_future(error_of(gosms))
            await asyncio.sleep(0.05)
            await gosms.aclose(grace=0)

            assert str(await sending) == "it never left: the client was closed"


@MODES
async def test_a_request_that_was_written_stays_in_doubt(mode):
    async with (
        raw_server(lambda peer: peer.gone()) as server,
        client(f"{server.url}v1", mode) as gosms,
    ):
        error = await error_of(gosms)

    assert isinstance(error, OutcomeUnknownError)


async def test_a_transport_that_does_not_tell_leaves_a_doubt():
    with full_listener() as url:
        async with client(url, "verify", transport=httpx.AsyncHTTPTransport()) as gosms:
            assert isinstance(await error_of(gosms), OutcomeUnknownError)
