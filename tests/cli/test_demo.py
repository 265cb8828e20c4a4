"""`gosms demo` sends eighty SMS through faults, and each comes once."""

import asyncio
import re
import socket

import pytest

from gosms_async.cli import demo, progress
from gosms_async.emulator import Emulator

EXPECTED = {"accepted": 80, "recovered": 2, "failed": 0} | dict.fromkeys(["stored", "distinct"], 80)


@pytest.fixture
def port():
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_all_arrive_once_though_two_answers_are_lost(gosms):
    ended = gosms("demo", "--fast", "--json", "--port", "0")

    assert (ended.code, ended.records) == (0, [EXPECTED | {"duplicates": 0}])


def test_a_person_reads_the_same(gosms):
    ended = gosms("demo", "--fast", "--port", "0")

    assert ended.out == (
        "✓ 80 accepted, 2 of them recovered after a lost answer\n"
        "  stored 80, distinct 80, duplicates 0\n"
    )
    assert re.search(r"recipients +80 ok, 2 skipped\n +line 41: .* 7\n +line 82: '123'", ended.err)


def test_all_its_faults_strike(gosms, monkeypatch):
    seen = []
    monkeypatch.setattr(demo, "show", lambda *_, **__: None)
    arm = demo.arm
    monkeypatch.setattr(demo, "arm", lambda e, *rest: (seen.append(e), arm(e, *rest)))

    gosms("demo", "--fast", "--port", "0")

    struck = sorted(fault for request in seen[0].requests for fault in request.faults)
    assert struck == ["429_storm"] * 2 + ["500_after", "drop_after"]


def test_what_does_not_arrive_is_told(gosms, monkeypatch):
    monkeypatch.setattr(demo, "_FAULTS", {"refusals": {"bad_token": (3, 5)}})

    ended = gosms("demo", "--fast", "--port", "0")

    assert (ended.code, ended.out.startswith("✗ 78 accepted"), "2 × " in ended.err) == (
        3,
        True,
        True,
    )


def test_a_port_that_was_asked_for_and_is_taken_is_told(gosms, port):
    ended = gosms("demo", "--port", str(port))

    assert (ended.code, "--port" in ended.err) == (1, True)


def test_where_the_usual_port_is_taken_another_does(gosms, port, monkeypatch):
    monkeypatch.setattr(demo, "PORT", port)

    ended = gosms("demo", "--fast", "--json")

    assert (ended.code, f":{port}" in ended.err) == (0, False)


@pytest.mark.parametrize(("words", "opened"), [(("--keep",), 0), (("--open",), 1)])
def test_the_page_stays_when_wanted(gosms, monkeypatch, words, opened):
    pages, stays = [], []
    monkeypatch.setattr("webbrowser.open", pages.append)

    async def stay(emulator):
        stays.append(emulator.url)

    monkeypatch.setattr(demo, "stay", stay)

    ended = gosms("demo", "--fast", "--json", "--port", "0", *words)

    assert (ended.code, len(stays), len(pages)) == (0, 1, opened)


async def test_ctrl_c_ends_the_stay_and_is_no_failure():
    """The first Ctrl-C cancels the main task."""
    staying = asyncio.ensure_future(demo.stay(Emulator()))
    await asyncio.sleep(0)

    staying.cancel()

    assert await staying is None


def test_where_there_is_no_terminal_a_line_tells_the_progress(capsys, monkeypatch):
    seconds = iter([0.0, 1.0, 6.0, 6.1])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))

    with progress.Meter("job", 3) as meter:
        for _ in range(3):
            meter.step()

    assert capsys.readouterr().err == "job 2/3  0.3/s\n"
