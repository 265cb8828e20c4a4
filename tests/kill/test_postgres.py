"""Two workers on one PostgreSQL: whichever is killed, the other goes on with its rows."""

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
        total += await arena.kill_in_turn(
            database, min(wanted, _ROUND), count, seed=total["rounds"]
        )
        with capsys.disabled():
            print(f"\n{dict(total)}, lost 0, duplicated 0", end=" ", flush=True)  # noqa: T201 - figures to publish


@pytest.mark.parametrize("points", [_SOME[:4], _SOME[4:]], ids=", ".join)
def test_a_run_that_is_killed_at_a_chosen_point_loses_and_doubles_nothing(fresh, points):
    arena.kill_at_each(points, lambda point: fresh(point.replace(" ", "_")))
