"""Two workers on one PostgreSQL: whichever is killed, the other goes on with its rows."""

import contextlib
import random
from collections import Counter

import arena
import pytest
import sqlalchemy as sa

pytest_plugins = "servers"
pytestmark = [pytest.mark.slow]

_ROUND = 40  # kills of one campaign
_SOME = (  # on a file all are tried; here those between which the two databases could differ
    *("mark after", "post before", "post after", "accept before"),
    *("doubt after", "replan before", "claim after", "rescue after"),
)


@pytest.fixture
def fresh(postgres_dsn):
    """Make a database of its own for each campaign."""
    server = sa.create_engine(
        postgres_dsn.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )

    def make(name):
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        return postgres_dsn.rpartition("/")[0] + f"/{name}"

    yield make
    server.dispose()


async def test_two_workers_that_are_killed_at_random_lose_and_double_nothing(fresh, kills, capsys):
    wanted = max(12, kills // 2)
    total = Counter()
    while total["kills"] < wanted:
        count = 1500 if wanted > _ROUND else 400
        database = fresh(f"kill_{total['rounds']}")
        total += await killed_in_turn(database, min(wanted, _ROUND), count, seed=total["rounds"])
        with capsys.disabled():
            print(f"\n{dict(total)}, lost 0, duplicated 0", end=" ", flush=True)  # noqa: T201 - figures to publish


async def killed_in_turn(database, kills, count, seed):
    """Kill the older or the newer of two workers, again and again; the last two finish."""
    chance = random.Random(seed)
    died = 0
    with arena.emulator(seed) as (url, truth), contextlib.ExitStack() as stack:
        workers = [stack.enter_context(arena.run(url, database, count)) for _ in range(2)]
        while died < kills:
            victim = workers.pop(chance.randrange(2))
            victim.join(0.2 + 1.2 * chance.random())
            if victim.exitcode is not None:
                break  # it was done before it could be killed
            victim.kill()
            victim.join()
            died += victim.exitcode == -9
            workers.append(stack.enter_context(arena.run(url, database, count)))
        for worker in workers:
            worker.join(600)
            assert worker.exitcode == 0
        said = await arena.told(database)
        arena.assert_all_sent_once(truth(), said, count)
    return Counter(rounds=1, kills=died, messages=count, recovered=said.recovered)


@pytest.mark.parametrize("points", [_SOME[:4], _SOME[4:]], ids=", ".join)
def test_a_run_that_is_killed_at_a_chosen_point_loses_and_doubles_nothing(fresh, points):
    arena.kill_at_each(points, lambda point: fresh(point.replace(" ", "_")))
