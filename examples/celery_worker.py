"""
A Celery worker that sends SMS: one event loop and one client per worker process.

    celery -A celery_worker worker             # in examples/, with REDIS_URL, GOSMS_TOKEN

`acks_late` stays off: a task of a worker that died is not run again. Only what is known not to
have been sent is retried.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from gosms_async import AsyncGoSMS, GoSMSError, SentMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
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
