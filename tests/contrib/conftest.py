"""Stand-ins of the other APIs, reached in process."""

import httpx
import pytest
from fake_apis.sinch import FakeSinch
from fake_apis.yandex_market import FakeYandexMarket

from gosms_async.contrib.sinch import AsyncSinch
from gosms_async.contrib.yandex_market import AsyncYandexMarket


@pytest.fixture
def plan():
    """A Sinch service plan."""
    return FakeSinch()


@pytest.fixture
async def sinch(plan):
    async with AsyncSinch("plan", "token", transport=httpx.ASGITransport(plan.app)) as client:
        yield client


@pytest.fixture
def shop():
    """The chats of a shop on Yandex Market."""
    return FakeYandexMarket()


@pytest.fixture
async def market(shop):
    async with AsyncYandexMarket("key", transport=httpx.ASGITransport(shop.app)) as client:
        yield client
