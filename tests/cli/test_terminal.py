"""What a person at a terminal sees, and how a run ends that does not end well."""

import asyncio
import re
import sys

import pytest

from gosms_async import PermissionDeniedError
from gosms_async.cli import emulator, main, outcome, progress, show, tree
from gosms_async.cli import run as running
from gosms_async.cli.recipients import read_recipients

PHONE = "79161234567"


@pytest.fixture
def at_a_terminal(monkeypatch, settings):
    """Let both outputs of a run pass for a terminal of 80 columns."""
    settings.setenv("COLUMNS", "80")
    settings.setenv("TERM", "xterm")

    def at_a_terminal(run, *words):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        return run(*words)

    return at_a_terminal


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def test_a_list_is_a_table_with_a_head(account, gosms, at_a_terminal):
    gosms("send", PHONE, "hi\x1b[2J")

    head, row = at_a_terminal(gosms, "messages", "list").out.splitlines()

    assert plain(head).split() == ["id", "created", "status", "to", "text"]
    assert "hi [2J" in plain(row)
    assert "\x1b[2J" not in row


def test_long_values_are_folded_under_each_other(gosms, at_a_terminal):
    lines = at_a_terminal(gosms, "explain", "1006").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert any(line.startswith("         ") for line in lines)


def test_an_error_is_folded_between_words(gosms, at_a_terminal):
    lines = plain(at_a_terminal(gosms, "sned").err).splitlines()

    assert lines[0].startswith("gosms: ")
    assert max(map(len, lines)) <= 80


def test_further_lines_of_an_error_pass_for_no_other(capsys):
    show.complain("one\ngosms: two\x1b[2J\r\n  three")

    assert capsys.readouterr().err == "gosms: one\n  gosms: two [2J\n  three\n"


def test_where_things_are_is_said_in_style(account, gosms, at_a_terminal):
    assert "\x1b[" in at_a_terminal(gosms, "whoami").err


def test_no_color_is_kept_to(account, gosms, at_a_terminal, settings):
    settings.setenv("NO_COLOR", "1")

    assert "\x1b[3" not in at_a_terminal(gosms, "whoami").err


def test_a_bar_shows_count_and_rate(capsys, at_a_terminal):
    with at_a_terminal(progress.Meter, "job", 2) as meter:
        meter.step()
        meter._bar.refresh()

    assert "1/2" in plain(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("raised", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, "gosms: interrupted\n"),
        (
            RuntimeError("secret"),
            1,
            "gosms: a fault of this program, please report it: RuntimeError at",
        ),
    ],
)
def test_what_breaks_ends_in_one_sentence_without_its_data(
    gosms, monkeypatch, raised, code, sentence
):
    def broken(*_, **__):
        raise raised

    monkeypatch.setattr(running, "app", broken)

    ended = gosms("explain")

    assert (ended.code, ended.err.startswith(sentence), "secret" in ended.err) == (
        code,
        True,
        False,
    )


def test_the_last_word_covers_the_keys_that_a_terminal_shows(gosms, monkeypatch, at_a_terminal):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "app", stopped)

    assert at_a_terminal(gosms, "whoami").err.startswith("\r")


def test_a_reader_that_leaves_ends_the_run_quietly(gosms, monkeypatch, tmp_path):
    def broken(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(running, "app", broken)
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr("sys.stdout", out)

        assert running.run(["explain"]) == 1


@pytest.fixture
def its_own_process(monkeypatch):
    """Leave the garbage collector of this one as it is."""
    monkeypatch.setattr("gc.set_threshold", lambda _: None)
    monkeypatch.setattr("gc.freeze", lambda: None)


@pytest.mark.parametrize("nested", [False, True])
def test_a_missing_extra_is_named_with_its_install_line(
    monkeypatch, capsys, nested, its_own_process
):
    missing = ModuleNotFoundError("no", name="starlette.applications")
    wrapped = ImportError("cannot import the command")
    wrapped.__cause__ = missing

    def run(_):
        raise wrapped if nested else missing

    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(sys, "argv", ["gosms", "demo"])

    assert main() == 1
    assert "pip install 'gosms-async[demo]'" in capsys.readouterr().err


def test_another_missing_module_is_a_fault_and_shown_as_one(monkeypatch, its_own_process):
    def run(_):
        raise ImportError("own", name="gosms_async.typo")

    monkeypatch.setattr(running, "run", run)

    with pytest.raises(ImportError, match="own"):
        main()


def test_a_missing_module_passes_through_the_run(monkeypatch):
    def app(*_, **__):
        raise ImportError("x", name="rich")

    monkeypatch.setattr(running, "app", app)

    with pytest.raises(ImportError):
        running.run([])


def test_ctrl_c_is_one_line_even_before_all_is_loaded(monkeypatch, capsys, its_own_process):
    def run(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "run", run)

    assert (main(), capsys.readouterr().err) == (130, "gosms: interrupted\n")


@pytest.mark.parametrize(
    ("end", "code"),
    [(None, 0), (OSError(), 1), (ValueError("clock"), 2)],
)
def test_the_emulator_says_where_it_is_and_why_it_cannot_be(gosms, monkeypatch, end, code):
    async def serve(*, on_ready, **_):
        on_ready(emulator.Emulator(port=8026))
        if end:
            raise end

    pages = []
    monkeypatch.setattr(emulator, "serve", serve)
    monkeypatch.setattr("webbrowser.open", pages.append)

    ended = gosms("emulator", "--open")

    assert (ended.code, "http://127.0.0.1:8026/v1" in ended.err, len(pages)) == (code, True, 1)


@pytest.mark.parametrize(("code", "end"), [(1004, 1), (1005, 4), (9999, 4), (None, 4)])
def test_a_403_means_what_its_code_says(code, end):
    assert outcome.code_of(PermissionDeniedError(status=403, code=code)) == end


def test_an_interrupted_send_says_that_the_sms_may_be_on_its_way(account, gosms, monkeypatch):
    async def send(*_, **__):
        raise asyncio.CancelledError

    monkeypatch.setattr("gosms_async.AsyncGoSMS.send", send)

    ended = gosms("send", PHONE, "hi")

    assert (ended.code, "interrupted; the SMS may be on its way" in ended.err) == (130, True)


def test_a_number_that_cannot_be_read_is_no_phone_number():
    found = read_recipients(["phone", "nobody"])

    assert (found.rows, found.skipped) == ([], ["line 2: 'nobody' is not a phone number"])


def test_every_command_of_the_tree_can_be_loaded():
    assert [tree.app[name].name for name in tree.app if not name.startswith("-")]
