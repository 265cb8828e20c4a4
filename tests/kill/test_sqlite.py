"""Whatever a run dies of, the next one goes on: nothing is lost and nothing is sent twice."""

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import arena
import mishaps
import pytest

pytestmark = [pytest.mark.slow]

_ROUND = 40  # kills of one campaign
_SECONDS = (0.3, 0.6, 1.0, 2.0)  # until a kill, at most


def test_a_run_that_is_killed_at_random_loses_and_doubles_nothing(tmp_path, kills, capsys):
    def kill(seed):
        count = 2000 if kills > 2 * _ROUND else 400
        return kill_one_by_one(tmp_path / str(seed), min(kills // 2, _ROUND), count, seed)

    arena.kill_at_random(kill, kills, capsys)


def kill_one_by_one(home, kills, count, seed):
    """Kill runs at random, let one finish, and compare what both sides hold."""
    chance = random.Random(seed)
    died = 0
    with arena.emulator(seed) as (url, truth):
        while died < kills:
            with arena.run(url, arena.database_of(home), count) as process:
                process.join(chance.choice(_SECONDS) * chance.random() + 0.1)
            died += process.exitcode == -9
            if process.exitcode == 0:
                break  # it was done before it could be killed
        with arena.run(url, arena.database_of(home), count) as process:
            process.join(600)
            assert process.exitcode == 0
        said = asyncio.run(arena.told(arena.database_of(home)))
        arena.assert_all_sent_once(truth(), said, count)
    return Counter(rounds=1, kills=died, messages=count, recovered=said.recovered)


@pytest.mark.parametrize("points", [arena.POINTS[at::2] for at in range(2)], ids=", ".join)
def test_a_run_that_is_killed_at_a_chosen_point_loses_and_doubles_nothing(tmp_path, points):
    arena.kill_at_each(points, lambda point: arena.database_of(tmp_path / point))


def test_two_workers_of_one_file_that_are_killed_lose_and_double_nothing(tmp_path):
    total = arena.kill_in_turn(arena.database_of(tmp_path), kills=6, count=600, seed=3)

    assert total["kills"] > 0


def test_a_run_whose_machine_misbehaves_goes_on(tmp_path):
    """Its clock jumps, or its disk is full for a while."""
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(
            misbehave, [tmp_path / "jump", tmp_path / "full"], [mishaps.jump, mishaps.fill_disk]
        ):
            pass


def misbehave(home, mishap):
    database = arena.database_of(home)
    with arena.emulator(seed=5, p=0.05) as (url, truth):
        with arena.run(url, database, 200, "accept after", 20, mishap) as process:
            process.join(120)

        assert process.exitcode == 0, mishap
        arena.assert_all_sent_once(truth(), asyncio.run(arena.told(database)), 200)
