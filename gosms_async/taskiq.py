"""
GoSMS in taskiq: one client per worker process, and a task that is never repeated blindly.

    broker = ListQueueBroker(url)
    open_client(broker)
    send_sms = send_task(broker)

    await send_sms.kiq("79161234567", "Your order is ready")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import attrs

from gosms_async import AsyncGoSMS, OutcomeUnknownError
from gosms_async.contrib.failover import settled

try:
    from taskiq import AsyncBroker, Context, TaskiqDepends, TaskiqEvents, TaskiqState
    from taskiq.acks import AcknowledgeType
except ImportError as _missing:
    raise ImportError("gosms_async.taskiq needs: pip install 'gosms-async[taskiq]'") from _missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskiq import AsyncTaskiqDecoratedTask

__all__ = ["GoSMS", "gosms_of", "open_client", "send_task"]


def open_client(broker: AsyncBroker, make: Callable[[], AsyncGoSMS] = AsyncGoSMS) -> None:
    """Keep a client open while a worker of *broker* runs; *make* makes it in the worker."""

    async def open_(state: TaskiqState) -> None:
        state.gosms = make()

    async def close(state: TaskiqState) -> None:
        await state.gosms.aclose()

    broker.add_event_handler(TaskiqEvents.WORKER_STARTUP, open_)
    broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, close)


async def gosms_of(context: Annotated[Context, TaskiqDepends()]) -> AsyncGoSMS:
    """
    Return the client of the worker, a dependency.

    Raises:
        RuntimeError: `open_client` was not called for its broker.
    """
    gosms = getattr(context.state, "gosms", None)
    if gosms is None:
        raise RuntimeError("no client: call gosms_async.taskiq.open_client(broker)")
    return gosms  # type: ignore[no-any-return]  # a state holds anything


GoSMS = Annotated[AsyncGoSMS, TaskiqDepends(gosms_of)]
"""A parameter of this type is the worker's client."""


def send_task(
    broker: AsyncBroker, *, name: str = "gosms.send", resolve_timeout: float = 60.0
) -> AsyncTaskiqDecoratedTask[..., Any]:
    """
    Register a task that sends one SMS, with the arguments of `AsyncGoSMS.send`.

    Its result is `{"outcome": "accepted", "id": …, "recovered": …}`, or `{"outcome": "unknown"}`
    when *resolve_timeout* seconds did not settle a doubt: no retry of the worker's must repeat
    that. What it raises was not sent. A broker that can is told that the task is taken before it
    is begun: one that a killed worker had begun is not begun again.
    """

    async def send_sms(
        phone_number: str,
        message: str,
        *,
        device_id: str | None = None,
        to_sim: int | None = None,
        callback_id: str | None = None,
        gosms: GoSMS,
    ) -> dict[str, Any]:
        sending = gosms.send(
            phone_number, message, device_id=device_id, to_sim=to_sim, callback_id=callback_id
        )
        try:
            sent = await settled(sending, resolve_timeout)
        except OutcomeUnknownError:
            return {"outcome": "unknown"}
        return {"outcome": "accepted", **attrs.asdict(sent)}

    return broker.register_task(send_sms, name, ack_type=AcknowledgeType.WHEN_RECEIVED.value)
