"""Another project's tests use the fixtures."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib.metadata import entry_points

import httpx
import pytest
import respx

from gosms_async import pytest_plugin
from gosms_async.emulator import Emulator

INSTALLED = any(
    point.value == "gosms_async.pytest_plugin" for point in entry_points(group="pytest11")
)
# Named here as well, since this source tree may not be installed as a plugin.
gosms_emulator_options = pytest_plugin.gosms_emulator_options
gosms_emulator = pytest_plugin.gosms_emulator
gosms_emulator_url = pytest_plugin.gosms_emulator_url
gosms_client = pytest_plugin.gosms_client

TESTS = """
import json
import sys
import urllib.request

import pytest


def test_nothing_is_imported_yet():
    assert not {"starlette", "uvicorn", "jinja2"} & sys.modules.keys()


async def test_a_code_is_sent(gosms_client, gosms_emulator):
    await gosms_client.send("79161234567", "Ваш код 482064")

    message = await gosms_emulator.wait_for(to="79161234567")
    assert message.code == "482064"


async def test_the_next_one_starts_empty(gosms_emulator):
    assert gosms_emulator.messages() == []


def test_a_port_serves_who_is_not_async(gosms_emulator_url, gosms_emulator):
    request = urllib.request.Request(
        gosms_emulator_url + "/sms/send",
        json.dumps({"phone_number": "79161234567", "message": "hi"}).encode(),
        {"authorization": "Bearer dev"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    gosms_emulator.assert_sent(1)


class TestOptions:
    @pytest.fixture
    def gosms_emulator_options(self):
        return {"clock": "x20"}

    def test_are_overridden(self, gosms_emulator):
        assert gosms_emulator.clock.speed == 20


class TestNoSuchAddress:
    @pytest.fixture
    def gosms_emulator_options(self):
        return {"host": "192.0.2.1"}

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_is_an_error_and_no_hang(self, gosms_emulator_url):
        pass
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Run the tests of another project, and return what pytest says of each."""
    project = tmp_path_factory.mktemp("shop")
    (project / "test_shop.py").write_text(TESTS, "utf-8")
    (project / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", "utf-8")
    # Installed, the plugin is found by itself; in a source tree it has to be named.
    named = () if INSTALLED else ("-p", "gosms_async.pytest_plugin")
    command = [sys.executable, "-m", "pytest", "-rA", *named]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return result.stdout


@pytest.mark.parametrize(
    "name",
    [
        "test_nothing_is_imported_yet",
        "test_a_code_is_sent",
        "test_the_next_one_starts_empty",
        "test_a_port_serves_who_is_not_async",
        "TestOptions::test_are_overridden",
    ],
)
def test_the_fixtures_serve_another_project(report, name):
    assert f"PASSED test_shop.py::{name}" in report, report


def test_a_port_that_cannot_be_had_is_an_error_and_no_hang(report):
    assert "ERROR test_shop.py::TestNoSuchAddress::test_is_an_error_and_no_hang" in report
    assert "the emulator could not be started" in report


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_thread_of_such_a_port_ends_at_once():
    with (
        pytest.raises(RuntimeError, match="could not be started"),
        pytest_plugin._in_a_thread(Emulator(host="192.0.2.1")),
    ):
        pass

    assert "gosms-emulator" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize("missing", [None, "respx", "gosms_async"])
def test_requests_are_shown_to_respx_where_both_are_used(monkeypatch, missing):
    shown = []
    monkeypatch.setattr("gosms_async.respx.intercept_with_respx", lambda: shown.append(True))
    monkeypatch.setitem(sys.modules, "respx", respx)
    if missing:
        monkeypatch.delitem(sys.modules, missing)

    pytest_plugin.pytest_runtest_setup()

    assert bool(shown) is (missing is None)


async def test_the_client_sends_in_process(gosms_client, gosms_emulator):
    sent = await gosms_client.send("79161234567", "hi")

    assert gosms_emulator.assert_sent(1)[0].id == sent.id


def test_a_thread_serves_a_real_port(gosms_emulator_url, gosms_emulator):
    fields = {"phone_number": "79161234567", "message": "hi"}
    headers = {"authorization": "Bearer dev"}
    answer = httpx.post(f"{gosms_emulator_url}/sms/send", json=fields, headers=headers)

    assert answer.json() == {"id": gosms_emulator.assert_sent(1)[0].id}


def test_without_pytest_asyncio_another_plugin_runs_the_client(monkeypatch):
    monkeypatch.setattr(pytest_plugin.importlib.util, "find_spec", lambda _: None)

    assert pytest_plugin._async_fixture() is pytest.fixture
