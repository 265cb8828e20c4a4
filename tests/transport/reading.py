"""One response read in memory, by our readers and by httpx's own transport as the oracle."""

import itertools
import ssl

import httpcore
import httpx

from gosms_async.core.transport_h11 import H11Reader
from gosms_async.core.transport_httptools import HttptoolsReader

READERS = {"h11": H11Reader, "httptools": HttptoolsReader}
REFUSED = "refused"
UNUSED = ssl.create_default_context()  # made once: it takes longer than the rest


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Return *data* in pieces, cut at *places*."""
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(ends)]


def seen(headers):
    """Return *headers* without what h11 evens out: the case of names and of a coding."""
    return [
        (name.lower(), value.lower() if name.lower() == b"transfer-encoding" else value)
        for name, value in headers
    ]


def read(parser: str, pieces: list[bytes], method: str = "POST"):
    """Return what our reader makes of *pieces* and an end: a response, or REFUSED."""
    reader = READERS[parser](method, 65536)
    try:
        for piece in pieces:
            reader.feed(piece)
            if reader.complete:
                break
        else:
            reader.feed_eof()
    except httpx.RemoteProtocolError:
        return REFUSED
    assert reader.complete
    return reader.status, seen(reader.headers), reader.take()


async def read_by_httpx(pieces: list[bytes], method: str = "POST"):
    """Return what httpx's own transport makes of them."""
    backend = httpcore.AsyncMockBackend([piece for piece in pieces if piece])
    async with httpx.AsyncHTTPTransport(verify=UNUSED, trust_env=False) as transport:
        transport._pool = httpcore.AsyncConnectionPool(network_backend=backend)
        request = httpx.Request(method, "http://any/", content=b"")
        try:
            response = await transport.handle_async_request(request)
            body = b"".join([piece async for piece in response.stream])
        except httpx.RemoteProtocolError:
            return REFUSED
        return response.status_code, seen(response.headers.raw), body
