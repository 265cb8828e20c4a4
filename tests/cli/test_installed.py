"""The installed `gosms`: what a terminal, a pipe and a script get from each command."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from gosms_process import GOSMS, begin, interrupt

from gosms_async.cli import tree

PHONE = "79161234567"
TOKEN = "a-token-that-nobody-may-see"
NOWHERE = "f" * 24
PHONE_ID = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"  # of the emulator's first phone


@pytest.mark.parametrize(
    ("words", "code", "data"),
    [
        (
            ("send", PHONE, "Ваш код: 482064", "--json"),
            0,
            r'{"id": "[0-9a-f]{24}", "attempts": 1.*}',
        ),
        (("status", NOWHERE), 1, ""),
        (("messages", "list"), 0, ""),
        (("messages", "get", NOWHERE, "--json"), 1, ""),
        (("messages", "delete", NOWHERE), 1, ""),
        (("devices", "get", PHONE_ID, "--json"), 0, r'{"id": "b1277815.*}'),
        (("devices", "disable", PHONE_ID), 0, ""),
        (("devices", "enable", PHONE_ID), 0, ""),
        (("devices", "delete", PHONE_ID), 6, ""),
        (("segments", "привет"), 0, r"parts\t1\nencoding\tUCS-2\n[^я]*"),
        (("explain", "1006"), 0, r"code\t1006\nname\tTARIFF_LIMIT\n[^я]*"),
        (("whoami", "--offline"), 0, r"profile\tdefault\tdefault\n[^я]*"),
        (("config", "path"), 0, r".*config\.toml"),
        (("config", "get"), 0, ""),
        (("config", "init"), 2, ""),
        (("config", "set", "base_url", "https://example.com"), 0, ""),
        (("emulator", "clock", "speed", "1", "--url", "http://127.0.0.1:9"), 1, ""),
        (("emulator", "clock", "advance", "1m", "--url", "http://127.0.0.1:9"), 1, ""),
        (("emulator", "heal", "--url", "http://127.0.0.1:9"), 1, ""),
        (("emulator", "wait", "--url", "http://127.0.0.1:9"), 1, ""),
        (("send", PHONE), 2, ""),
        (("--version",), 0, r"\d+\.\d+\.\d+"),
    ],
)
def test_each_command_gives_data_to_stdout_and_its_exit_code(account, installed, words, code, data):
    ended = installed(*words)

    assert (ended.code, re.fullmatch(data, ended.out.strip()) is not None) == (code, True)
    assert TOKEN not in ended.out + ended.err
    assert PHONE not in ended.err
    assert "482064" not in ended.err
    assert "Traceback" not in ended.err


def test_the_demo_works_as_installed(installed):
    ended = installed("demo", "--fast", "--json", "--port", "0")

    assert (ended.code, ended.records[0]["distinct"], ended.records[0]["duplicates"]) == (0, 80, 0)


def commands_of(app, *words):
    """Each command of the tree, by the words that call it."""
    yield words
    for name in app:
        if not name.startswith("-"):
            yield from commands_of(app[name], *words, name)


@pytest.mark.parametrize("words", list(commands_of(tree.app)))
def test_each_help_page_fits_into_80_columns(gosms, settings, words):
    settings.setenv("COLUMNS", "80")

    ended = gosms(*words, "--help")

    assert (ended.code, ended.out.startswith("Usage: gosms")) == (0, True)
    assert [line for line in ended.out.splitlines() if len(line.rstrip()) > 80] == []
    assert "Parameters" not in ended.out


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_takes_its_completion(installed, tmp_path, shell):
    script = tmp_path / "script"
    script.write_text(installed("completion", shell).out, encoding="utf-8")

    if which := shutil.which(shell):
        subprocess.run([which, "-n", script], check=True)
    assert "reconcile" in script.read_text(encoding="utf-8")


def test_bash_completes_a_word(installed, tmp_path):
    script = tmp_path / "script"
    script.write_text(installed("completion", "bash").out, encoding="utf-8")
    words = "COMP_WORDS=(gosms campaign re); COMP_CWORD=2; _gosms; echo ${COMPREPLY[@]}"

    ended = subprocess.run(
        ["bash", "-c", f"source {script}; {words}"], capture_output=True, text=True, check=True
    )

    assert set(ended.stdout.split()) == {"reconcile", "report", "retry"}


def test_what_is_not_installed_is_not_completed(installed, tmp_path):
    """Without the extra `campaign` its commands are left out."""
    hidden = tmp_path / "dbos.py"
    hidden.write_text("raise ModuleNotFoundError('no', name='dbos')")

    ended = installed("completion", "bash", env=os.environ | {"PYTHONPATH": str(tmp_path)})

    assert (ended.code, "reconcile" in ended.out, "segments" in ended.out) == (0, False, True)


@pytest.mark.parametrize(
    ("command", "ready", "code"),
    [
        ("emulator", "base_url", 0),
        ("demo --json", "takes about", 130),
        ("demo --fast --keep", "stays", 0),
    ],
)
def test_ctrl_c_ends_what_runs(command, ready, code):
    """Quietly, and with the exit code that shells expect of it where work was cut short."""
    process = begin(*command.split(), "--port", "0")
    while ready not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.3)  # another process: it must have come to its work

    ended = interrupt(process)

    assert (ended.code, "Traceback" in ended.err) == (code, False)


def test_a_reader_that_leaves_ends_it_quietly():
    ended = subprocess.run(
        [
            "bash",
            "-c",
            f"{GOSMS} explain | head -1; echo ${{PIPESTATUS[0]}}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (ended.stdout.count("\n"), ended.stderr) == (2, "")


@pytest.mark.parametrize(
    ("package", "words", "extra"),
    [
        ("cyclopts", ("--help",), "cli"),
        ("rich", ("--help",), "cli"),
        ("starlette", ("demo",), "demo"),
        ("dbos", ("campaign", "--help"), "campaign"),
    ],
)
def test_a_missing_extra_says_how_to_install_it(package, words, extra):
    """The package is hidden, as if its extra had never been installed."""
    hide = f"import sys; sys.modules[{package!r}] = None; sys.argv[1:] = {list(words)!r}\n"
    start = "from gosms_async.cli import main; sys.exit(main())"

    ended = subprocess.run(
        [sys.executable, "-c", hide + start], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.rstrip().endswith(f"is missing: pip install 'gosms-async[{extra}]'")


def test_a_typo_is_told_whatever_is_not_installed():
    hide = "import sys; sys.modules['dbos'] = None; sys.argv[1:] = ['sent']\n"
    start = "from gosms_async.cli import main; sys.exit(main())"

    ended = subprocess.run(
        [sys.executable, "-c", hide + start], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "gosms: unknown command 'sent'; did you mean 'send'?\n"
