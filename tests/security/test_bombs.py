"""An answer that swells or never ends costs a few megabytes and one error."""

import asyncio
import gzip
import io
import sys
from pathlib import Path

import pytest
from raw_server import raw_server

from gosms_async import AsyncGoSMS, RetryPolicy, UnreadableResponseError

ALLOWED = 8 * 2**20  #: bytes of growth
SMALL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BOMB = Path(__file__).with_name("bomb.py")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def gzip_bomb():
    """Return 512 MiB of blanks, compressed to half a megabyte."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6) as file:
        for _ in range(512):
            file.write(b" " * 2**20)
    return packed.getvalue()


async def growth(url, transport, verb):
    """Return what the child's call ended in and the bytes it grew by."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(BOMB), url, transport, verb, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    name, grown = said.split()
    return name.decode(), int(grown)


def serving(answer, endless=False):
    """Return a script that gives three small answers, then *answer*."""

    async def script(peer):
        while True:
            await peer.request()
            if len(peer.server.requests) <= 3:
                await peer.send(SMALL)
                continue
            await peer.send(answer)
            for _ in range(400 * endless):
                await peer.send(b" " * 2**20)

    return script


@pytest.mark.parametrize("transport", ["httpx", "h11", "httptools"])
async def test_a_gzip_bomb_is_not_unpacked(transport, gzip_bomb):
    """512 MiB in half a megabyte: none was asked for, so none is unpacked."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    async with raw_server(serving(head % len(gzip_bomb) + gzip_bomb)) as server:
        name, grown = await growth(f"{server.url}v1", transport, "get")

    assert name == "UnreadableResponseError"
    assert grown <= ALLOWED


LENGTH, NO_LENGTH = b"Content-Length: 419430400", b"X-No: length"


@pytest.mark.parametrize(
    ("transport", "verb", "framing"),
    [
        ("httpx", "get", LENGTH),
        ("h11", "get", LENGTH),
        ("httptools", "get", NO_LENGTH),
        ("h11", "list", NO_LENGTH),
    ],
)
async def test_a_body_of_400_mib_is_cut_off(transport, verb, framing):
    """It is read to the limit of the endpoint, at most 8 MiB, and no further."""
    head = b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % framing
    async with raw_server(serving(head, endless=True)) as server:
        name, grown = await growth(f"{server.url}v1", transport, verb)

    assert name == "UnreadableResponseError"
    assert grown <= ALLOWED if verb == "get" else grown <= 3 * ALLOWED


async def test_no_compression_is_asked_for():
    """What a server compresses all the same is then not JSON."""
    async with (
        raw_server(serving(SMALL)) as server,
        AsyncGoSMS("small", base_url=f"{server.url}v1", retry=RetryPolicy(attempts=1)) as gosms,
    ):
        with pytest.raises(UnreadableResponseError):
            await gosms.list()

    assert all(b"Accept-Encoding: identity" in request for request in server.requests)
