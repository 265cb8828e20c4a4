"""A SQLite that does not know fractions of a second tells DBOS the time all the same."""

import contextlib
import sqlite3
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gosms_async.campaign import old_sqlite


@pytest.fixture
def told(monkeypatch):
    """What a connection answers once it was taught."""
    monkeypatch.setattr(old_sqlite, "_IS_NEEDED", True)
    was_there = event.contains(sa.Engine, "connect", old_sqlite._add_clock)
    old_sqlite.teach()
    engine = sa.create_engine("sqlite://")

    def ask(text):
        with engine.connect() as connection:
            return connection.execute(sa.text(f"SELECT {text}")).scalar()

    yield ask
    engine.dispose()
    if not was_there:
        event.remove(sa.Engine, "connect", old_sqlite._add_clock)


def test_the_time_has_its_fraction(told):
    assert told("unixepoch('subsec')") == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize("value", ["'2026-01-01'", "'no date'"])
def test_any_other_time_is_told_as_by_sqlite(told, value):
    with contextlib.closing(sqlite3.connect(":memory:")) as plain:
        assert (
            told(f"unixepoch({value})") == plain.execute(f"SELECT unixepoch({value})").fetchone()[0]
        )
