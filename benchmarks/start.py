"""
What it costs to import the client and to start its command.

    python benchmarks/start.py [--rounds N] [--quick]

Imports are timed in a fresh interpreter each, without the interpreter's own start. Any program that
uses an httpx.AsyncClient loads asyncio too; the client loads cattrs when it first reads a message
or a device. Commands are counted whole, by the CPU that they used: `gosms send` with its send and
its end. What is compiled at the first start is found at the next one; where the environment forbids
that (PYTHONDONTWRITEBYTECODE), it is kept in a folder of the benchmark.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import Target, options, pin, serving, spread, table, write

STANDS_ON = "import httpx, attrs, cattrs, tenacity"
CLIENT = "from gosms_async import AsyncGoSMS"
IMPORTS = {
    "what it stands on: httpx, attrs, cattrs, tenacity": STANDS_ON,
    "the same and asyncio": f"{STANDS_ON}, asyncio",
    f"**{CLIENT}**": CLIENT,
    "the same and what it loads later": f"{CLIENT}; {STANDS_ON}",
    "import gosms_async, no name asked for": "import gosms_async",
}
BASE, WITH_ASYNCIO, OURS, *_ = IMPORTS
GOSMS = [str(Path(sys.executable).with_name("gosms"))]


def imported(statement):
    """CPU milliseconds of an import."""
    timing = "from time import process_time as now; begin = now(); {}; print(now() - begin)"
    command = [sys.executable, "-c", timing.format(statement)]
    return float(subprocess.check_output(command, cwd="/", text=True)) * 1000


def commanded(command, url):
    """CPU milliseconds of a command."""
    settings = {"GOSMS_TOKEN": "benchmark", "GOSMS_BASE_URL": f"{url}/v1"}
    with subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {output.decode()}")
    return (used.ru_utime + used.ru_stime) * 1000


def keep_bytecode():
    """Let programs find what their first start has compiled, as they do in everyday life."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="bytecode-")


def more(parser):
    parser.add_argument("--rounds", type=int, default=21)


def main():
    given = options(__doc__, add=more)
    commands = {
        "an interpreter alone": [sys.executable, "-c", ""],
        "gosms --help": [*GOSMS, "--help"],
        "gosms send": [*GOSMS, "send", "79001234567", "benchmark"],
    }
    pin(0)
    keep_bytecode()
    costs = {name: [] for name in (*IMPORTS, *commands)}
    with serving() as url:
        for command in commands.values():
            commanded(command, url)  # the first start compiles
        for _ in range(2 if given.quick else given.rounds):
            for name, statement in IMPORTS.items():
                costs[name].append(imported(statement))
            for name, command in commands.items():
                costs[name].append(commanded(command, url))
    middle = {name: statistics.median(values) for name, values in costs.items()}

    def ratio(name, base):
        return statistics.median(x / y for x, y in zip(costs[name], costs[base], strict=True))

    targets = [
        Target("5. importing the client / what it stands on", ratio(OURS, BASE), 1.15),
        Target("5. CPU of gosms --help", middle["gosms --help"], 350, unit=" ms"),
        Target("5. CPU of gosms send, its sending included", middle["gosms send"], 250, unit=" ms"),
    ]
    bases = (BASE, WITH_ASYNCIO)
    rows = [
        [name, spread(costs[name]), *(f"{ratio(name, base):.2f}" for base in bases)]
        for name in IMPORTS
    ]
    rows += [[name, spread(costs[name]), "", ""] for name in commands]
    head = ["", "CPU, ms", "/ what it stands on", "/ the same and asyncio"]
    packages = ("httpx", "attrs", "cattrs", "tenacity", "cyclopts", "rich")
    write(given, "start", [table(head, rows)], targets, packages)


if __name__ == "__main__":
    main()
