"""
A taskiq worker that sends SMS, and an application that has it send some.

    python examples/taskiq_worker.py

Without GOSMS_TOKEN the SMS go to the emulator; without REDIS_URL it starts a `redis-server` for
itself. In earnest the worker runs alone: `taskiq worker taskiq_worker:broker`, in examples/.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any

import local_worker
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

from gosms_async.taskiq import open_client, send_task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"

broker = ListQueueBroker(URL).with_result_backend(RedisAsyncResultBackend(URL))
open_client(broker)
send_sms = send_task(broker)


@contextlib.asynccontextmanager
async def sender() -> AsyncIterator[local_worker.Send]:
    """What the application sends by."""

    async def send(phone: str, text: str) -> dict[str, Any]:
        task = await send_sms.kiq(phone, text)
        result = await task.wait_result(timeout=60)
        return result.return_value or {"outcome": "not sent"}  # what is raised was not

    await broker.startup()
    try:
        yield send
    finally:
        await broker.shutdown()


if __name__ == "__main__":
    command = "taskiq worker taskiq_worker:broker --workers 1 --log-level WARNING"
    asyncio.run(local_worker.run("taskiq_worker", command))
