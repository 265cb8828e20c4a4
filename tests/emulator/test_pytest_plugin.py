"""Another project's tests use the fixtures."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

INSTALLED = any(
    point.value == "gosms_async.pytest_plugin" for point in entry_points(group="pytest11")
)
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
