"""A store that lost what it knew, or whose clock was put back, holds the limit all the same."""

import asyncio
import contextlib
import sqlite3

import psycopg
import pytest
import redis

from gosms_async.core.limits import Limiter, Pace, RateLimit
from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore

PACE = Pace(10, 1.0, 0.09)
#: what a clock that is put back by an hour leaves behind it
PUT_BACK = """
local window = cmsgpack.unpack(redis.call('GET', KEYS[1]))
window.written_at = window.written_at + 3600
for i = 1, #window.slots do window.slots[i] = window.slots[i] + 3600 end
redis.call('SET', KEYS[1], cmsgpack.pack(window))
"""


@contextlib.contextmanager
def administrator(store):
    """A connection to the store's server, past the store."""
    if isinstance(store, RedisStore):
        kwargs = store._client.connection_pool.connection_kwargs
        with redis.Redis(host=kwargs["host"], port=kwargs["port"]) as server:
            yield server
    elif isinstance(store, PostgresStore):
        with psycopg.connect(store._dsn, autocommit=True) as server:
            yield server
    else:
        with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as file:
            yield file


def wipe(store):
    """Make it forget everything."""
    with administrator(store) as server:
        if isinstance(store, RedisStore):
            server.flushall()
        elif isinstance(store, PostgresStore):
            server.execute("DROP TABLE gosms_rate_limit CASCADE")
        else:
            store.path.unlink()


async def test_a_wiped_store_gives_nothing_for_two_windows(store, key):
    """Who took a slot a moment ago knows better; the others hear of it through the store."""
    latest = (await store.reserve(key, PACE)).slot
    wipe(store)

    one, other = await store.reserve(key, PACE, latest), await store.reserve(key, PACE)

    assert one.wait == pytest.approx(2.18, abs=0.2)
    assert other.wait == pytest.approx(2.18, abs=1)


async def test_a_clock_that_was_put_back_costs_seconds_not_an_hour(store, key):
    for _ in range(11):
        await store.reserve(key, PACE)
    with administrator(store) as server:
        if isinstance(store, RedisStore):
            server.eval(PUT_BACK, 1, f"gosms:rate-limit:{key}")
        else:
            table = "gosms_rate_limit" if isinstance(store, PostgresStore) else "rate_limit"
            later = "'{9e9}'" if isinstance(store, PostgresStore) else "'[9e9]'"
            server.execute(f"UPDATE {table} SET written_at = written_at + 3600, slots = {later}")

    await store.pause(key, PACE, 0)

    assert (await store.reserve(key, PACE)).wait < 3


class Counted:
    """A store that counts the slots it gives."""

    def __init__(self, store):
        self.store = store
        self.given = 0

    async def reserve(self, *what, missed):
        self.given += 1
        return await self.store.reserve(*what, missed=missed)


async def test_cancelled_at_any_step_a_waiter_leaks_no_slot(store, key):
    """What was asked for is there for the next: slots taken are starts and one at hand."""
    counted = Counted(store)
    limit = RateLimit(per=0.1, margin=0.9, store=counted)  # however busy this machine is
    limiter, starts = Limiter(limit, account=key), 1
    for steps in range(50):
        waiter = asyncio.create_task(limiter.acquire("POST /send"))
        for _ in range(steps % 25):
            await asyncio.sleep(0)
        starts += waiter.done()
        waiter.cancel()
        await asyncio.wait([waiter])

    await limiter.acquire("POST /send")

    assert starts <= counted.given <= starts + 1
