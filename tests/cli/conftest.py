"""The `gosms` command in this process and as it is installed, and an emulator on a socket."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from gosms_async.cli.run import run
from gosms_async.emulator import Emulator

GOSMS = Path(sys.executable).with_name("gosms")
TOKEN = "a-token-that-nobody-may-see"
PHONE = "79161234567"


class Ended(NamedTuple):
    """What a run of the command left."""

    code: int
    out: str
    err: str

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Served:
    """An emulator in a thread and loop of its own; `do` is how others may touch it."""

    def __init__(self):
        self.emulator = Emulator(window=None, clock="x60")
        self._up, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self):
        self._stop = asyncio.Event()
        async with self.emulator:
            self._up.set()
            await self._stop.wait()

    def do(self, act):
        async def acting():
            return act(self.emulator)

        return asyncio.run_coroutine_threadsafe(acting(), self._loop).result(30)

    def __enter__(self):
        self._thread.start()
        self._up.wait(30)
        return self

    def __exit__(self, *_):
        self.do(lambda _: self._stop.set())
        self._thread.join(30)
        self._loop.close()


@pytest.fixture
def served():
    with Served() as served:
        yield served


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory):
    """Where commands keep what Python has compiled: without it each start compiles all anew."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(autouse=True)
def settings(monkeypatch, tmp_path, bytecode):
    """No setting of the machine reaches a test."""
    if sys.dont_write_bytecode:
        monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(bytecode))
    for name in [name for name in os.environ if name.startswith("GOSMS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return monkeypatch


@pytest.fixture
def account(served, settings):
    """The environment of a user whose account is the emulator."""
    settings.setenv("GOSMS_TOKEN", TOKEN)
    settings.setenv("GOSMS_BASE_URL", served.emulator.base_url)
    return served


@pytest.fixture
def gosms(capsys):
    """Run the command in this process."""

    def gosms(*words):
        code = run(words)
        return Ended(int(code), *capsys.readouterr())

    return gosms


@pytest.fixture
def sent(account, gosms):
    """The id of an SMS that was sent."""
    return gosms("send", PHONE, "hi").out.strip()


@pytest.fixture
def installed():
    """Run the command as it is installed."""

    def installed(*words, stdin="", **options):
        ended = subprocess.run(
            [GOSMS, *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return installed
