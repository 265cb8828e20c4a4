"""
Precision of the shared rate limit: whole clients in several processes, counted at the endpoint.

    python benchmarks/window.py [--seconds S] [--runs N] [--stores local,sqlite,redis,postgres]

Starts private Redis and PostgreSQL servers.
"""

import asyncio
import bisect
import collections
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from common import HERE, Target, options, pyplot, save, table, write
from window_worker import LIMIT, watch_the_loop

sys.path.insert(0, str(HERE.parent / "tests"))

import servers  # found only now

ALONE = 600  # sends of one process, with a limit for itself
SECONDS_ALONE = 66
AHEAD = 0.3  # seconds that one process's clock is ahead in the skewed runs
TEMPLATE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n"
    b'{"id": "507f1f77bcf86cd799439011"}'
)


class Endpoint(asyncio.Protocol):
    """Notes when each request came and from whom, and accepts it."""

    def __init__(self, arrivals):
        self.arrivals = arrivals
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        while (end := self.received.find(b"}")) >= 0:  # of the JSON: a head has none
            body = json.loads(self.received[self.received.index(b"{") : end + 1])
            self.received = self.received[end + 1 :]
            self.arrivals.append((time.monotonic(), int(body["phone_number"][-2:])))
            self.transport.write(TEMPLATE)


class Run:
    """The arrivals of one run: (seconds, number of the process)."""

    def __init__(self, arrivals, seconds, processes, reports, late):
        first = arrivals[0][0]
        self.arrivals = [(when - first, who) for when, who in arrivals if when - first <= seconds]
        self.seconds = seconds
        self.processes = processes
        self.reports = reports
        self.late = late  # seconds by which the endpoint was late at worst, for want of a core

    @property
    def times(self):
        return sorted(when for when, _ in self.arrivals)

    @property
    def rate(self):
        return len(self.arrivals) / self.seconds

    @property
    def most(self):
        """The most that any sliding second holds."""
        times = self.times
        return max(bisect.bisect_left(times, t + 1) - i for i, t in enumerate(times))

    @property
    def shares(self):
        counts = collections.Counter(who for _, who in self.arrivals)
        return [counts[who] for who in range(self.processes)]

    @property
    def unfairness(self):
        """How far the process that fares worst is from its fair share, in parts of it."""
        fair = len(self.arrivals) / self.processes
        return max(abs(share - fair) for share in self.shares) / fair


async def measure(store, address, processes, seconds, *, ahead=0.0, share=None, during=None):
    """Let so many processes send for so long; *during(workers)* may make their life hard."""
    arrivals = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Endpoint(arrivals), "127.0.0.1", 0)
    async with server, contextlib.AsyncExitStack() as stack:
        stack.enter_context(_before_others())
        workers = []
        for number in range(processes):
            order = {
                "port": server.sockets[0].getsockname()[1],
                "store": store,
                "address": address,
                "number": number,
                "ahead": 0.0 if number else ahead,
                "share": share,
            }
            workers.append(await stack.enter_async_context(_worker(order)))
        for worker in workers:
            await worker.stdout.readline()  # it is ready
        for worker in workers:
            worker.stdin.write(b"go\n")
        begin, late = loop.time(), []
        watch = asyncio.create_task(watch_the_loop(late))
        if during:
            await during(workers)
        await asyncio.sleep(seconds + 0.3 - (loop.time() - begin))
        watch.cancel()
        reports = [await _report(worker) for worker in workers]
    return Run(sorted(arrivals), seconds, processes, reports, max(late))


@contextlib.contextmanager
def _before_others():
    """Where we may, let no other program of this machine make the endpoint count late."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    yield
    os.setpriority(os.PRIO_PROCESS, 0, usual)


@contextlib.asynccontextmanager
async def _worker(order):
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "window_worker.py"),
        json.dumps(order),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield worker
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()


async def _report(worker):
    """What the worker has to say at the end; nothing if it was killed."""
    worker.stdin.close()
    line = await asyncio.wait_for(worker.stdout.readline(), 10)
    return json.loads(line) if line else None


# --- the report -----------------------------------------------------------------------------


@contextlib.contextmanager
def address_of(store):
    """Where the store is; a server is started for it, and a file made."""
    with contextlib.ExitStack() as stack:
        if store == "local":
            yield None
        elif store == "sqlite":
            yield str(Path(stack.enter_context(tempfile.TemporaryDirectory()), "limit.db"))
        else:
            server = stack.enter_context(getattr(servers, store)())
            time.sleep(2.2)  # a Redis that has just started gives its first slot late
            yield server.url


def row(store, processes, ahead, runs):
    clocks = f", one {ahead} s ahead" if ahead else ""
    shares = "; ".join(", ".join(map(str, run.shares)) for run in runs)
    late = max(report["late_99"] for run in runs for report in run.reports)
    errors = sum(sum(report["errors"].values()) for run in runs for report in run.reports)
    return [
        store,
        f"{processes}{clocks}",
        max(run.most for run in runs),
        f"{min(run.rate for run in runs):.2f}",
        shares,
        f"{max(run.unfairness for run in runs):.0%}",
        f"{late * 1000:.1f}",
        errors,
    ]


def targets(runs):
    """The promises that these runs can tell of; 600 sends by one process are measured alone."""
    long = [run for run in runs if run.processes == 1 and len(run.times) >= ALONE]
    alone = [run.times[ALONE - 1] for run in long]
    of_four = [run.rate for run in runs if run.processes == 4]
    found = [
        Target(f"3. seconds for {ALONE} sends", max(alone, default=None), SECONDS_ALONE, unit=" s"),
        Target("3. most starts in any second", max(run.most for run in runs), LIMIT),
    ]
    slowest = min(of_four, default=None)
    return [*found, Target("3. starts/s of 4 processes", slowest, 9.0, at_least=True)]


def plot(curves, given):
    """The number of starts in the second before each moment, for each store."""
    plt = pyplot()
    if plt is None:
        return
    drawn, axes = plt.subplots(
        len(curves), sharex=True, squeeze=False, figsize=(8, 1.5 * len(curves) + 0.6)
    )
    for (title, run), axis in zip(curves.items(), axes[:, 0], strict=True):
        times = run.times
        moments = sorted([*times, *(t + 1 for t in times)])
        held = [bisect.bisect_right(times, m) - bisect.bisect_right(times, m - 1) for m in moments]
        axis.step(moments, held, where="post", linewidth=1)
        axis.axhline(LIMIT, color="tab:red", linewidth=0.8)
        axis.set(ylim=(0, LIMIT + 2), xlim=(0, given.seconds), ylabel="starts")
        axis.set_title(title, fontsize="medium", loc="left")
    drawn.supxlabel("seconds")
    drawn.suptitle("Starts in the last second, counted at the endpoint")
    save(given, drawn, "window")


def conditions(store, given):
    """Which runs a store has: processes, seconds and how far one clock is ahead."""
    if store == "local":
        return [(1, given.seconds if given.quick else SECONDS_ALONE, 0.0)]
    counts = (1, 2) if given.quick else (1, 2, 4)
    usual = [(processes, given.seconds, 0.0) for processes in counts]
    return usual if given.quick else [*usual, (4, given.seconds, AHEAD)]


async def report(given):
    head = ["store", "processes", "most in a sliding second", "starts/s", "starts of each"]
    head += ["farthest from its fair share", "loop late by, 99 % of the time (ms)", "errors"]
    rows, curves, every = [], {}, []
    for store in given.stores.split(","):
        with address_of(store) as address:
            for processes, seconds, ahead in conditions(store, given):
                runs = []
                for _ in range(given.runs):
                    runs.append(await measure(store, address, processes, seconds, ahead=ahead))
                    await asyncio.sleep(1.2)
                rows.append(row(store, processes, ahead, runs))
                print(*rows[-1], flush=True)
                curves[f"{store}, {processes} processes" if processes > 1 else store] = runs[0]
                every += runs
    shown = {title: run for title, run in curves.items() if run.processes == 4}
    note = "The least rate of the runs is shown, and the most of all the rest."
    packages = ("httpx", "redis", "psycopg")
    write(given, "window", [table(head, rows), note], targets(every), packages)
    plot(shown or curves, given)


def more(parser):
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--stores", default="local,sqlite,redis,postgres")


def main():
    asyncio.run(report(options(__doc__, add=more)))


if __name__ == "__main__":
    main()
