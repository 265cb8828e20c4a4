"""Two workers on one PostgreSQL: whichever is killed, the other goes on with its rows."""

import random
from collections import Counter

import arena
import pytest
import sqlalchemy as sa

pytest_plugins = "servers"
pytestmark = [pytest.mark.slow]

_ROUND = 40  # kills of one campaign


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
    wanted = max(12, kills // 3)
    total = Counter()
    while total["kills"] < wanted:
        count = 1500 if wanted > _ROUND else 200
        database = fresh(f"kill_{total['rounds']}")
        total += await killed_in_turn(database, min(wanted, _ROUND), count, seed=total["rounds"])
        with capsys.disabled():
            print(f"\n{dict(total)}, lost 0, duplicated 0", end=" ", flush=True)  # noqa: T201 - figures to publish


async def killed_in_turn(database, kills, count, seed):
    """Kill one of two workers again and again; the last two finish."""
    chance = random.Random(seed)
    died = 0
    with arena.emulator(seed) as (url, truth), arena.run(url, database, count) as first:
        while died < kills and first.exitcode is None:
            with arena.run(url, database, count) as second:
                second.join(0.5 + 2.0 * chance.random())
            died += second.exitcode == -9
        first.join(600)
        assert first.exitcode == 0
        said = await arena.told(database)
        arena.assert_all_sent_once(truth(), said, count)
    return Counter(rounds=1, kills=died, messages=count, recovered=said.recovered)
