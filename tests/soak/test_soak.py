"""The soak, in seconds: the script runs, and what it measures is flat."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc"),
]


async def run(*arguments):
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(SOAK), *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    async with asyncio.timeout(120):
        said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_a_few_seconds_of_load_faults_and_cancels_leave_nothing_behind():
    options = ("--minutes", "0.07", "--interval", "1", "--rate", "80", "--faults", "0.05")

    code, said = await run(*options, "--cancels", "0.1")

    assert (code, said.splitlines()[-1]) == (0, "flat"), said
    assert " cancelled" in said


async def test_two_thousand_cancels_lose_no_slot():
    code, said = await run("--cancel-only", "2000")

    assert code == 0, said
    assert "0 slots lost" in said
    assert "50 of 50 calls succeeded" in said
