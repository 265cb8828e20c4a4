"""
A taskiq worker that sends SMS, and a script that gives it work.

    taskiq worker taskiq_worker:broker         # in examples/, with REDIS_URL, GOSMS_TOKEN
    python examples/taskiq_worker.py           # both at once, against the emulator
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from local_account import account
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

from gosms_async.taskiq import open_client, send_task

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

broker = ListQueueBroker(URL).with_result_backend(RedisAsyncResultBackend(URL))
open_client(broker)
send_sms = send_task(broker)


async def main() -> None:
    """Start a worker, give it three SMS, print what became of them and stop it."""
    command = [sys.executable, "-m", "taskiq", "worker", "taskiq_worker:broker", "--workers", "1"]
    async with account():
        worker = subprocess.Popen(command, cwd=Path(__file__).parent)  # noqa: ASYNC220 - it returns at once
        await broker.startup()
        try:
            tasks = [await send_sms.kiq("79161234567", f"Order {n} is ready") for n in range(3)]
            for task in tasks:
                result = await task.wait_result(timeout=60)
                print(result.return_value["outcome"], result.return_value.get("id"), flush=True)
        finally:
            await broker.shutdown()
            worker.terminate()
            await asyncio.to_thread(worker.wait)


if __name__ == "__main__":
    asyncio.run(main())
