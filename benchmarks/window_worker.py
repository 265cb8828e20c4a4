"""
A process of `window.py`: a client with many tasks that send as fast as they are let.

It is told by one JSON argument what to do, begins at a line on stdin and ends at its end.
"""

import asyncio
import collections
import contextlib
import json
import sys
import time

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit
from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

LIMIT = 10
TASKS = 20  # waiting in each process, as bulk users do


async def watch_the_loop(late):
    """Note how late timers come."""
    while True:
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        late.append(time.perf_counter() - due)


def put_clocks_ahead(order):
    """Wall clocks differ between machines, and so do monotonic ones, but not within a machine."""
    wall, monotonic = time.time, time.monotonic
    time.time = lambda: wall() + order["ahead"]
    if order["store"] != "sqlite":
        time.monotonic = lambda: monotonic() + order["ahead"]


@contextlib.asynccontextmanager
async def _store(order):
    kind, address = order["store"], order["address"]
    if kind == "local":
        yield None
    elif kind == "sqlite":
        yield SQLiteStore(address)
    elif kind == "redis":
        async with RedisStore(address) as store:
            yield store
    else:
        async with PostgresStore(address) as store:
            yield store


async def work(order):
    errors, late = collections.Counter(), []

    async def keep_sending(task):
        for count in range(10**9):
            try:
                await client.send(f"790000000{order['number']:02}", f"{task} {count}")
            except GoSMSError as error:
                errors[str(error)[:80]] += 1

    url = f"http://127.0.0.1:{order['port']}/v1/"
    async with _store(order) as store:
        limit = RateLimit(LIMIT, 1.0, store=store, share=order["share"])
        async with AsyncGoSMS(
            "token", base_url=url, rate_limit=limit, on_unknown="raise"
        ) as client:
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            tasks = [asyncio.create_task(keep_sending(task)) for task in range(TASKS)]
            tasks.append(asyncio.create_task(watch_the_loop(late)))
            await asyncio.to_thread(sys.stdin.readline)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
    late_99 = sorted(late)[len(late) * 99 // 100]
    print(json.dumps({"errors": errors, "late_99": late_99}), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    put_clocks_ahead(given)
    asyncio.run(work(given))
