"""A worker of a queue at work: its Redis, its process, SMS to send, and an end by SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from local_account import account

Send = Callable[[str, str], Awaitable[dict[str, Any]]]
"""Has a worker send to a phone, the first argument, a text, the second; returns its result."""

ORDERS = range(1, 16)


async def run(module: str, command: str) -> None:
    """
    Start a worker by *command*, have it send what the `sender()` of *module* gives it.

    It ends when all is sent, or at SIGINT or SIGTERM: the worker then finishes what it has begun.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with account(), redis(), importlib.import_module(module).sender() as send:
        async with process(sys.executable, "-m", *command.split(), cwd=Path(__file__).parent) as it:
            asked = [asyncio.create_task(tell(send, number)) for number in ORDERS]
            ends = (asyncio.wait(asked), stopped.wait(), it.wait())
            over = [asyncio.ensure_future(end) for end in ends]
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
        _, left = await asyncio.wait(asked, timeout=2)  # for the last results
        for each in left:
            each.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        print(f"left in the queue {len(left)}", flush=True)


async def tell(send: Send, order: int) -> None:
    """Send one SMS and print what became of it."""
    result = await send("79161234567", f"Order {order} is ready")
    print(result["outcome"], result.get("id", ""), flush=True)


@contextlib.asynccontextmanager
async def redis() -> AsyncIterator[None]:
    """Let REDIS_URL lead to a Redis: if it is not set, to one that ends with the example."""
    if os.environ.get("REDIS_URL"):
        yield
        return
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("it needs a Redis: set REDIS_URL, or install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    options = ("--port", port, "--bind", "127.0.0.1", "--save", "")
    async with process(program, *options, stdout=asyncio.subprocess.PIPE) as server:
        assert server.stdout
        async for line in server.stdout:
            if b"Ready to accept" in line:
                break
        os.environ["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        yield


@contextlib.asynccontextmanager
async def process(*command: str, **options: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process that a Ctrl-C does not reach, and end it by SIGTERM."""
    started = await asyncio.create_subprocess_exec(*command, start_new_session=True, **options)
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.terminate()
        await started.wait()
