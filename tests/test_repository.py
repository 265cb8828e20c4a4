"""What the documents of the repository say of it is so."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEST_COMMAND = (
    ".venv/bin/pip install -U pip && .venv/bin/pip install --group test -e . && .venv/bin/pytest"
)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ["README.md", "README.ru.md"])
def test_continuous_integration_runs_the_test_command_of_the_readme(document):
    """`.ci/run` takes the line that its pattern finds."""
    pattern = re.search(r"grep -m1 -E '(.+)' README\.md", read(".ci/run"))[1]

    lines = [line for line in read(document).splitlines() if re.fullmatch(pattern, line)]

    assert lines == [TEST_COMMAND]
    assert TEST_COMMAND in read("CONTRIBUTING.md")


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "SECURITY.md"])
def test_files_that_a_document_names_exist(document):
    named = re.findall(r"`((?:tests|core|gosms_async)/[\w/.]+)`", read(document))

    homes = (ROOT, ROOT / "gosms_async")
    assert named
    assert [name for name in named if not any((home / name).exists() for home in homes)] == []


def test_contributing_explains_each_session_of_nox_and_no_other():
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)", read("noxfile.py"), re.MULTILINE))

    assert set(re.findall(r"^\| `(\w+)` \|", read("CONTRIBUTING.md"), re.MULTILINE)) == sessions


def test_continuous_integration_runs_sessions_that_exist():
    calls = re.findall(r"\$nox ([\w. -]+?) (?:--|2?>)", read(".ci/run"))
    named = " ".join(calls).split()

    assert named
    assert all(f"def {name.partition('-')[0]}(" in read("noxfile.py") for name in named)


def test_what_is_tested_is_what_is_declared():
    """The Pythons of nox are those of the package's classifiers."""
    classifiers = tomllib.loads(read("pyproject.toml"))["project"]["classifiers"]
    declared = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))

    assert re.search(r"^PYTHONS = \[(.+)\]$", read("noxfile.py"), re.MULTILINE)[1] == ", ".join(
        f'"{version}"' for version in declared
    )
