"""
The processes of `window.py`: clients with many tasks that send as fast as they are let.

The first argument is a JSON list of orders, one for each process, the others are their sockets.
A process tells its number when it is ready, begins at a line, ends at another and reports.
"""

import asyncio
import collections
import contextlib
import importlib
import json
import os
import socket
import sys
import time

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit

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


STORES = {"sqlite": "SQLiteStore", "redis": "RedisStore", "postgres": "PostgresStore"}


def store_of(order):
    """The store of an order, as a context; what others would need is not imported."""
    if order["store"] == "local":
        return contextlib.nullcontext()
    module = importlib.import_module(f"gosms_async.stores.{order['store']}")
    store = getattr(module, STORES[order["store"]])(order["address"])
    return store if hasattr(store, "aclose") else contextlib.nullcontext(store)


async def work(order, wire):
    errors, late = collections.Counter(), []

    async def keep_sending(task):
        for count in range(10**9):
            try:
                await client.send(f"790000000{order['number']:02}", f"{task} {count}")
            except GoSMSError as error:
                errors[str(error)[:80]] += 1

    hear, tell = await asyncio.open_connection(sock=wire)
    url = f"http://127.0.0.1:{order['port']}/v1/"
    async with store_of(order) as store:
        limit = RateLimit(LIMIT, 1.0, store=store, share=order["share"])
        async with AsyncGoSMS(
            "token", base_url=url, rate_limit=limit, on_unknown="raise"
        ) as client:
            # What a process does for the first time takes long and is not the limit's matter.
            await asyncio.gather(
                *(client.get("507f1f77bcf86cd799439011") for _ in range(2)), return_exceptions=True
            )
            tell.write(b"%d\n" % os.getpid())
            await hear.readline()
            tasks = [asyncio.create_task(keep_sending(task)) for task in range(TASKS)]
            tasks.append(asyncio.create_task(watch_the_loop(late)))
            await hear.readline()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
    late_99 = sorted(late)[len(late) * 99 // 100]
    tell.write(json.dumps({"errors": errors, "late_99": late_99}).encode() + b"\n")
    await tell.drain()


def main():
    orders, sockets = json.loads(sys.argv[1]), map(int, sys.argv[2:])
    wires = [socket.socket(fileno=number) for number in sockets]
    store_of(orders[0])
    for order, wire in zip(orders, wires, strict=True):
        if os.fork() == 0:
            for other in wires:
                if other is not wire:
                    other.close()
            put_clocks_ahead(order)
            asyncio.run(work(order, wire))
            return
    for wire in wires:
        wire.close()
    for _ in orders:
        os.wait()


if __name__ == "__main__":
    main()
