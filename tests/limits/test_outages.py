"""Servers that stop, freeze and start again: a clear error in time, and no burst afterwards."""

import asyncio
import os
import sqlite3
import time

import pytest

from gosms_async.core.limits import Pace, StoreAwayError
from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

PACE = Pace(10, 1.0, 0.09)


@pytest.fixture(params=["redis", "postgres"])
async def server_and_store(request):
    """A server of the test's own and a store on it that has been used."""
    server = request.getfixturevalue(f"{request.param}_server")
    make = RedisStore if request.param == "redis" else PostgresStore
    async with make(server.url, timeout=0.3) as store:
        await store.reserve("warm-up", PACE)
        yield server, store


async def seconds_until_away(doing):
    begin = time.monotonic()
    with pytest.raises(StoreAwayError, match=r"(Redis|PostgreSQL): \w"):
        await doing
    return time.monotonic() - begin


async def test_a_server_that_stopped_is_known_at_once(server_and_store):
    server, store = server_and_store
    server.stop()

    assert await seconds_until_away(store.reserve("key", PACE)) < 1
    assert await seconds_until_away(store.pause("key", PACE, 1)) < 1


async def test_a_frozen_server_is_waited_for_no_longer_than_the_timeout(server_and_store):
    """Neither on a connection that stands nor on a new one."""
    server, store = server_and_store
    server.freeze()

    assert 0.2 < await seconds_until_away(store.reserve("key", PACE)) < 1
    assert 0.2 < await seconds_until_away(store.reserve("key", PACE)) < 1


async def test_a_server_that_thawed_is_used_again(server_and_store):
    server, store = server_and_store
    server.freeze()
    await seconds_until_away(store.reserve("key", PACE))
    server.thaw()

    assert (await store.reserve("other key", PACE)).wait < 3


async def test_a_connection_that_died_while_idle_is_replaced_in_silence(server_and_store):
    """Who comes back after hours does not get an error for a restart at night."""
    server, store = server_and_store
    server.stop()
    server.start()

    assert (await store.reserve("other key", PACE)).wait < 3


async def test_a_restart_does_not_free_the_window(server_and_store):
    """Redis forgets, so a new one gives its first slot two windows later; PostgreSQL remembers."""
    server, store = server_and_store
    for _ in range(10):
        await store.reserve("key", PACE)
    begin = time.monotonic()
    server.stop()
    server.start()

    assert time.monotonic() + (await store.reserve("key", PACE)).wait - begin > 1


async def test_crowds_that_meet_a_new_postgres_make_its_table_once(postgres_server):
    async def reserve():
        async with PostgresStore(postgres_server.url, timeout=5) as store:
            return await store.reserve("key", PACE)

    slots = await asyncio.gather(*(reserve() for _ in range(8)))

    assert len(slots) == 8


async def test_a_table_made_beforehand_is_enough_for_a_user_who_may_make_none(postgres_server):
    import psycopg  # noqa: PLC0415 - the server is missing where this is

    with psycopg.connect(postgres_server.url) as owner:
        owner.execute(PostgresStore.SCHEMA)
        owner.execute("CREATE ROLE guest LOGIN")
        owner.execute("GRANT SELECT, INSERT, UPDATE ON gosms_rate_limit TO guest")

    async with PostgresStore(postgres_server.url.replace("test@", "guest@")) as store:
        assert (await store.reserve("key", PACE)).wait == 0


async def test_a_wrong_address_says_what_is_wrong():
    async with PostgresStore("postgresql://127.0.0.1:1/none") as store:
        with pytest.raises(StoreAwayError, match="refused"):
            await store.reserve("key", PACE)


async def test_a_sqlite_file_that_another_process_holds_is_not_waited_for_long(tmp_path):
    """The loop goes on meanwhile: the wait is in a thread."""
    path = tmp_path / "limit.db"
    await SQLiteStore(path).reserve("key", PACE)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    begin = time.monotonic()
    asking = asyncio.create_task(SQLiteStore(path, timeout=0.2).reserve("key", PACE))

    await asyncio.sleep(0.01)

    assert time.monotonic() - begin < 0.15
    with pytest.raises(StoreAwayError, match="locked"):
        await asking
    holder.close()


async def test_a_sqlite_file_out_of_reach_says_so(tmp_path):
    with pytest.raises(StoreAwayError, match="directory"):
        await SQLiteStore(os.fspath(tmp_path / "missing" / "limit.db")).reserve("key", PACE)
