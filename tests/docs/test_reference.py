"""The reference names all there is, and nothing else."""

import importlib
import re
import shlex

import attrs
import pytest
from documents import ROOT, blocks, read

import gosms_async
from gosms_async import MessageStatus
from gosms_async.cli.tree import app
from gosms_async.emulator import ACTIONS
from gosms_async.emulator.control import ROUTES
from gosms_async.emulator.magic import NUMBERS

HOME = "docs/en/reference"
NAMED = {
    name
    for page in (ROOT / HOME).glob("*.md")
    for name in re.findall(r"^::: ([\w.]+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
}


LINES = sorted(
    {
        line
        for home in ("docs/en", "docs/ru")
        for path in (ROOT / home).rglob("*.md")
        for block in blocks(str(path.relative_to(ROOT)), "sh")
        for line in re.findall(r"(?:^|[ /])gosms (.+?)(?: [|>&].*)?$", block, re.MULTILINE)
    }
)


def first_cells(page):
    """Return what stands in backticks at the beginning of each row of a page's tables."""
    return re.findall(r"^\| `([^`]+)` \|", read(f"{HOME}/{page}.md"), re.MULTILINE)


def commands(root, *words):
    """Return every command below *root* that does something by itself."""
    names = [name for name in root if not name.startswith("-")]
    found = [command for name in names for command in commands(root[name], *words, name)]
    return [" ".join(words), *found] if root.default_command else found


def test_every_public_name_is_shown():
    public = {f"gosms_async.{name}" for name in gosms_async.__all__ if name != "__version__"}

    assert public - NAMED == set()


def test_every_name_of_campaigns_is_shown():
    campaign = importlib.import_module("gosms_async.campaign")

    assert {f"gosms_async.campaign.{name}" for name in campaign.__all__} - NAMED == set()


@pytest.mark.parametrize("name", sorted(NAMED))
def test_what_is_shown_is_there(name):
    home, _, own = name.rpartition(".")
    module = importlib.import_module(home)

    assert hasattr(module, own) or importlib.import_module(name)


@pytest.mark.parametrize(
    "model", ["Message", "SentMessage", "Draft", "SendResult", "MessagePage", "Device", "SimCard"]
)
def test_every_field_of_a_model_is_explained(model):
    (part,) = re.findall(
        rf"^::: gosms_async\.{model}$(.*?)(?=^:::|\Z)",
        read(f"{HOME}/models.md"),
        re.MULTILINE | re.DOTALL,
    )
    rows = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)

    assert rows == [field.name for field in attrs.fields(getattr(gosms_async, model))]


def test_every_status_is_explained():
    rows = re.findall(r"^\| `(\w+)` \| (\d) \|", read(f"{HOME}/models.md"), re.MULTILINE)

    assert rows == [(status.name, str(int(status))) for status in MessageStatus]


def test_every_fault_magic_number_and_verb_of_the_emulator_is_explained():
    verbs = [
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for route in ROUTES
        for method in sorted(route.methods - {"HEAD"})
    ]

    assert first_cells("emulator") == [*ACTIONS, *NUMBERS, *verbs]


def test_every_command_is_explained():
    known = {f"gosms {command}" for command in commands(app) if command}

    assert set(first_cells("command-line")) == known


@pytest.mark.parametrize("line", LINES)
def test_every_command_line_that_is_shown_can_be_given(line, tmp_path, monkeypatch):
    """Its words are those that the command takes; nothing is run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clients.csv").touch()

    command, bound, rest, *_ = app.parse_args(
        shlex.split(line), exit_on_error=False, print_error=False
    )

    assert callable(command)
    assert not rest
    assert bound is not None
