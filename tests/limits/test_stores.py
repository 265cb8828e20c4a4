"""Each shared store keeps the same window, whatever language its arithmetic is written in."""

import asyncio
import sqlite3
import stat
import time
import uuid

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gosms_async.core.limits import Limiter, Pace, RateLimit, Window
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

PACE = Pace(10, 1.0, 0.09)
#: so slow that it does not matter how fast this machine is
paces = st.builds(Pace, st.integers(1, 10), st.floats(20, 60), st.floats(0, 0.2))
#: a truth takes a slot and tells if the one before was missed, a number is a 429's Retry-After
doings = st.lists(st.booleans() | st.booleans() | st.floats(0, 5), min_size=1, max_size=50)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pace=paces, doings=doings)
async def test_a_store_gives_the_slots_that_a_window_gives(store, pace, doings):
    """Slots and pauses one after the other come out as they do in memory."""
    key, now = uuid.uuid4().hex, time.monotonic()
    first = await store.reserve(key, pace)  # later than now if its server is younger than *pace*
    window = Window(pace, paused_until=now + first.wait)
    shared, own = first, window.reserve(now)

    for doing in doings:
        now = time.monotonic()
        if isinstance(doing, bool):
            shared = await store.reserve(key, pace, shared.slot, missed=doing)
            own = window.reserve(now, own.slot, missed=doing)
            assert shared.wait == pytest.approx(own.wait, abs=0.5)
        else:
            await store.pause(key, pace, doing)
            window.pause(now, doing)


async def test_ten_slots_are_free_and_the_eleventh_is_a_window_later(store, key):
    slots = [(await store.reserve(key, PACE)).wait for _ in range(11)]

    assert slots[:10] == [0] * 10
    assert slots[10] == pytest.approx(1.09 + 0.2, abs=0.1)


async def test_keys_do_not_share_a_window(store, key):
    for _ in range(10):
        await store.reserve(key, PACE)

    assert (await store.reserve(key + "'; another", PACE)).wait == 0


async def test_a_pause_holds_for_every_client_of_the_account(store, key):
    """A 429 of one client delays the other, which heard nothing of it."""
    limit = RateLimit(margin=1, store=store)  # however busy this machine is
    one, other = (Limiter(limit, account=key) for _ in range(2))
    begin = time.monotonic()
    await one.refused("POST /send", 0.3)

    await other.acquire("POST /send")

    assert time.monotonic() - begin > 0.3


async def test_two_clients_take_turns(store, key):
    """Of two crowds that share a limit neither gets the window for itself."""
    turns = []

    async def crowd(name):
        limiter = Limiter(RateLimit(per=0.2, margin=0.5, store=store), account=key)
        for _ in range(11):
            await limiter.acquire("POST /send")
            turns.append(name)

    await asyncio.gather(crowd("one"), crowd("other"))

    assert {*turns[10:13]} == {"one", "other"}


def test_the_sqlite_file_is_its_owners_alone(tmp_path):
    asyncio.run(SQLiteStore(tmp_path / "limit.db").reserve("key", PACE))

    assert stat.S_IMODE((tmp_path / "limit.db").stat().st_mode) == 0o600


async def test_a_row_from_before_the_machine_started_anew_is_forgotten(tmp_path):
    """The monotonic clock began again, so slots of the old count lie in the future for ever."""
    path = tmp_path / "limit.db"
    store = SQLiteStore(path)
    for _ in range(11):
        await store.reserve("key", PACE)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE rate_limit SET written_at = written_at + 1e6, slots = '[1e9]'")
    file.close()

    assert (await store.reserve("key", PACE)).wait == 0


async def test_a_redis_key_goes_away_when_it_means_nothing_any_more(old_redis_url, key):
    async with RedisStore(old_redis_url, prefix="test:") as store:
        await store.reserve(key, PACE)

    with redis.Redis.from_url(old_redis_url) as server:
        assert 0 < server.pttl(f"test:{key}") < 120_000


async def test_a_given_redis_client_stays_open(old_redis_url, key):
    async with redis.asyncio.Redis.from_url(old_redis_url) as client:
        async with RedisStore(client) as store:
            await store.reserve(key, PACE)

        assert await client.ping()
