"""The emulator is an independent reading of the API: it knows nothing of the client."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gosms_async.emulator

ROOM = Path(gosms_async.emulator.__file__).parent
FILES = sorted(ROOM.rglob("*.py"))


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_imports_nothing_of_the_client(file):
    ours = [name for name in imported(file) if name.startswith("gosms_async")]

    assert [name for name in ours if not name.startswith("gosms_async.emulator")] == []


@pytest.mark.parametrize("costly", ["jinja2", "httpx"])
def test_what_a_start_does_not_need_is_not_loaded(costly):
    """The templates wait for someone to open the page, the HTTP client for someone to ask."""
    script = "import sys, gosms_async.emulator as e, gosms_async.emulator.remote; e.Emulator();"
    result = subprocess.run(
        [sys.executable, "-c", f"{script} print({costly!r} in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "False"
