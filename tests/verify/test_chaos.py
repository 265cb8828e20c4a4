"""Under all faults at once, and with callers who leave, every word about a send is true."""

import asyncio
import random

import pytest
from chaos import Story
from virtual import run

from gosms_async import Verify
from gosms_async._search import Search
from gosms_async._twins import Twins

CAMPAIGN = Verify(resend_lost=True, patience=200)
MODES = [
    {"timeout": 3},
    {"timeout": 30},
    {"on_unknown": "raise"},
    {"on_unknown": CAMPAIGN, "timeout": 400},
]
SHOWING = {"claim": 0, "open_until": 125, "abandoned": 1}  # about here a story needs the part


def lived(seed, **settings):
    """Return the faults of one story, the starts of its requests and the tasks that are left."""
    random.seed(seed)  # the client's jitter

    async def main(_):
        story = Story(random.Random(seed), **settings)
        faults = [fault async for fault in story.run()]
        await asyncio.sleep(20)  # the longest look ends
        return faults, story.api.starts, len(asyncio.all_tasks()) - 1

    return run(main)


@pytest.mark.parametrize("settings", MODES, ids=["hurried", "default", "raise", "campaign"])
@pytest.mark.parametrize("seed", range(5))
def test_no_send_is_lost_doubled_or_denied(settings, seed):
    """Nor do more than ten requests start in a second at one endpoint, nor is a task left."""
    faults, starts, tasks = lived(seed, **settings)

    assert (faults, tasks) == ([], 0)
    for times in starts.values():
        assert all(b - a >= 1 for a, b in zip(times, times[10:], strict=False))


@pytest.mark.parametrize("broken", ["claim", "open_until", "abandoned"])
def test_the_chaos_shows_what_a_part_of_the_protocol_is_for(monkeypatch, broken):
    parts = {
        "claim": (Twins, "claim", lambda *_: None),
        "open_until": (Twins, "open_until", lambda *_: 0.0),
        "abandoned": (Search, "abandon", lambda _: None),
    }
    monkeypatch.setattr(*parts[broken])

    seeds = range(SHOWING[broken], SHOWING[broken] + 300)

    assert any(lived(seed, timeout=3)[0] for seed in seeds)
