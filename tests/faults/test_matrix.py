"""Every fault, at every endpoint, over every transport, ends as its row of the matrix says."""

import asyncio
import collections

import pytest
from kinds import ALL, VERBS, cells
from matrix import BROKEN_OFF, FAULTS, SILENT
from survival import run

WAYS = {
    **{transport: (FAULTS, transport, "http") for transport in ALL},
    "httpx, TLS": (BROKEN_OFF, "httpx", "https"),
    "h11, TLS": (BROKEN_OFF + SILENT, "h11", "https"),
}
SQUARES = [
    pytest.param(way, fault, verb, id=f"{way}-{fault.name}-{verb.name}")
    for way, (faults, transport, _) in WAYS.items()
    for fault in faults
    for verb in VERBS
    if verb.name in fault.only and transport in fault.over
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts():
    """Return what became of all cells of a way; it is run at once, for most of it is waiting."""
    known = {}

    def of(way):
        if way not in known:
            faults, transport, scheme = WAYS[way]
            runs = collections.defaultdict(list)
            for cell, verdict in asyncio.run(run(cells(faults, transport), transport, scheme)):
                runs[cell.fault.name, cell.verb.name].append((cell, verdict))
            known[way] = runs
        return known[way]

    return of


@pytest.mark.parametrize(("way", "fault", "verb"), SQUARES)
def test_a_call_survives_a_fault(verdicts, way, fault, verb):
    """The right outcome in time; nothing doubled, lost, leaked, hung, shown or misnamed."""
    runs = verdicts(way)[fault.name, verb.name]

    complaints = [
        f"{cell.times} times, does it: {cell.does_it}: {each}"
        for cell, verdict in runs
        for each in verdict.complaints
    ]

    assert runs
    assert complaints == []
