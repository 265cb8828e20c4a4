"""Private Redis and PostgreSQL servers on free ports, as fixtures: `pytest_plugins = "servers"`."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest


class ServerMissingError(Exception):
    """A server's program is not installed; CI looks for the word "server-missing"."""


class Server:
    """A server process that can be stopped, frozen, and started again on the same port."""

    def __init__(self, command, ready, *, user=None):
        self.port = _free_port()
        self._command = [str(part).replace("{port}", str(self.port)) for part in command]
        self._ready = [str(part).replace("{port}", str(self.port)) for part in ready]
        self._user = user
        self._process = None

    def start(self, seconds=20):
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(self._command, user=self._user, **silent)
        with contextlib.suppress(PermissionError):  # what other programs do here is no test of ours
            os.setpriority(os.PRIO_PROCESS, self._process.pid, -15)
        deadline = time.monotonic() + seconds
        while subprocess.run(self._ready, check=False, **silent).returncode != 0:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"did not start: {self._command}")
            time.sleep(0.02)

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def revive(self):
        """Undo what a test did to it."""
        self.thaw()
        if self._process.poll() is not None:
            self.start()

    def stop(self):
        if self._process and self._process.poll() is None:
            self.thaw()
            self._process.send_signal(signal.SIGINT)  # PostgreSQL then waits for no client
            self._process.wait(20)

    def _signal(self, number):
        """To the server and the processes that answer for it."""
        pid = self._process.pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except FileNotFoundError:  # it has ended
            return
        for each in [pid, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):  # a child may end at any time
                os.kill(each, number)


@contextlib.contextmanager
def redis():
    """A Redis that keeps nothing on disk."""
    options = ["--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    ping = [_program("redis-cli"), "-p", "{port}", "ping"]
    server = Server([_program("redis-server"), *options], ping)
    server.url = f"redis://127.0.0.1:{server.port}/0"
    with _running(server):
        yield server


@contextlib.contextmanager
def postgres(*settings):
    """A PostgreSQL of its own, which anyone on this machine may enter as "test"."""
    user = _unprivileged()
    program = Path(
        _program("postgres", *Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    ).resolve()
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        data = Path(home, "data")
        make = [program.with_name("initdb"), "-D", data, "-U", "test", "-A", "trust", "-N"]
        subprocess.run(make, user=user, check=True, capture_output=True, cwd=home)
        options = ["-D", data, "-p", "{port}", "-h", "127.0.0.1", "-k", ""]
        options += [part for setting in settings for part in ("-c", setting)]
        ready = [program.with_name("pg_isready"), "-h", "127.0.0.1", "-p", "{port}"]
        server = Server([program, *options], ready, user=user)
        server.url = f"postgresql://test@127.0.0.1:{server.port}/postgres"
        with _running(server):
            yield server


@pytest.fixture(scope="session")
def redis_url():
    """The address of a Redis that the whole session shares; use keys of your own."""
    with _or_skip(redis()) as server:
        yield server.url


@pytest.fixture
def redis_server():
    """A Redis of the test's own."""
    with _or_skip(redis()) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_dsn():
    """The address of a PostgreSQL that the whole session shares; use a schema of your own."""
    with _or_skip(postgres("fsync=off")) as server:
        yield server.url


@pytest.fixture
def postgres_server():
    """A PostgreSQL of the test's own."""
    with _or_skip(postgres("fsync=off")) as server:
        yield server


@contextlib.contextmanager
def _or_skip(server):
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(server)
        except ServerMissingError as error:
            pytest.skip(str(error))
        yield running


@contextlib.contextmanager
def _running(server):
    try:
        server.start()
        yield
    finally:
        server.stop()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _program(name, *places):
    found = shutil.which(name) or next(iter(sorted(places, reverse=True)), None)
    if found is None:
        raise ServerMissingError(f"server-missing: {name} is not installed")
    return found


def _unprivileged():
    """Whom to run a server as that refuses to run as root: None, ourselves, if we are not."""
    if os.getuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
