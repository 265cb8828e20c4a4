"""Clients for these tests: by respx, by hand, and over a socket to the emulator."""

import pytest
from verbs import TOKEN

from gosms_async import AsyncGoSMS, RetryPolicy


@pytest.fixture
async def make(wire):
    """Make clients of *api* and close them; `make(on_unknown="resend")`."""
    made = []

    def make_(**settings):
        settings = {"transport": wire, "on_unknown": "raise"} | settings
        made.append(AsyncGoSMS(TOKEN, **settings))
        return made[-1]

    yield make_
    for client in made:
        await client.aclose(grace=0)


@pytest.fixture
def brisk(make):
    """Make a client of *api* that repeats without a pause."""
    return lambda **settings: make(retry=RetryPolicy(backoff=0), **settings)
