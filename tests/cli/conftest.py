"""The `gosms` command in this process and as it is installed, and an emulator on a socket."""

import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import gosms_process
import pytest
from gosms_process import GOSMS, Ended

from gosms_async.cli import run as command
from gosms_async.emulator import Emulator

TOKEN = "a-token-that-nobody-may-see"
PHONE = "79161234567"
TEXT = "{name}, заказ {order} готов"
PATIENCE = ("--timeout", "3", "--settle", "0.5")  # seconds; what is in doubt takes their sum


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

    def stored(self):
        """Count the SMS of each number."""
        return self.do(lambda emulator: Counter(m.phone_number for m in emulator.messages()))

    def wait_for(self, count):
        """Wait until there are *count* SMS."""
        self.wait_until(lambda: self.stored().total() >= count)

    def wait_until(self, true):
        deadline = time.monotonic() + 90  # a machine may be busy
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.02)

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


@pytest.fixture(scope="session", autouse=True)
def ctrl_c():
    """A shell that runs the tests in the background lets them, and their children, ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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
        code = command.run(words)
        return Ended(int(code), *capsys.readouterr())

    return gosms


@pytest.fixture
def sent(account, gosms):
    """The id of an SMS that was sent."""
    ended = gosms("send", PHONE, "hi")
    assert ended.code == 0, ended.err
    return ended.out.strip()


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


@pytest.fixture
def clients(tmp_path, settings, account):
    """A file of 60 clients with a bad and a repeated one, and a journal of its own."""
    account.do(lambda emulator: emulator.clock.set_speed(1.0))  # doubts are settled by the clock
    settings.setenv("GOSMS_DATABASE_URL", str(tmp_path / "data" / "campaigns.db"))
    file = tmp_path / "clients.csv"
    lines = [f"Клиент {n};8 916 {n:07d};{n}" for n in range(60)]
    lines += ["Никто;123;0", "Снова;+79160000001;1"]
    file.write_text("\n".join(["name;phone;order", *lines]), encoding="cp1251")
    return str(file)


@pytest.fixture
def run(gosms, clients):
    """Run the campaign to its end."""
    words = ("campaign", "run", clients, "--template", TEXT, "--rate", "200", *PATIENCE)
    return lambda *more: gosms(*words, *more)


@pytest.fixture
def begin(clients):
    """Begin the command as it is installed; with *words*, another one."""
    with contextlib.ExitStack() as stack:

        def begin(*words):
            words = words or ("run", clients, "--template", TEXT, "--yes", "--rate", "20")
            process = gosms_process.begin("campaign", *words, *PATIENCE, text=False)
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return process

        yield begin


@pytest.fixture
def terminal(monkeypatch):
    """Make stdin a terminal at which somebody types."""

    def terminal(typed):
        stdin = io.StringIO(typed)
        stdin.isatty = lambda: True
        monkeypatch.setattr("sys.stdin", stdin)

    return terminal
