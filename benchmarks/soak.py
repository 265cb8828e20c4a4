"""
A client under steady load, faults and cancels: memory, files, tasks and slots stay flat.

python benchmarks/soak.py [--minutes M] [--rate N] [--faults P] [--cancels P] [--interval S]
python benchmarks/soak.py --cancel-only 100000

The server is the emulator in a process of its own. Prints a line of figures per interval and a
verdict; the exit code is 1 if anything grew or a slot was lost. Reads /proc, so it wants Linux.
"""

import argparse
import asyncio
import collections
import contextlib
import gc
import multiprocessing
import os
import random
import statistics
import sys
from pathlib import Path

import attrs

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit, RetryPolicy, Verify
from gosms_async.core.transport import AsyncioTransport
from gosms_async.emulator import Emulator

FAULTS = (
    "500_before",
    "500_after",
    "html_502",
    "drop_before",
    "drop_after",
    "truncate",
    "429_storm",
)
PHONES = 5000
GROWTH = 8 * 2**20  #: bytes of memory that may come and go between the intervals
POOL = 20  #: connections, and so files, that may be open or not
AT_WORK = 100  #: calls under way at most; more would be a server that cannot follow
QUICK = Verify(looks=(0.05, 0.2, 0.5), settle_failed=0.2, patience=1)


def serve(pipe, share):
    """Run the emulator with *share* of all requests failing, and forget what it heard at times."""

    async def main():
        async with Emulator(window=None, keep=1000) as emulator:
            pipe.send(emulator.base_url)
            while True:
                emulator.reset()
                for number, fault in enumerate(FAULTS):
                    emulator.fail(fault, p=share / len(FAULTS), seed=number, match="*")
                await asyncio.sleep(30)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


@contextlib.contextmanager
def server(share):
    """Give the URL of an emulator in another process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, share), daemon=True)
    process.start()
    there.close()  # so that a child that dies is heard
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


@attrs.frozen
class Figures:
    memory: int  #: bytes, resident
    files: int
    tasks: int
    in_flight: int

    @classmethod
    def of(cls, gosms):
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        files = len(list(Path("/proc/self/fd").iterdir()))
        tasks = len(asyncio.all_tasks())
        return cls(pages * os.sysconf("SC_PAGE_SIZE"), files, tasks, _in_flight(gosms))

    def __str__(self):
        megabytes = self.memory / 2**20
        return (
            f"{megabytes:7.1f} MiB  {self.files:3} files  {self.tasks:3} tasks  "
            f"{self.in_flight:2} in flight"
        )


class Load:
    """Calls at random, some of them cancelled at random, each of them counted."""

    def __init__(self, gosms, cancels, seed=0):
        self._gosms = gosms
        self._cancels = cancels
        self._chance = random.Random(seed)
        self._ids = collections.deque(["a" * 24], maxlen=100)
        self.outcomes = collections.Counter()

    async def one(self):
        """Make one call."""
        call = asyncio.ensure_future(self._call())
        if self._chance.random() < self._cancels:
            delay = self._chance.expovariate(1 / 0.005)
            asyncio.get_running_loop().call_later(delay, call.cancel)
        try:
            await call
        except asyncio.CancelledError:
            self.outcomes["cancelled"] += 1
        except GoSMSError as error:
            self.outcomes[type(error).__name__] += 1
        else:
            self.outcomes["ok"] += 1

    async def _call(self):
        drawn = self._chance.random()
        if drawn < 0.5:
            phone = f"79{self._chance.randrange(PHONES):09}"
            sent = await self._gosms.send(phone, f"soak {self._chance.random()}")
            self._ids.append(sent.id)
        elif drawn < 0.8:
            await self._gosms.get(self._chance.choice(self._ids))
        else:
            await self._gosms.list(limit=5)

    async def steadily(self, rate, seconds):
        """Start *rate* calls a second for so long; return when the last has ended."""
        loop, room = asyncio.get_running_loop(), asyncio.Semaphore(AT_WORK)
        start = loop.time()
        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, start + number / rate - loop.time()))
                await room.acquire()
                group.create_task(self.one()).add_done_callback(lambda _: room.release())
        return loop.time() - start


def client(url, **extra):
    settings = {
        "transport": AsyncioTransport(max_connections=POOL),
        "rate_limit": RateLimit(10_000, 1, margin=0.001),
        "retry": RetryPolicy(backoff=0.05, budget=1000),
        "on_unknown": QUICK,
        "timeout": 10,
        **extra,
    }
    return AsyncGoSMS("soak", base_url=url, **settings)


async def soak(url, options):
    """Return whether everything stayed flat."""
    async with client(url) as gosms:
        load, seen = Load(gosms, options.cancels), []
        for _ in range(max(3, round(options.minutes * 60 / options.interval))):
            before = load.outcomes.total()
            took = await load.steadily(options.rate, options.interval)
            await _rest(gosms)
            seen.append(Figures.of(gosms))
            print(f"{(load.outcomes.total() - before) / took:5.0f}/s  {seen[-1]}", flush=True)
    print(", ".join(f"{count} {name}" for name, count in load.outcomes.most_common()))
    return verdict(seen[1:])


async def cancel_only(url, count):
    """Cancel *count* calls at any moment of theirs; return whether no slot was lost."""
    async with client(url) as gosms:
        load = Load(gosms, cancels=1.0)
        for _ in range(0, count, AT_WORK):
            await asyncio.gather(*(load.one() for _ in range(AT_WORK)))
        await _rest(gosms)
        lost = _in_flight(gosms)
        afterwards = await asyncio.gather(
            *(gosms.list(limit=1) for _ in range(50)), return_exceptions=True
        )
    fine = sum(not isinstance(each, BaseException) for each in afterwards)
    print(f"{load.outcomes['cancelled']} of {count} calls cancelled, {lost} slots lost")
    print(f"afterwards {fine} of 50 calls succeeded")
    return lost == 0 and fine == 50


def verdict(seen):
    """Compare the first half of the intervals with the second."""
    half = len(seen) // 2
    allowed = {"memory": GROWTH, "files": POOL, "tasks": 0, "in_flight": 0}
    grown = {
        name: statistics.median(getattr(each, name) for each in seen[half:])
        - statistics.median(getattr(each, name) for each in seen[:half])
        for name in allowed
    }
    flat = all(grown[name] <= allowed[name] for name in allowed) and not seen[-1].in_flight
    print("flat" if flat else f"grown: {grown}")
    return flat


async def _rest(gosms):
    """Wait for what cancelled callers left behind."""
    for _ in range(500):
        if _in_flight(gosms) == 0:
            return
        await asyncio.sleep(0.02)


def _in_flight(gosms):
    return len(gosms._session._dispatcher.in_flight)  # noqa: SLF001 - slots are counted from inside


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=200, help="calls a second")
    parser.add_argument("--faults", type=float, default=0.02, help="share of the requests")
    parser.add_argument("--cancels", type=float, default=0.01, help="share of the calls")
    parser.add_argument("--interval", type=float, default=10, help="seconds between the figures")
    parser.add_argument("--cancel-only", type=int, default=0, help="cancel so many calls")
    options = parser.parse_args()
    with server(0.0 if options.cancel_only else options.faults) as url:
        if options.cancel_only:
            return not asyncio.run(cancel_only(url, options.cancel_only))
        return not asyncio.run(soak(url, options))


if __name__ == "__main__":
    sys.exit(main())
