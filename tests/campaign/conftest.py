"""A journal of the test's own, an emulated account, and workers in a hurry."""

import functools

import attrs
import pytest

from gosms_async import AsyncGoSMS, RateLimit, _search
from gosms_async.campaign import Campaign, Journal, Settings, Worker, campaign, delivery, settings
from gosms_async.emulator import Emulator

HURRIED = Settings(
    looks=(0.05, 0.2, 0.5),
    settle_failed=0.3,
    settle_lost=0.2,
    send_timeout=1.5,
    patience=0.8,
    poll=0.05,
    doubts_every=0.2,
    rescue_every=0.2,
    wait_least=0.05,
    wait_most=0.2,
    pause_poll=0.05,
    track_every=0,
)


@pytest.fixture(autouse=True)
def _hurried_looks(monkeypatch):
    """What is no setting, because nobody needs it shorter than the API's limit allows."""
    monkeypatch.setattr(_search, "_LATER_LOOKS", 0.5)
    monkeypatch.setattr(settings, "_LATER_LOOK", 2.0)
    monkeypatch.setattr(campaign, "_POLL", 0.05)
    monkeypatch.setattr(delivery, "_TWINS_POLL", 0.05)


@pytest.fixture
async def emulator():
    async with Emulator(window=None) as served:
        yield served


@pytest.fixture
async def journal(tmp_path):
    async with Journal(tmp_path / "data" / "campaigns.db") as opened:
        yield opened


@pytest.fixture(name="campaign")
def spring(journal):
    return Campaign("spring", journal)


@pytest.fixture
def worker(journal, emulator):
    """Make a worker of the emulated account; keywords change its settings."""

    def make(**changes):
        return Worker(
            journal,
            functools.partial(AsyncGoSMS, "dev", base_url=emulator.base_url),
            settings=attrs.evolve(HURRIED, **changes),
            rate_limit=RateLimit(10_000, margin=0),
        )

    return make


@pytest.fixture
def hurried():
    """Settings of a worker in a hurry."""
    return HURRIED


@pytest.fixture
def people():
    """Make recipients with names."""
    return lambda count: [{"phone": f"8916{n:07d}", "name": f"N{n}"} for n in range(count)]
