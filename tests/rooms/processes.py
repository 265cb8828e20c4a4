"""Examples as the processes they are: started by their command, ended by SIGTERM."""

import ast
import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "PYTHONDONTWRITEBYTECODE": "",  # what is compiled anew at each start starts twice as slowly
    "PYTHONUNBUFFERED": "1",
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def command_of(example):
    """The one command that an example names in its docstring."""
    docstring = ast.get_docstring(ast.parse((EXAMPLES / example).read_text()))
    (command,) = re.findall(r"^    (.*\bpython examples/.*)$", docstring, re.MULTILINE)
    return command


def running(*command, env=None, stdin=None):
    """Run a Python command in examples/, and see that it is gone in the end."""
    return _process(sys.executable, *map(str, command), cwd=EXAMPLES, env=env, stdin=stdin)


def running_example(example, env):
    """Run an example by its one command, as a shell does in the repository."""
    return _process("bash", "-c", command_of(example), cwd=ROOT, env=env)


@contextlib.asynccontextmanager
async def _process(*command, cwd, env, stdin=None):
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
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


def favour(process):
    """Let it run before whatever else this machine does, which is no test of ours."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, process.pid, -15)


def kill(process):
    """Kill it and its children at once, as a machine does that loses power."""
    family = _descendants(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid in family:  # be they in sessions of their own
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _descendants(pid):
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:  # it has ended
        return []
    return [pid for child in map(int, children) for pid in (child, *_descendants(child))]


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
    return await over(process, seconds)


async def over(process, seconds=60):
    """Wait until it ends; return the exit code and the rest of the output."""
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
