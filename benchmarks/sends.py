"""
CPU time and throughput of sends: this client, others and the floor, side by side in one run.

    python benchmarks/sends.py [--rounds N] [--seconds S] [--quick]

The server runs in a process on another core. The client's CPU is `time.process_time()`, of all its
threads; waiting for the server costs nothing of it. Clients take turns within each round.
"""

import asyncio
import contextlib
import gc
import itertools
import statistics
import time

import attrs
import peers
import psutil
from common import Target, figure, options, pin, pyplot, save, serving, spread, table, write

IN_FLIGHT = (1, 10, 100, 1000)
PATIENCE = 8.0  # seconds for one measurement of a client that collapses
SENDS_OF_THE_FLOOD = 50_000
PACKAGES = ("httpx", "h11", "httptools", "aiohttp", "android-sms-gateway", "twilio")
PACKAGES += ("gosms-ru-client", "sinch")


@attrs.frozen
class Cost:
    cpu: float  # µs a send
    rate: float  # sends/s


async def cost(send, in_flight, seconds, numbers):
    """Keep so many sends in flight for so long; each worker makes at least one."""
    done = 0

    async def worker():
        nonlocal done
        while True:
            await send(next(numbers))
            done += 1
            if time.perf_counter() > end:
                return

    gc.collect()
    cpu, begin = time.process_time(), time.perf_counter()
    end = begin + seconds
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(PATIENCE, 4 * seconds)):
            await asyncio.gather(*(worker() for _ in range(in_flight)))
    cpu, took = time.process_time() - cpu, time.perf_counter() - begin
    return Cost(cpu / done * 1e6, done / took) if done else None


class Run:
    """Every measurement: for a client and a number in flight, one `Cost` a round."""

    def __init__(self, clients):
        self.clients = clients
        self.costs = {}
        self.numbers = itertools.count()

    async def measure(self, url, rounds, seconds, in_flight):
        async with contextlib.AsyncExitStack() as stack:
            sends = {peer: await stack.enter_async_context(peer.open(url)) for peer in self.clients}
            for send in sends.values():
                await cost(send, 10, seconds, self.numbers)  # connections are made, code is warm
            for _ in range(rounds):
                for n in in_flight:
                    for peer, send in sends.items():
                        if n < 100 or not peer.collapses:
                            self._note(peer, n, await cost(send, n, seconds, self.numbers))
        for n, peer in itertools.product(in_flight, self.clients):
            if n >= 100 and peer.collapses:  # once is enough, and leaves its pool unusable
                async with peer.open(url) as send:
                    self._note(peer, n, await cost(send, n, seconds, self.numbers))

    def _note(self, peer, n, spent):
        if spent:
            self.costs.setdefault((peer, n), []).append(spent)

    def cpu(self, peer, n):
        return [spent.cpu for spent in self.costs.get((peer, n), ())]

    def rate(self, peer, n):
        return [spent.rate for spent in self.costs.get((peer, n), ())]

    def ratio(self, peer, other, n):
        """The median of the rounds' ratios, which a busy machine moves less than their parts."""
        pairs = zip(self.cpu(peer, n), self.cpu(other, n), strict=False)
        return statistics.median([mine / yours for mine, yours in pairs] or [float("nan")])

    def above(self, peer, other, n):
        """The median of the rounds' differences, µs."""
        pairs = zip(self.cpu(peer, n), self.cpu(other, n), strict=True)
        return statistics.median(mine - yours for mine, yours in pairs)

    def worst(self, peer, other, in_flight):
        """The largest of the ratios; None if *other* is not here."""
        measured = [n for n in in_flight if self.cpu(peer, n) and self.cpu(other, n)]
        return max((self.ratio(peer, other, n) for n in measured), default=None)

    def growth(self, peer, n):
        """The cost at *n* in flight in parts of that at 10."""
        pairs = zip(self.cpu(peer, n), self.cpu(peer, 10), strict=False)
        return statistics.median([many / ten for many, ten in pairs] or [float("nan")])


async def flood(url, sends):
    """
    By how many MB so many sends at 1 000 in flight raise the RSS, and how many of them failed.

    Twice as many go before: the ids of the last 18 s are remembered (3 s of `Verify.margin`, 5 s of
    slack, 10 s of a look), and are as many before as after.
    """
    numbers = iter(range(2 * sends))
    failed = 0
    async with peers.ours(url, timeout=5) as send:

        async def worker():
            nonlocal failed
            for number in numbers:
                try:
                    await send(number)
                except Exception:  # noqa: BLE001 - whatever it is, it is counted
                    failed += 1

        await asyncio.gather(*(worker() for _ in range(1000)))
        before = psutil.Process().memory_info().rss
        numbers = iter(range(2 * sends, 3 * sends))
        await asyncio.gather(*(worker() for _ in range(1000)))
        return (psutil.Process().memory_info().rss - before) / 2**20, failed


def targets(run, memory, failed, in_flight):
    default, fast, few = peers.DEFAULT, peers.FAST, (1, 10)
    grown = [run.growth(default, n) for n in in_flight if n >= 100]
    protection = [run.above(default, peers.PLAIN, n) for n in in_flight]
    android = peers.ANDROID
    return [
        Target("1. default / httpx, 1 and 10 in flight", run.worst(default, peers.HTTPX, few), 0.5),
        Target("1. default, 100 and 1 000 / 10 in flight", max(grown, default=None), 1.2),
        Target("1. default / android-sms-gateway", run.worst(default, android, in_flight), 1.3),
        Target("1. sends that failed at 1 000 in flight", failed, 0),
        Target("1. memory that further sends take", memory, 5, unit=" MB"),
        Target("2. fast / android-sms-gateway", run.worst(fast, android, in_flight), 0.8),
        Target("2. fast / twilio", run.worst(fast, peers.TWILIO, in_flight), 0.8),
        Target("2. fast / aiohttp", run.worst(fast, peers.AIOHTTP, in_flight), 1.0),
        Target("6. what protects a send", max(protection), 60, unit=" µs"),
    ]


def tables(run, in_flight):
    heads = [f"{n:,} in flight" for n in in_flight]
    cpu, rates = [], []
    for peer in run.clients:
        costs = [run.cpu(peer, n) for n in in_flight]
        ratios = [run.ratio(peer, peers.DEFAULT, n) for n in in_flight]
        cpu.append([peer.name, *(spread(x) if x else "none ended" for x in costs)])
        cpu[-1].append(" · ".join(figure(ratio) for ratio in ratios))
        found = [run.rate(peer, n) for n in in_flight]
        rates.append([peer.name, *(figure(statistics.median(x)) if x else "0" for x in found)])
    return [
        "CPU of the client, µs a send: the median of the rounds (the least–the most).",
        table(["client", *heads, "against the default"], cpu),
        "Sends a second, of a client that has one core.",
        table(["client", *heads], rates),
    ]


def plot(run, in_flight, target):
    plt = pyplot()
    if plt is None:
        return
    drawn, axis = plt.subplots(figsize=(8, 4.5))
    colors = plt.get_cmap("tab20").colors
    for peer, color in zip(run.clients, colors[::2] + colors[1::2], strict=False):
        values = [statistics.median(run.cpu(peer, n) or [float("nan")]) for n in in_flight]
        is_ours = peer in (peers.DEFAULT, peers.FAST)
        label = peer.name.strip("*")
        width = 2.5 if is_ours else 1
        axis.plot(in_flight, values, marker="o", label=label, linewidth=width, color=color)
    axis.set(xscale="log", yscale="log", xlabel="sends in flight", ylabel="CPU of a send, µs")
    axis.set_xticks(in_flight, [f"{n:,}" for n in in_flight])
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.grid(visible=True, which="major", alpha=0.3)
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    save(target, drawn, "sends")


def more(parser):
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each measurement")


def main():
    given = options(__doc__, add=more)
    if given.quick:
        given.rounds, given.seconds = 1, 0.02
    in_flight = IN_FLIGHT[:2] if given.quick else IN_FLIGHT
    run = Run(peers.installed())
    with serving() as url:
        pin(0)
        asyncio.run(run.measure(url, given.rounds, given.seconds, in_flight))
        memory, failed = asyncio.run(flood(url, 2000 if given.quick else SENDS_OF_THE_FLOOD))
    reached = targets(run, memory, failed, in_flight)
    write(given, "sends", tables(run, in_flight), reached, PACKAGES)
    plot(run, in_flight, given)


if __name__ == "__main__":
    main()
