"""The transports every test of this folder runs over."""

import functools

import httpx
import pytest

from gosms_async.core.transport import AsyncioTransport

OWN = ["h11", "httptools"]


@pytest.fixture(params=OWN)
def make_transport(request):
    """Make a transport of ours, over either parser."""
    return functools.partial(AsyncioTransport, parser=request.param)


@pytest.fixture
async def transport(make_transport):
    """Give a transport of ours that has lost no slot when the test ends."""
    async with make_transport() as transport:
        yield transport
        assert transport._pool.in_use == 0


@pytest.fixture(params=[*OWN, "httpx"])
async def any_transport(request):
    """Give a transport of ours or, as the oracle, httpx's own."""
    if request.param == "httpx":
        made = httpx.AsyncHTTPTransport(trust_env=False)
    else:
        made = AsyncioTransport(parser=request.param)
    async with made as transport:
        yield transport
