"""Servers that stop, freeze and start again: a clear error in time, and no burst afterwards."""

import asyncio
import os
import sqlite3
import time

import psycopg
import pytest
import servers

from gosms_async.core.limits import Limiter, Pace, RateLimit, StoreAwayError
from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

PACE = Pace(10, 1.0, 0.09)


@pytest.fixture(scope="module", params=["redis", "postgres"])
def server(request):
    """A server that the tests of this file may stop and freeze: starting one takes seconds."""
    settings = ["fsync=off"] if request.param == "postgres" else []
    with servers._or_skip(getattr(servers, request.param)(*settings)) as server:
        yield server


@pytest.fixture
async def server_and_store(server):
    """A running server and a store on it that has been used."""
    server.revive()
    make = RedisStore if server.url.startswith("redis") else PostgresStore
    async with make(server.url, timeout=1) as store:
        await store.reserve("warm-up", PACE)
        yield server, store
        server.thaw()  # it is told that the connection closes


@pytest.fixture
def new_database(postgres_dsn, key):
    """The address of a database of which no store knows."""
    with psycopg.connect(postgres_dsn, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{key}"')
    return postgres_dsn.replace("/postgres", f"/{key}")


async def seconds_until_away(doing):
    begin = time.monotonic()
    with pytest.raises(StoreAwayError, match=r"(Redis|PostgreSQL): \w"):
        await doing
    return time.monotonic() - begin


async def test_a_server_that_stopped_is_known_at_once(server_and_store):
    server, store = server_and_store
    server.stop()

    assert await seconds_until_away(store.reserve("key", PACE)) < 3
    assert await seconds_until_away(store.pause("key", PACE, 1)) < 3


async def test_a_frozen_server_is_waited_for_no_longer_than_the_timeout(server_and_store):
    """Neither on a connection that stands nor on a new one."""
    server, store = server_and_store
    server.freeze()

    assert 0.9 < await seconds_until_away(store.reserve("key", PACE)) < 4
    assert 0.9 < await seconds_until_away(store.reserve("key", PACE)) < 4


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


async def test_a_restart_does_not_free_the_window(server_and_store, key):
    """Redis forgets, so a new one gives its first slot two windows later; PostgreSQL remembers."""
    server, store = server_and_store
    for _ in range(10):
        await store.reserve(key, PACE)
    begin = time.monotonic()
    server.stop()
    server.start()

    assert time.monotonic() + (await store.reserve(key, PACE)).wait - begin > 1


async def test_crowds_that_meet_a_new_postgres_make_its_table_once(new_database):
    async def reserve():
        async with PostgresStore(new_database, timeout=5) as store:
            return await store.reserve("key", PACE)

    slots = await asyncio.gather(*(reserve() for _ in range(8)))

    assert len(slots) == 8


async def test_a_table_made_beforehand_is_enough_for_a_user_who_may_make_none(new_database):
    with psycopg.connect(new_database) as owner:
        owner.execute(PostgresStore.SCHEMA)
        owner.execute("CREATE ROLE guest LOGIN")
        owner.execute("GRANT SELECT, INSERT, UPDATE ON gosms_rate_limit TO guest")

    async with PostgresStore(new_database.replace("test@", "guest@"), timeout=5) as store:
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
    asking = asyncio.create_task(SQLiteStore(path, timeout=1).reserve("key", PACE))

    await asyncio.sleep(0.01)

    assert not asking.done()
    with pytest.raises(StoreAwayError, match="locked"):
        await asking
    holder.close()


@pytest.mark.parametrize("place", [".", "missing/limit.db", "none.db"])
async def test_a_sqlite_file_that_cannot_be_one_says_so(tmp_path, place):
    (tmp_path / "none.db").write_text("no database, but long enough to be taken for one " * 50)

    with pytest.raises(StoreAwayError, match=r"directory|not a database"):
        await SQLiteStore(os.fspath(tmp_path / place)).reserve("key", PACE)


async def test_a_caller_gives_up_on_a_frozen_server_though_a_refusal_is_being_told(server):
    """psycopg's own cancellation would wait for the server; the refusal is told without us."""
    server.revive()
    make = RedisStore if server.url.startswith("redis") else PostgresStore
    async with make(server.url) as store:
        limiter = Limiter(RateLimit(store=store))
        await limiter.refused("warm-up", 0)
        server.freeze()
        begin = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await limiter.refused("POST /send", 1)

        assert time.monotonic() - begin < 3  # psycopg would wait for 5
        server.thaw()


async def test_a_store_of_another_loop_says_so(server):
    """After a fork, too: the child runs a loop of its own."""
    server.revive()
    make = RedisStore if server.url.startswith("redis") else PostgresStore
    async with make(server.url) as store:
        await store.reserve("key", PACE)

        async def elsewhere():
            async with store:
                await store.reserve("key", PACE)

        with pytest.raises(StoreAwayError, match="belongs to another event loop"):
            await asyncio.to_thread(asyncio.run, elsewhere())
        assert (await store.reserve("key", PACE)).wait < 3  # and was not closed there
