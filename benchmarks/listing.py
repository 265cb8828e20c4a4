"""
Listing 100 000 messages: the memory of a walk, and what asking for pages ahead brings.

    python benchmarks/listing.py [--messages N] [--pages N] [--quick]

The server makes each page when it is asked for it; 20 ms late, where pages are asked for ahead.
"""

import asyncio
import gc
import itertools
import statistics
import time

import psutil
from common import Target, figure, options, pin, serving, spread, table, write
from peers import NEVER_WAITS
from server import MESSAGES

from gosms_async import AsyncGoSMS

LATENCY = 0.02  # seconds
AHEAD = (0, 1, 2, 4)  # pages


def client(url):
    return AsyncGoSMS("benchmark", base_url=f"{url}/v1", rate_limit=NEVER_WAITS)


async def walk(url, messages):
    """Seconds, and the most MB above the start, of a walk over so many messages."""
    process = psutil.Process()
    async with client(url) as gosms:
        await gosms.list()
        gc.collect()
        start = most = process.memory_info().rss
        begin = time.perf_counter()
        count = 0
        async for page in gosms.messages().pages():
            count += len(page.items)
            most = max(most, process.memory_info().rss)
            if count >= messages:
                break
        assert count == messages
        return time.perf_counter() - begin, (most - start) / 2**20


async def speed(gosms, ahead, pages):
    """Pages a second for a reader that does nothing else."""
    begin = time.perf_counter()
    walk = gosms.messages(prefetch=ahead).pages()
    async for _ in walk:
        pages -= 1
        if not pages:
            break
    took = time.perf_counter() - begin
    await walk.aclose()
    return took


async def speeds(url, rounds, pages):
    """For each number of pages ahead, the seconds of each round."""
    found = {ahead: [] for ahead in AHEAD}
    async with client(url) as gosms:
        await speed(gosms, 4, 5)
        for _, ahead in itertools.product(range(rounds), AHEAD):
            found[ahead].append(await speed(gosms, ahead, pages))
    return found


def gain(found, ahead):
    pairs = zip(found[0], found[ahead], strict=True)
    return statistics.median(alone / with_more for alone, with_more in pairs)


def more(parser):
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--pages", type=int, default=60, help="walked in each measurement")
    parser.add_argument("--rounds", type=int, default=5)


def main():
    given = options(__doc__, add=more)
    if given.quick:
        given.messages, given.pages, given.rounds = 1000, 8, 1
    pin(0)
    with serving() as url:
        took, grown = asyncio.run(walk(url, given.messages))
    with serving(delay=LATENCY) as url:
        found = asyncio.run(speeds(url, given.rounds, given.pages))
    rows = [
        [ahead, spread([given.pages / x for x in took_]), f"{gain(found, ahead):.2f}"]
        for ahead, took_ in found.items()
    ]
    walked = f"{given.messages:,} messages walked in {figure(took)} s"
    parts = [
        f"{walked}; memory at its most {figure(grown)} MB above the start.",
        "Pages of 100 messages a second, each 20 ms away, for a reader that does nothing else.",
        table(["pages ahead", "pages/s", "against none"], rows),
    ]
    targets = [
        Target("4. memory of the walk", grown, 10, unit=" MB"),
        Target("4. speed with 2 pages ahead", gain(found, 2), 1.8, at_least=True, unit=" ×"),
    ]
    write(given, "listing", parts, targets)


if __name__ == "__main__":
    main()
