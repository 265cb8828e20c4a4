"""
Precision of the shared rate limit: whole clients in several processes, counted at the endpoint.

    python benchmarks/window.py [--seconds S] [--runs N] [--stores sqlite,redis,postgres]

Starts private Redis and PostgreSQL servers. The stores are measured side by side: a client that
waits for its turn needs no processor. With 20 seconds and 3 runs it takes less than four minutes.
"""

import asyncio
import bisect
import contextlib
import itertools
import sys
import tempfile
from pathlib import Path

from common import HERE, Target, options, pyplot, save, table, write
from window_run import measure
from window_worker import LIMIT

sys.path.insert(0, str(HERE.parent / "tests"))

import servers  # found only now

ALONE = 600  # sends of one process, with a limit for itself
SECONDS_ALONE = 66
AHEAD = 0.3  # seconds that one process's clock is ahead in the skewed runs
FAIR = 0.25  # how far from its fair share a process may be, in parts of it


@contextlib.contextmanager
def started(store):
    """A server for *store*, or a file."""
    if store == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder, "limit.db"))
    else:
        with getattr(servers, store)() as server:
            yield server


def address_of(server):
    return getattr(server, "url", server)


# --- the ordinary runs ----------------------------------------------------------------------


def conditions(given):
    """How many runs there are of how many processes, and how far one clock is ahead."""
    if given.quick:
        return [(1, 2, 0.0)]
    return [(1, 1, 0.0), (1, 2, 0.0), (given.runs, 4, 0.0), (given.runs, 4, AHEAD)]


async def side_by_side(stores, seconds, processes, ahead):
    """One run of each store at the same time."""
    ready = asyncio.Barrier(len(stores))
    return await asyncio.gather(
        *(
            measure(store, address_of(server), processes, seconds, ahead=ahead, ready=ready)
            for store, server in stores.items()
        )
    )


async def ordinary(stores, given):
    """Return {(store, processes, ahead): runs}."""
    found = {}
    for runs, processes, ahead in conditions(given):
        for _ in range(runs):
            together = await side_by_side(stores, given.seconds, processes, ahead)
            for store, run in zip(stores, together, strict=True):
                found.setdefault((store, processes, ahead), []).append(run)
    return found


HEAD = ["store", "processes", "most in a sliding second", "starts/s", "starts of each"]
HEAD += ["farthest from its fair share", "loop late by, 99 % of the time (ms)", "errors"]


def row(store, processes, ahead, runs):
    late = max(report["late_99"] for run in runs for report in run.reports)
    return [
        store,
        f"{processes}, one clock {ahead} s ahead" if ahead else processes,
        max(run.most for run in runs),
        f"{min(run.rate() for run in runs):.2f}",
        "; ".join(", ".join(map(str, run.shares)) for run in runs),
        f"{max(run.unfairness for run in runs):.0%}",
        f"{late * 1000:.1f}",
        sum(run.errors for run in runs),
    ]


# --- what goes wrong ------------------------------------------------------------------------


async def killed(store, server, seconds):
    """One of four processes is killed after a third of the time."""

    async def kill_one(workers):
        await asyncio.sleep(seconds / 3)
        workers[1].kill()

    return await measure(store, address_of(server), 4, seconds, during=kill_one)


async def away(store, seconds, share):
    """A server of its own is stopped for the middle third."""

    async def stop_for_a_while(_):
        await asyncio.sleep(seconds / 3)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(seconds / 3)
        await asyncio.to_thread(server.start)

    with started(store) as server:
        return await measure(store, server.url, 4, seconds, share=share, during=stop_for_a_while)


HEAD_OF_TROUBLE = ["store", "what happens in the middle", "most in a sliding second"]
HEAD_OF_TROUBLE += ["starts/s before", "starts/s in the middle", "starts/s at the end"]
HEAD_OF_TROUBLE += ["longest gap (s)", "errors"]


async def troubles(stores, given):
    """Return {(store, what happens): run}, all measured at the same time."""
    begun = {(store, "one of four is killed"): killed(store, server, given.seconds)
             for store, server in stores.items()}  # fmt: skip
    for store in stores.keys() - {"sqlite"}:
        begun[store, "server stopped"] = away(store, given.seconds, None)
        begun[store, "server stopped, share=0.25"] = away(store, given.seconds, 0.25)
    return dict(zip(begun, await asyncio.gather(*begun.values()), strict=True))


def row_of_trouble(store, what, run):
    """A second or so to notice is part of neither side; who comes back waits for some more."""
    third = run.seconds / 3
    back = 2 * third + (0 if what.startswith("one") else third / 2)
    rates = run.rate(0, third), run.rate(third + 1, 2 * third), run.rate(back, run.seconds)
    gap = max(later - earlier for earlier, later in itertools.pairwise(run.times[LIMIT:]))
    return [store, what, run.most, *(f"{rate:.1f}" for rate in rates), f"{gap:.2f}", run.errors]


# --- the report -----------------------------------------------------------------------------


def targets(found, odd, alone):
    """The promises that these runs can tell of."""
    of_four = [run for (_, processes, _), runs in found.items() if processes == 4 for run in runs]
    every = [*itertools.chain(*found.values()), *odd.values(), *([alone] if alone else [])]
    used_up = alone and len(alone.times) >= ALONE and alone.times[ALONE - 1]
    rate = min((run.rate() for run in of_four), default=None)
    unfair = max((run.unfairness for run in of_four), default=None)
    return [
        Target(f"3. seconds for {ALONE} sends", used_up or None, SECONDS_ALONE, unit=" s"),
        Target("3. most starts in any second", max(run.most for run in every), LIMIT),
        Target("3. starts/s of 4 processes", rate, 9.0, at_least=True),
        Target("3. farthest of 4 processes from its fair share", unfair, FAIR),
    ]


def plot(curves, given):
    """The number of starts in the second before each moment, for each run."""
    plt = pyplot()
    if plt is None or not curves:
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


async def report(given):
    with contextlib.ExitStack() as stack:
        stores = {store: stack.enter_context(started(store)) for store in given.stores.split(",")}
        await asyncio.sleep(2.2)  # a Redis that has just started gives its first slot late
        alone = None if given.quick else asyncio.create_task(measure("local", None, 1, 66))
        found = await ordinary(stores, given)
        alone = alone and await alone
        odd = {} if given.quick else await troubles(stores, given)
    rows = [row(*what, runs) for what, runs in sorted(found.items())]
    if alone:
        rows.insert(0, row("none", 1, 0.0, [alone]))
    note = "The least rate of the runs is shown, and the most of all the rest."
    parts = [table(HEAD, rows), note]
    if odd:
        parts.append(
            table(HEAD_OF_TROUBLE, [row_of_trouble(*what, run) for what, run in odd.items()])
        )
    write(given, "window", parts, targets(found, odd, alone), ("httpx", "redis", "psycopg"))
    curves = {f"{store}, 4 processes": runs[0]
              for (store, processes, ahead), runs in found.items()
              if processes == 4 and not ahead}  # fmt: skip
    curves |= {f"{store}, {what}": run for (store, what), run in odd.items() if "share" in what}
    plot(curves, given)


def more(parser):
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--stores", default="sqlite,redis,postgres")


def main():
    given = options(__doc__, add=more)
    if given.quick:
        given.seconds = min(given.seconds, 5)
    asyncio.run(report(given))


if __name__ == "__main__":
    main()
