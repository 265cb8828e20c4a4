"""
An arq worker that sends SMS.

    arq arq_worker.WorkerSettings              # in examples/, with REDIS_URL, GOSMS_TOKEN

arq runs a job again when its worker died, and at a `Retry`. So a job is tried once, and what is
not known to have been sent is returned, never raised.
"""

from __future__ import annotations

import os
from typing import Any

from arq.connections import RedisSettings  # pyright: ignore[reportMissingImports]  # it lives alone

from gosms_async import AsyncGoSMS, GoSMSError


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
    redis_settings = RedisSettings.from_dsn(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))
