"""
A Celery worker that sends SMS, and an application that has it send some.

    python examples/celery_worker.py

Without GOSMS_TOKEN the SMS go to the emulator; without REDIS_URL it starts a `redis-server` for
itself. In earnest the worker runs alone: `celery -A celery_worker worker`, in examples/.

Each worker process has one event loop and one client. `acks_late` stays off: a task of a worker
that died is not run again. Only what is known not to have been sent is retried.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any

import local_worker
from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from gosms_async import AsyncGoSMS, GoSMSError, SentMessage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
app = Celery("sms", broker=URL, backend=URL)
app.conf.update(task_acks_late=False, broker_connection_retry_on_startup=True)


class Loop:
    """The event loop of this process and the client that lives in it."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.gosms = AsyncGoSMS()

    def run(self, work: Awaitable[SentMessage]) -> SentMessage:
        """Run *work* to its end."""

        async def whole() -> SentMessage:
            return await work

        return self._runner.run(whole())

    def close(self) -> None:
        """Close both."""
        self._runner.run(self.gosms.aclose())
        self._runner.close()


loop: Loop | None = None


@worker_process_init.connect
def open_loop(**_: Any) -> None:
    """Open it after the fork, never before."""
    global loop  # noqa: PLW0603 - one per process
    loop = Loop()


@worker_process_shutdown.connect
def close_loop(**_: Any) -> None:
    """Close it; Celery has waited for its tasks."""
    if loop is not None:
        loop.close()


@app.task(bind=True, max_retries=3, default_retry_delay=10)
def send_sms(self: Any, phone: str, text: str) -> dict[str, str]:
    """Send one SMS and return what became of it."""
    assert loop is not None
    try:
        sent = loop.run(loop.gosms.send(phone, text))
    except GoSMSError as error:
        if error.may_have_been_sent or not error.passing:
            return {"outcome": "unknown" if error.may_have_been_sent else "not sent"}
        raise self.retry(exc=error) from error
    return {"outcome": "accepted", "id": sent.id}


@contextlib.asynccontextmanager
async def sender() -> AsyncIterator[local_worker.Send]:
    """What the application sends by; one that is not asynchronous calls `.delay(...).get()`."""

    async def send(phone: str, text: str) -> dict[str, Any]:
        result = send_sms.delay(phone, text)  # pyright: ignore[reportFunctionMemberAccess]  # Celery adds it
        try:
            while not result.ready():  # noqa: ASYNC110 - Celery tells nobody
                await asyncio.sleep(0.1)
            outcome: dict[str, Any] = {"outcome": "not sent"}  # as whatever is raised
            if result.successful():
                outcome = result.get()
        finally:
            result.forget()
        return outcome

    yield send


if __name__ == "__main__":
    command = "celery --quiet -A celery_worker worker --concurrency 1 --loglevel ERROR"
    asyncio.run(local_worker.run("celery_worker", command))
