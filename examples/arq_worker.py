"""
An arq worker that sends SMS, and an application that has it send some.

    python examples/arq_worker.py

Without GOSMS_TOKEN the SMS go to the emulator; without REDIS_URL it starts a `redis-server` for
itself. In earnest the worker runs alone: `arq arq_worker.WorkerSettings`, in examples/.

arq runs a job again when its worker died, and at a `Retry`. So a job is tried once, and what is
not known to have been sent is returned, never raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any

import local_worker
from arq import create_pool  # pyright: ignore[reportMissingImports]  # it lives alone
from arq.connections import RedisSettings  # pyright: ignore[reportMissingImports]  # as said

from gosms_async import AsyncGoSMS, GoSMSError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def open_client(context: dict[str, Any]) -> None:
    """Open the client of this worker."""
    context["gosms"] = AsyncGoSMS()


async def close_client(context: dict[str, Any]) -> None:
    """Close it; arq has waited for its jobs."""
    await context["gosms"].aclose()


async def send_sms(context: dict[str, Any], phone: str, text: str) -> dict[str, str]:
    """Send one SMS and return what became of it."""
    try:
        sent = await context["gosms"].send(phone, text)
    except GoSMSError as error:
        return {"outcome": "unknown" if error.may_have_been_sent else "not sent"}
    return {"outcome": "accepted", "id": sent.id}


class WorkerSettings:
    """What `arq` reads."""

    functions = (send_sms,)
    on_startup = open_client
    on_shutdown = close_client
    max_tries = 1
    job_completion_wait = 40  # seconds that SIGTERM leaves to jobs under way
    redis_settings = RedisSettings.from_dsn(os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379")


@contextlib.asynccontextmanager
async def sender() -> AsyncIterator[local_worker.Send]:
    """What the application sends by."""
    pool = await create_pool(WorkerSettings.redis_settings)

    async def send(phone: str, text: str) -> dict[str, Any]:
        job = await pool.enqueue_job("send_sms", phone, text)
        result: dict[str, Any] = await job.result(timeout=60)
        return result

    try:
        yield send
    finally:
        await pool.aclose()


if __name__ == "__main__":
    asyncio.run(local_worker.run("arq_worker", "arq arq_worker.WorkerSettings"))
