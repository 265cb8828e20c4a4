"""
A child process that meets a bomb and says by how many bytes it grew: bomb.py URL TRANSPORT VERB.

It warms up on three small answers first, so that what grows is the bomb's doing.
"""

import asyncio
import sys
from pathlib import Path

import httpx

from gosms_async import AsyncGoSMS, GoSMSError, RetryPolicy
from gosms_async.core.transport import AsyncioTransport

VERBS = {"get": lambda gosms: gosms.get("a" * 24), "list": lambda gosms: gosms.list()}


def peak() -> int:
    """Return the most memory this process has had, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


async def main(url: str, kind: str, verb: str) -> None:
    wire = httpx.AsyncHTTPTransport() if kind == "httpx" else AsyncioTransport(parser=kind)
    once = RetryPolicy(attempts=1)
    async with AsyncGoSMS("token", base_url=url, transport=wire, retry=once) as gosms:
        for _ in range(3):
            await _meet(gosms, verb)
        before = peak()
        error = await _meet(gosms, verb)
    sys.stdout.write(f"{type(error).__name__} {peak() - before}")


async def _meet(gosms: AsyncGoSMS, verb: str) -> GoSMSError | None:
    try:
        await VERBS[verb](gosms)
    except GoSMSError as error:
        return error
    return None


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
