"""
Precision of the shared rate limit: whole clients in several processes, counted at the endpoint.

python benchmarks/window.py [--seconds S] [--runs N] [--stores local,sqlite,redis,postgres]

Starts private Redis and PostgreSQL servers. Writes `window.md` and `window.svg` to --output.
"""

import argparse
import asyncio
import bisect
import collections
import contextlib
import json
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit
from gosms_async.core.transport import AsyncioTransport
from gosms_async.stores.postgres import PostgresStore
from gosms_async.stores.redis import RedisStore
from gosms_async.stores.sqlite import SQLiteStore

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

import servers  # noqa: E402 - found only now

LIMIT = 10
TASKS = 20  # waiting in each process, as bulk users do
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


async def watch_the_loop(late):
    """Note how late timers come."""
    while True:
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        late.append(time.perf_counter() - due)


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
        __file__,
        "--work",
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


# --- in the processes -----------------------------------------------------------------------


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
            "token",
            base_url=url,
            rate_limit=limit,
            on_unknown="raise",
            transport=AsyncioTransport(),
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
    return (
        f"| {store} | {processes}{clocks} | {max(run.most for run in runs)} "
        f"| {min(run.rate for run in runs):.2f} | {shares} "
        f"| {max(run.unfairness for run in runs):.0%} | {late * 1000:.1f} | {errors} |"
    )


def plot(curves, path):
    """The number of starts in the second before each moment, for each store."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - no worker needs it

    figure, axes = plt.subplots(len(curves), sharex=True, figsize=(8, 1.5 * len(curves) + 0.6))
    for (title, run), axis in zip(curves.items(), axes if len(curves) > 1 else [axes], strict=True):
        times = run.times
        moments = sorted([*times, *(t + 1 for t in times)])
        held = [bisect.bisect_right(times, m) - bisect.bisect_right(times, m - 1) for m in moments]
        axis.step(moments, held, where="post", linewidth=1)
        axis.axhline(LIMIT, color="tab:red", linewidth=0.8)
        axis.set(ylim=(0, LIMIT + 2), xlim=(0, run.seconds), ylabel="starts")
        axis.set_title(title, fontsize="medium", loc="left")
    figure.supxlabel("seconds")
    figure.suptitle("Starts in the last second, counted at the endpoint")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


async def report(options):
    counts, skewed = ((1, 2), ()) if options.short else ((1, 2, 4), (4,))
    head = ["store", "processes", "most in a sliding second", "starts/s", "starts of each"]
    head += ["farthest from its fair share", "loop late by, 99 % of the time (ms)", "errors"]
    table = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    curves = {}
    for store in options.stores.split(","):
        with address_of(store) as address:
            shared = [(n, 0.0) for n in counts] + [(n, AHEAD) for n in skewed]
            for processes, ahead in [(1, 0.0)] if store == "local" else shared:
                runs = []
                for _ in range(options.runs):
                    seconds = options.seconds
                    runs.append(await measure(store, address, processes, seconds, ahead=ahead))
                    await asyncio.sleep(1.2)
                table.append(row(store, processes, ahead, runs))
                print(table[-1], flush=True)
                curves[f"{store}, {processes} processes" if processes > 1 else store] = runs[0]
    shown = {title: run for title, run in curves.items() if run.processes in (4, options.short)}
    where = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    made = f"`{' '.join(['python', 'benchmarks/window.py', *sys.argv[1:]])}`"
    versions = ", ".join(f"{name} {version(name)}" for name in ("httpx", "redis", "psycopg"))
    note = (
        f"Made by {made} on {where}, {versions}; the least rate and the most of the rest are shown."
    )
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "window.md").write_text("\n".join([*table, "", note, ""]))
    plot(shown or curves, options.output / "window.svg")


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--stores", default="local,sqlite,redis,postgres")
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "assets")
    parser.add_argument("--short", action="store_true", help="1 and 2 processes only")
    parser.add_argument("--work", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        put_clocks_ahead(options.work)
        asyncio.run(work(options.work))
    else:
        asyncio.run(report(options))


if __name__ == "__main__":
    main()
