"""Examples as the processes they are: started by their command, ended by SIGTERM."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

EXAMPLES = Path(__file__).parents[2] / "examples"
ENVIRONMENT = {
    **os.environ,
    "PYTHONDONTWRITEBYTECODE": "",  # what is compiled anew at each start starts twice as slowly
    "PYTHONUNBUFFERED": "1",
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.asynccontextmanager
async def running(*command, env=None, stdin=None):
    """Run a Python command in examples/, and see that it is gone in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *map(str, command),
        cwd=EXAMPLES,
        env={**ENVIRONMENT, **(env or {})},
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        output, _ = await process.communicate()
        sys.stdout.write(output.decode())  # a test that fails shows it


def kill(process):
    """Kill it and its children at once, as a machine does that loses power."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def line_with(process, word, seconds=60):
    """Return the first line of output with *word* in it."""
    seen = []
    async with asyncio.timeout(seconds):
        while line := (await process.stdout.readline()).decode():
            seen.append(line)
            if word in line:
                return line
    raise AssertionError(f"no {word!r} in {''.join(seen)}")


async def end(process, seconds=60):
    """Send SIGTERM; return the exit code and the rest of the output."""
    process.terminate()
    async with asyncio.timeout(seconds):
        rest, _ = await process.communicate()
    return process.returncode, rest.decode()


async def listening(http, url, seconds=60):
    """Wait until a server answers at *url*, whatever it says."""
    async with asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(httpx.ConnectError):
                return await http.get(url)
            await asyncio.sleep(0.02)


async def until(condition, seconds=20):
    """Wait until *condition*, a coroutine function, returns something true, and return that."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.02)
    return found
