"""The three shared stores, each with a server of its own, and a key that nobody used before."""

import sys
import time
import uuid
from pathlib import Path

import pytest
import redis
from servers import postgres_dsn, postgres_server, redis_server, redis_url

from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

__all__ = ["postgres_dsn", "postgres_server", "redis_server", "redis_url"]


@pytest.fixture(scope="session")
def old_redis_url(redis_url):
    """A Redis that has not just started, so that it trusts its memory."""
    with redis.Redis.from_url(redis_url) as server:
        while server.info("server")["uptime_in_seconds"] < 3:
            time.sleep(0.1)
    return redis_url


@pytest.fixture
def key():
    return uuid.uuid4().hex


@pytest.fixture(params=["sqlite", "redis", "postgres"])
async def store(request, tmp_path):
    """A store of each kind, with the patience that a busy machine asks for."""
    if request.param == "sqlite":
        yield SQLiteStore(tmp_path / "limit.db", timeout=5)
    elif request.param == "redis":
        async with RedisStore(request.getfixturevalue("old_redis_url"), timeout=5) as store:
            yield store
    else:
        async with PostgresStore(request.getfixturevalue("postgres_dsn"), timeout=5) as store:
            yield store
