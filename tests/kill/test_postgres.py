"""Two workers on one PostgreSQL: whichever is killed, the other goes on with its rows."""

import arena
import pytest
import servers
import sqlalchemy as sa

pytestmark = [pytest.mark.slow]

_ROUND = 40  # kills of one campaign
_SOME = (  # on a file all are tried; here those between which the two databases could differ
    *("mark after", "post before", "post after", "accept before"),
    *("doubt after", "replan before", "claim after", "rescue after"),
)


@pytest.fixture(scope="module")
def server():
    """The address of a PostgreSQL for many workers at a time."""
    with servers._or_skip(servers.postgres("fsync=off", "max_connections=300")) as running:
        yield running.url


@pytest.fixture
def fresh(server):
    """Make a database of its own for each campaign."""
    url = server.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")

    def make(name):
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        return server.rpartition("/")[0] + f"/{name}"

    yield make
    engine.dispose()


def test_two_workers_that_are_killed_at_random_lose_and_double_nothing(fresh, kills, capsys):
    def kill(seed):
        count = 1500 if kills > 2 * _ROUND else 400
        return arena.kill_in_turn(fresh(f"kill_{seed}"), min(kills // 2, _ROUND), count, seed)

    arena.kill_at_random(kill, kills, capsys)


def test_a_run_that_is_killed_at_a_chosen_point_loses_and_doubles_nothing(fresh):
    arena.kill_at_each(_SOME, lambda point: fresh(point.replace(" ", "_")))
