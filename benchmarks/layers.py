"""
Where the time of a send goes: each layer by itself, without a network.

    python benchmarks/layers.py [--rounds N] [--quick]

The least of the rounds, µs. The layers are called as a send calls them; what is not here is the
event loop's own turns, the sockets, and the coroutines that join the layers.
"""

import asyncio
import json
import time

import httpx
from common import options, pin, table, write
from peers import HEADERS, NEVER_WAITS, draft
from server import ACCEPTED

from gosms_async import Draft, _checks, _endpoints, _wire
from gosms_async._twins import Families
from gosms_async.core import answer, limits
from gosms_async.core.places import Places
from gosms_async.core.queue import Queue
from gosms_async.core.transport_h11 import H11Reader
from gosms_async.core.transport_httptools import HttptoolsReader
from gosms_async.core.transport_request import write_head

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
SAID = answer.Answer(200, httpx.Headers(), ACCEPTED.partition(b"\r\n\r\n")[2], 0.0)


def read(kind):
    reader = kind("POST", 65536)
    reader.feed(ACCEPTED)
    return reader


async def nothing():
    pass


async def deadline():
    async with asyncio.timeout(30):  # noqa: ASYNC100 - its own cost is what is wanted
        pass


async def passed(queue):
    await queue.submit(nothing(), lambda: None).outcome


def layers():
    """What is called, by name; a coroutine function is awaited."""
    sent = Draft(**draft(1))
    body = ENCODE(_checks.body_of(sent)).encode()
    url = httpx.URL("http://127.0.0.1/v1/sms/send")
    headers = httpx.Request("POST", url, headers=HEADERS, content=body).headers
    raw = read(HttptoolsReader).headers
    families, limiter = Families(), limits.Limiter(NEVER_WAITS)
    line = limiter.line(_endpoints.SEND.key)
    queue = Queue(Places(20), line, set())
    stream = httpx.ByteStream(b"")
    return {
        "arguments checked": lambda: _checks.checked_draft(Draft(**draft(1))),
        "the text looked through for doubtful characters": lambda: _checks.warn_of_doubtful(
            sent.message, 2
        ),
        "the line of equal SMS found": lambda: families.of(sent),
        "JSON of the request": lambda: ENCODE(_checks.body_of(sent)).encode(),
        "a deadline set and taken back": deadline,
        "a permit of a limit that is not used up": line.take,
        "a permit, and a task for a caller who is only joined to it": lambda: passed(queue),
        "(a bare task, for comparison)": lambda: asyncio.get_running_loop().create_task(nothing()),
        "httpx.Request of ready parts": lambda: httpx.Request(
            "POST", url, headers=headers, stream=httpx.ByteStream(body)
        ),
        "(httpx.Request of a body, for comparison)": lambda: httpx.Request(
            "POST", url, headers=headers, content=body
        ),
        "the head of a request written and checked; it is kept": lambda: write_head(
            "POST", url.raw_path, tuple(headers.raw)
        ),
        "the answer read by h11": lambda: read(H11Reader),
        "the answer read by httptools": lambda: read(HttptoolsReader),
        "httpx.Response": lambda: httpx.Response(200, headers=raw, stream=stream),
        "JSON and id of the answer": lambda: _wire.read_sent(answer.parse(SAID)),
    }


async def least(call, rounds, times):
    """The least µs a call."""
    waits = asyncio.iscoroutine(made := call()) or asyncio.isfuture(made)
    if waits:
        await made
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        if waits:
            for _ in range(times):
                await call()
        else:
            for _ in range(times):
                call()
        found.append((time.perf_counter() - begin) / times * 1e6)
    return min(found)


async def measure(rounds, times):
    return [[name, f"{await least(call, rounds, times):.1f}"] for name, call in layers().items()]


def more(parser):
    parser.add_argument("--rounds", type=int, default=20)


def main():
    given = options(__doc__, add=more)
    rounds, times = (2, 50) if given.quick else (given.rounds, 1000)
    pin(0)
    rows = asyncio.run(measure(rounds, times))
    write(given, "layers", [table(["layer", "µs a send"], rows)], (), ("httpx", "h11", "httptools"))


if __name__ == "__main__":
    main()
