"""Pauses that processes share, and the window of one that is alone."""

import asyncio
import itertools

import pytest
import virtual
from memory import MemoryStore, crew

from gosms_async.core.errors import TransportError


class Noting(MemoryStore):
    """Notes the pauses that it is told."""

    def __init__(self, **options):
        super().__init__(**options)
        self.pauses = []

    async def pause(self, key, pace, seconds):
        await super().pause(key, pace, seconds)
        self.pauses.append((key, pace.requests, pace.per, seconds))


def test_a_refusal_pauses_those_of_other_processes_at_the_same_endpoint():
    async def main(loop):
        store = Noting()
        one, other = crew(store, loop, 2)
        await one.refused("POST /send", 3.0)
        begun = loop.time()
        await other.acquire("GET /list")
        assert loop.time() == begun
        await other.acquire("POST /send")
        return store.pauses, loop.time() - begun

    pauses, waited = virtual.run(main)

    assert pauses == [("account:POST /send", 10, 1.0, 3.0)]
    assert waited == pytest.approx(3.0, abs=0.01)


def test_who_comes_back_to_the_store_keeps_all_from_starting_for_two_windows():
    """It started alone, which the others cannot know; then all go on at full speed."""

    async def main(loop):
        store = MemoryStore(away=True)
        one, other = crew(store, loop, 2, share=0.5)
        await one.acquire("POST /send")
        store.away = False
        back = loop.time() + 1
        await asyncio.sleep(1)
        await one.acquire("POST /send")
        await other.acquire("POST /send")
        return loop.time() - back, store.windows["account:POST /send"].slowness

    assert virtual.run(main) == (pytest.approx(2.18), 1)


def test_a_share_of_less_than_one_start_makes_the_window_longer():
    """Half of one start in 2 seconds is one in 4."""

    async def main(loop):
        (limiter,) = crew(MemoryStore(away=True), loop, requests=1, per=2.0, share=0.5)
        starts = []
        for _ in range(3):
            await limiter.acquire("POST /send")
            starts.append(loop.time())
        return [later - earlier for earlier, later in itertools.pairwise(starts)]

    assert min(virtual.run(main)) >= 4


def test_a_refusal_while_the_store_is_away_is_remembered_as_its_absence():
    async def main(loop):
        store = MemoryStore(away=True)
        (limiter,) = crew(store, loop)
        await limiter.refused("POST /send", 1.0)
        asked = store.asked
        with pytest.raises(TransportError, match="away: gone fishing"):
            await limiter.acquire("POST /send")
        return store.asked - asked

    assert virtual.run(main) == 0


def test_a_refusal_is_told_to_the_end_though_its_caller_gives_up():
    """The others hear of it; the one that heard it first does not wait for that."""

    async def main(loop):
        store = Noting(delay=0.4)
        (limiter,) = crew(store, loop)
        begin = loop.time()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await limiter.refused("POST /send", 3.0)
        gave_up = loop.time() - begin
        await asyncio.sleep(1)
        return gave_up, len(store.pauses)

    assert virtual.run(main) == (pytest.approx(0.1), 1)
