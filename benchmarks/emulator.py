"""
What the emulator costs: start, memory, sends a second with the page open, a fresh one a test.

python benchmarks/emulator.py        all rows; the page is open in Chromium where it is installed
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

import httpx
import psutil

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
    """Return seconds from starting a process to its first answer, and its CPU seconds and MB."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
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
    """Print one row for each promise."""
    starts = [start() for _ in range(5)]
    took, cpu, memory = (median(column) for column in zip(*starts, strict=True))
    print(f"start to first answer     {took:8.2f} s    (target 0.6; {cpu:.2f} s of CPU)")
    print(f"memory then               {memory:8.1f} MB   (target 45)")
    rate, used, opened = asyncio.run(throughput())
    page = "page open" if opened else "no page: chromium is missing"
    print(f"sends over sockets        {rate:8.0f} /s   (target 2000; {page})")
    print(f"the server's CPU for one  {used / SENDS * 1e6:8.0f} µs")
    costs = asyncio.run(fresh())
    print(
        f"fresh emulator, send, assert {median(costs):5.2f} ms   (target 5; worst {max(costs):.1f})"
    )


if __name__ == "__main__":
    main()
