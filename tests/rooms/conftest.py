"""What the tests of the rooms share: a listener, and a webhook's receiver on a real socket."""

import contextlib

import httpx
import pytest
from listening import Recorder

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.core.hooks import add_listener, remove_listener
from gosms_async.emulator import Emulator
from gosms_async.emulator.server import serving
from gosms_async.webhooks import Receiver, Router

SECRET = "s" * 32


@pytest.fixture
def heard():
    """What listeners are told during the test."""
    listener = Recorder()
    add_listener(listener)
    yield listener
    remove_listener(listener)


@pytest.fixture
def router():
    return Router()


@pytest.fixture
def router_told(router):
    """The statuses that a router was told, in order."""
    told = []

    @router.on()
    async def keep(message):
        told.append(message.status)

    return told


@pytest.fixture
async def receiver(gosms, router):
    """A receiver of *api*, called to its face."""
    async with Receiver(gosms, router, secret=SECRET) as receiver:
        yield receiver


class Served:
    """An account and a receiver, each behind a socket of its own."""

    def __init__(self, emulator, gosms, receiver, http):
        self.emulator = emulator
        self.gosms = gosms
        self.receiver = receiver
        self._http = http

    def listen(self):
        """Let the account call the receiver."""
        self.emulator.webhooks.add(f"{self._http.base_url}gosms/{SECRET}")

    async def request(self, method, secret, **given):
        return await self._http.request(method, f"gosms/{secret}", **given)

    async def post(self, secret, content, **given):
        return await self.request("POST", secret, content=content, **given)

    def looks(self):
        return [request.endpoint for request in self.emulator.requests].count("get")


@contextlib.asynccontextmanager
async def serve(router, budget):
    async with (
        Emulator(clock="manual", window=None) as emulator,
        AsyncGoSMS("dev", base_url=emulator.base_url, rate_limit=RateLimit(10_000)) as gosms,
        Receiver(gosms, router, secret=SECRET, budget=budget) as receiver,
        serving(receiver, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/", trust_env=False) as http,
    ):
        yield Served(emulator, gosms, receiver, http)
        await receiver.aclose(grace=0.1)


@pytest.fixture
async def served(router):
    """With a budget that no test uses up."""
    async with serve(router, RateLimit(10_000)) as served:
        yield served


@pytest.fixture
async def served_slowly(router):
    """With five looks a second."""
    async with serve(router, RateLimit(5)) as served:
        yield served
