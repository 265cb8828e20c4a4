"""Fixtures around the emulator for pytest; nothing is imported until one is used."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from gosms_async import AsyncGoSMS
    from gosms_async.emulator import Emulator


def pytest_runtest_setup() -> None:
    """Let `@respx.mock` see the client's requests, as soon as a test module imports both."""
    if {"respx", "gosms_async"} <= sys.modules.keys():
        from gosms_async.respx import intercept_with_respx  # noqa: PLC0415 - not before it is used

        intercept_with_respx()


def _async_fixture() -> Callable[..., Any]:
    """Return pytest-asyncio's decorator; without it anyio's plugin runs plain async fixtures."""
    if importlib.util.find_spec("pytest_asyncio") is None:
        return pytest.fixture
    import pytest_asyncio  # noqa: PLC0415 - it is a plugin that pytest has already loaded

    return pytest_asyncio.fixture


@pytest.fixture
def gosms_emulator_options() -> dict[str, Any]:
    """
    The arguments of `Emulator` in your tests: override this fixture to change them.

    Time stands still until `emulator.clock.advance(...)`, and nobody counts requests.
    """
    return {"clock": "manual", "window": None}


@pytest.fixture
def gosms_emulator(gosms_emulator_options: dict[str, Any]) -> Emulator:
    """A fresh GoSMS account in memory; use `emulator.app` in process, no socket is opened."""
    from gosms_async.emulator import Emulator  # noqa: PLC0415 - not before it is used

    return Emulator(**gosms_emulator_options)


@_async_fixture()
async def gosms_client(gosms_emulator: Emulator) -> AsyncIterator[AsyncGoSMS]:
    """An `AsyncGoSMS` that sends to `gosms_emulator`, in process."""
    from gosms_async import AsyncGoSMS  # noqa: PLC0415 - not before it is used

    async with AsyncGoSMS("test", transport=gosms_emulator.transport) as client:
        yield client


@pytest.fixture
def gosms_emulator_url(gosms_emulator: Emulator) -> Iterator[str]:
    """The base address of `gosms_emulator` on a real port, for `GOSMS_BASE_URL` or another process.

    It is served from a thread of its own, so tests that are not async may use it too.
    """
    with _in_a_thread(gosms_emulator):
        yield gosms_emulator.base_url


@contextlib.contextmanager
def _in_a_thread(emulator: Emulator) -> Iterator[None]:
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        async with emulator:
            stopped = asyncio.Event()
            started.append((asyncio.get_running_loop(), stopped))
            ready.set()
            await stopped.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="gosms-emulator")
    thread.start()
    ready.wait()
    try:
        if not started:
            raise RuntimeError("the emulator could not be started")
        yield
    finally:
        for loop, stopped in started:
            loop.call_soon_threadsafe(stopped.set)
        thread.join()
