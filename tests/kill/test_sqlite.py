"""Whatever a run dies of, the next one goes on: nothing is lost and nothing is sent twice."""

import random

import arena
import pytest

pytestmark = [pytest.mark.slow]


async def killed_at_random(tmp_path, kills, count, seed):
    """Kill runs at random, then let one finish; returns what both sides say."""
    chance = random.Random(seed)
    database = arena.database_of(tmp_path)
    with arena.emulator(seed) as (url, truth):
        for _ in range(kills):
            with arena.run(url, database, count) as process:
                process.join(chance.choice((0.2, 0.4, 0.6, 0.8, 1.2, 3.0)) * chance.random() + 0.1)
        with arena.run(url, database, count) as process:
            process.join(300)
            assert process.exitcode == 0
        return truth(), await arena.told(database)


async def test_a_run_that_is_killed_at_random_loses_and_doubles_nothing(tmp_path, kills):
    rounds = max(1, kills // 40)
    for number in range(rounds):
        count = 2000 if kills > 40 else 300
        truth, said = await killed_at_random(
            tmp_path / str(number), min(kills, 40), count, seed=number
        )

        arena.assert_all_sent_once(truth, said, count)


@pytest.mark.parametrize("point", arena.POINTS)
async def test_a_run_that_is_killed_at_a_chosen_point_loses_and_doubles_nothing(tmp_path, point):
    """The first run leaves batches to be rescued, and rows whose outcome is not known."""
    database = arena.database_of(tmp_path)
    codes = []
    with arena.emulator(seed=7, p=0.05) as (url, truth):
        for where, hit in (("mark after", 8), (point, 1), (point, 2), (None, 1)):
            with arena.run(url, database, 60, where, hit) as process:
                process.join(60)
                codes.append(process.exitcode)

        assert codes[:2] == [-9, -9]
        assert codes[-1] == 0
        arena.assert_all_sent_once(truth(), await arena.told(database), 60)
