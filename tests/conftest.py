"""What every test may use: virtual time, an account over respx, and ready ids."""

import asyncio
import os

import httpx
import pytest
import respx
from virtual import VirtualLoop

from gosms_async import AsyncGoSMS

pytest.register_assert_rewrite("servers")  # some import what others name as a plugin
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the tests' many processes compile it all once


def pytest_asyncio_loop_factories(config, item):
    """Tests marked `virtual_time` run on a clock that jumps: no test waits for a timer."""
    if item.get_closest_marker("virtual_time"):
        return {"virtual": VirtualLoop}
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture
def api():
    """GoSMS as a respx router: `api.post("/sms/send").mock(...)`."""
    return respx.MockRouter(base_url="https://api.gosms.ru/v1", assert_all_called=False)


@pytest.fixture
def wire(api):
    """The transport that leads to *api*."""
    return httpx.MockTransport(api.async_handler)


@pytest.fixture
async def gosms(wire):
    """A client of *api* that raises at once when an outcome is unknown."""
    async with AsyncGoSMS("token", transport=wire, on_unknown="raise") as client:
        yield client
