"""
Every benchmark, each in a process of its own, and the list of what was promised.

    python benchmarks/all.py [--quick]

Takes less than ten minutes. The list of the targets goes to `bench-targets.md`.
"""

import subprocess
import sys
import time

from common import HEAD_OF_TARGETS, HERE, made, options, table

SCRIPTS = ("sends", "layers", "listing", "decoding", "start", "window")


def targets(text):
    """The rows of the table of targets in what a script wrote."""
    lines = iter(text.splitlines())
    head = f"| {' | '.join(HEAD_OF_TARGETS)} |"
    for line in lines:
        if line == head:
            next(lines)
            return [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    return []


def main():
    given = options(__doc__)
    begin, rows = time.monotonic(), []
    for name in SCRIPTS:
        command = [sys.executable, str(HERE / f"{name}.py"), "--output", str(given.output)]
        subprocess.run([*command, *["--quick"] * given.quick], check=True)
        rows += targets((given.output / f"bench-{name}.md").read_text())
    took = f"{made()} It took {(time.monotonic() - begin) / 60:.1f} minutes."
    text = "\n\n".join([table(HEAD_OF_TARGETS, sorted(rows)), took]) + "\n"
    (given.output / "bench-targets.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
