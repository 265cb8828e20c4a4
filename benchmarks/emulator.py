"""
What the emulator costs: start, memory, sends a second with the page open, a fresh one a test.

    python benchmarks/emulator.py

The page is open in Chromium where that is installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

import httpx
import psutil
from common import Target, options, spread, table, write

from gosms_async.emulator import Emulator

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "e2e"))
from browser import CHROMIUM, chromium  # the browser that the tests use

SENDS = 10_000
CONNECTIONS = 8
FRESH = 500

_SERVE = """
import asyncio, sys
from gosms_async.emulator import serve
asyncio.run(serve(port=0, window=None, on_ready=lambda e: print(e.url, flush=True)))
"""


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def start() -> tuple[float, float, float]:
    """Return seconds from the command to its first answer, its CPU seconds and its MB."""
    command = [Path(sys.executable).with_name("gosms"), "emulator", "--port", "0", "--json"]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/_emulator/ready") as answer:
            answer.read()
        took = time.perf_counter() - begun
        cpu, memory = _cpu(process.pid), psutil.Process(process.pid).memory_info().rss
        process.terminate()
    return took, cpu, memory / 2**20


async def _send(port: int, numbers: range) -> None:
    """Send by hand: the client's own cost is not the question here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        body = b'{"phone_number": "7916%07d", "message": "code %d"}' % (number, number)
        writer.write(
            b"POST /v1/sms/send HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer dev\r\n"
            b"content-length: %d\r\n\r\n" % len(body) + body
        )
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(33)  # {"id":"<24 hex>"}
    writer.close()


@contextlib.asynccontextmanager
async def _page(url: str):
    """Open the page in a browser, if there is one."""
    if CHROMIUM is None:
        yield False
        return
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(url)
        await page.wait_for_selector("body.connected")
        yield True


async def throughput() -> tuple[float, float, bool]:
    """Return sends a second over sockets, the server's CPU seconds, and if a page was open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    port = int(url.rpartition(":")[2])
    share = SENDS // CONNECTIONS
    async with _page(url) as opened:
        used, begun = _cpu(process.pid), time.perf_counter()
        async with asyncio.TaskGroup() as senders:
            for n in range(CONNECTIONS):
                senders.create_task(_send(port, range(n * share, (n + 1) * share)))
        rate = SENDS / (time.perf_counter() - begun)
        used = _cpu(process.pid) - used
    process.terminate()
    await process.wait()
    return rate, used, opened


async def fresh() -> list[float]:
    """Return milliseconds for each of many tests with an emulator of its own, in process."""
    costs = []
    for _ in range(FRESH):
        begun = time.perf_counter()
        emulator = Emulator(clock="manual", window=None)
        transport = httpx.ASGITransport(app=emulator.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost/v1", verify=False, trust_env=False
        ) as client:
            await client.post(
                "/sms/send",
                json={"phone_number": "79161234567", "message": "hi"},
                headers={"authorization": "Bearer dev"},
            )
        emulator.assert_sent(1, to="79161234567")
        costs.append((time.perf_counter() - begun) * 1000)
    return costs


def main() -> None:
    """Write what was measured, and whether it is what was promised."""
    given = options(__doc__)
    starts = [start() for _ in range(2 if given.quick else 7)]
    took, cpu, memory = zip(*starts, strict=True)
    rate, used, opened = asyncio.run(throughput())
    costs = asyncio.run(fresh())
    page = "with the page open" if opened else "without a page: no Chromium"
    rows = [
        ["`gosms emulator`: seconds to the first answer", spread(took)],
        ["– of them on the processor", spread(cpu)],
        ["– MB in memory then", spread(memory)],
        [f"sends a second over sockets, {page}", f"{rate:,.0f}"],
        ["– µs on the server's processor for one", f"{used / SENDS * 1e6:.0f}"],
        ["test with a fresh emulator in process: make, send, assert (ms)", spread(costs)],
    ]
    promises = [
        Target("first answer", median(took), 0.6, unit=" s"),
        Target("memory", median(memory), 45, unit=" MB"),
        Target("sends a second with the page open", rate if opened else None, 2000, at_least=True),
        Target(f"one of {FRESH} tests", median(costs), 5, unit=" ms"),
    ]
    parts = [table(["", "median (least–most)"], rows)]
    write(given, "emulator", parts, promises, ("starlette", "uvicorn", "httptools"))


if __name__ == "__main__":
    main()
