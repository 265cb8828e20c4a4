"""What the benchmarks share: their server, their options, and how results are written."""

import argparse
import contextlib
import importlib.metadata
import importlib.util
import math
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import attrs

HERE = Path(__file__).parent
ASSETS = Path(os.path.relpath(HERE.parent / "docs" / "assets"))  # as a person would write it
HEAD_OF_TARGETS = ["target", "measured", "met?"]


def options(script, *, add=lambda _: None):
    """Parse the command line: *add* brings a script's own options to those that all have."""
    parser = argparse.ArgumentParser(description=script)
    parser.add_argument("--quick", action="store_true", help="a run of seconds that proves nothing")
    parser.add_argument("--output", type=Path, default=ASSETS, help="directory of the results")
    add(parser)
    return parser.parse_args()


def pin(core):
    """Stay on one core, so that client and server do not disturb each other."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})


@contextlib.contextmanager
def serving(*, delay=0.0):
    """Run the server in a process of its own on the last core and give its URL."""
    command = [sys.executable, str(HERE / "server.py"), "--core", "-1", "--delay", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


@attrs.frozen
class Target:
    """One promise; *measured* is None where something that it needs is not installed."""

    text: str
    measured: float | None
    limit: float
    at_least: bool = False  # the limit is the lowest good value, not the highest
    unit: str = ""

    @property
    def met(self):
        if self.measured is None:
            return "not measured"
        good = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "yes" if good else "**no**"

    @property
    def cells(self):
        sign = "≥" if self.at_least else "≤"
        value = "–" if self.measured is None else f"{figure(self.measured)}{self.unit}"
        return [f"{self.text} {sign} {self.limit:g}{self.unit}", value, self.met]


def figure(value):
    """A number with three digits that mean something; a dash where there is none."""
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values):
    """The median, and the least and the most beside it."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{figure(middle)} ({figure(low)}–{figure(high)})"


def table(head, rows):
    """Markdown; the first column holds words, the others figures."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def write(options, name, parts, targets=(), packages=("httpx",)):
    """Write `bench-NAME.md`: tables and notes, the targets, and how all this was made."""
    if targets:
        parts = [*parts, table(HEAD_OF_TARGETS, [target.cells for target in targets])]
    text = "\n\n".join([*parts, made(packages)]) + "\n"
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / f"bench-{name}.md").write_text(text)
    print(text, flush=True)


def made(packages=()):
    """By which command, on which machine and with which versions."""
    command = " ".join([f"python benchmarks/{Path(sys.argv[0]).name}", *_arguments()])
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages if has(name)]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_model()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Made by `{command}` on {machine}; {', '.join([python, *versions])}."


def _arguments():
    """Those of this run but for the directory of its results, which is this machine's."""
    given = iter(sys.argv[1:])
    for argument in given:
        if argument == "--output":
            next(given)
        elif not argument.startswith("--output="):
            yield argument


def _model():
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(f" ({x.partition(': ')[2]})" for x in lines if x.startswith("model name"))
    return ""


def has(package):
    """Tell whether a distribution is installed."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return bool(importlib.metadata.version(package))
    return False


def pyplot():
    """Matplotlib, set to write SVG; None where it is not installed."""
    if not importlib.util.find_spec("matplotlib"):
        print("no plot: matplotlib is not installed")
        return None
    import matplotlib as mpl  # noqa: PLC0415 - tests measure without it

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "gosms-async"  # the same figures give the same file
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice

    return plt


def save(options, figure, name):
    """Write `bench-NAME.svg`."""
    figure.tight_layout()
    options.output.mkdir(parents=True, exist_ok=True)
    figure.savefig(options.output / f"bench-{name}.svg", metadata={"Date": None})
