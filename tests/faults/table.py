"""
Writes what every fault ends in to docs/assets/faults.md: python tests/faults/table.py

The cells are those that the tests run; a cell that went wrong is in capitals and ends it with 1.
"""

import asyncio
import collections
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "faults"), str(ROOT / "tests" / "transport")]

from kinds import ALL, VERBS, cells  # noqa: E402 - after the path to it
from matrix import FAULTS, GROUPS  # noqa: E402 - after the path to it
from survival import run  # noqa: E402 - after the path to it

HEAD = """\
# What a call makes of a fault

`python tests/faults/table.py` wrote this table. Each fault strikes each call once and for ever,
before and after the server does what it is asked for, over each of {transports} transports on real
sockets: **{good} of {runs} runs of {faults} faults** ended as promised, within their deadline, with
nothing doubled, leaked or shown.

*id* is a send's result; *found* one whose answer was lost and whose SMS was found by looking;
*unknown* an `OutcomeUnknownError`. Other words are errors. Where there are several, the run
decides: a fault that passes is survived, one that stays is not. httpx's own transport, which is
not the default, is spared {spared}: it does not survive them.
"""
SHORT = {"OutcomeUnknownError": "unknown"}


def main() -> int:
    seen = collections.defaultdict(set)
    runs = bad = 0
    for transport in ALL:
        for cell, verdict in asyncio.run(run(cells(FAULTS, transport), transport)):
            runs += 1
            bad += bool(verdict.complaints)
            seen[cell.fault.name, cell.verb.name].add(_word(cell, verdict))
    faults = len({name for name, _ in seen})
    spared = ", ".join(f"*{each.name}*" for each in FAULTS if "httpx" not in each.over)
    head = HEAD.format(
        transports=len(ALL), good=runs - bad, runs=runs, faults=faults, spared=spared
    )
    table = "\n".join([head.rstrip(), *_tables(seen)])
    (ROOT / "docs" / "assets" / "faults.md").write_text(table, encoding="utf-8")
    sys.stdout.write(f"{runs - bad} of {runs} runs of {faults} faults survived\n")
    return bool(bad)


def _word(cell, verdict):
    if verdict.complaints:
        return verdict.outcome.upper()
    if cell.verb.name == "send" and verdict.outcome == "ok":
        return "id"
    return SHORT.get(verdict.outcome, verdict.outcome.removesuffix("Error"))


def _tables(seen):
    verbs = [verb.name for verb in VERBS]
    for group, faults in GROUPS.items():
        yield f"\n## {group}\n"
        yield f"| fault | {' | '.join(f'`{verb}`' for verb in verbs)} |"
        yield "| --- " * (len(verbs) + 1) + "|"
        for fault in faults:
            words = [", ".join(sorted(seen[fault.name, verb])) or "–" for verb in verbs]
            yield f"| {fault.name} | {' | '.join(words)} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
