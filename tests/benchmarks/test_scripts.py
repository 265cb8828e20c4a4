"""Every benchmark runs by itself and writes its table; a quick run proves no figure."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ARGUMENTS = {"window": ["--seconds", "2", "--stores", "sqlite"]}
NEEDS = {
    "sends": "psutil",
    "layers": "httptools",
    "listing": "psutil",
    "decoding": "msgspec",
    "start": "cyclopts",
}
PLOTS = {"sends", "window"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sends", "layers", "listing", "decoding", "start", "window"])
def test_a_benchmark_writes_its_table_and_its_plot(name, tmp_path):
    pytest.importorskip(NEEDS.get(name, "gosms_async"))
    command = [sys.executable, f"{name}.py", "--quick", "--output", tmp_path]

    subprocess.run([*command, *ARGUMENTS.get(name, ())], cwd=BENCHMARKS, check=True, timeout=300)

    written = (tmp_path / f"bench-{name}.md").read_text()
    assert ("| target | measured | met? |" in written) == (name != "layers")
    assert f"Made by `python benchmarks/{name}.py --quick" in written
    assert str(tmp_path) not in written  # nothing of this machine's paths goes into the docs
    if importlib.util.find_spec("matplotlib"):
        assert (tmp_path / f"bench-{name}.svg").exists() == (name in PLOTS)
