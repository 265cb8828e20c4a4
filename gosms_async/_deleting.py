"""Deleting a message, which the API allows 5 minutes after its creation."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Final

from . import _endpoints, _wire
from ._codes import ErrorCode
from .core.errors import APIError, CallError
from .core.session import loop_time

if TYPE_CHECKING:
    from .core.session import Session

_KEPT_FOR: Final = dt.timedelta(minutes=5)  #: GoSMS API documentation: code 1010
_ROUNDING: Final = dt.timedelta(seconds=1)  #: `Date` and `time_create` count whole seconds


async def delete(session: Session, message_id: str) -> None:
    """Delete one message, later if it is too early and the deadline of the call allows."""
    deadline = loop_time() + session.timeout
    body = {"id": message_id}
    try:
        await session.call(_endpoints.DELETE, body=body)
    except APIError as error:
        if error.code != ErrorCode.TOO_EARLY_TO_DELETE:
            raise
        error.retry_after = await _seconds_left(session, message_id, deadline)
        if error.retry_after is None or loop_time() + error.retry_after >= deadline:
            raise
        await asyncio.sleep(error.retry_after)
        await session.call(_endpoints.DELETE, body=body, timeout=deadline - loop_time())


async def _seconds_left(session: Session, message_id: str, deadline: float) -> float | None:
    """Return how long the message cannot be deleted yet; None if that cannot be told."""
    try:
        message = await session.call(
            _endpoints.GET,
            body={"id": message_id},
            read=_wire.read_message,
            timeout=deadline - loop_time(),
        )
    except CallError:
        return None
    now = session.heard and session.heard.server_time(loop_time())
    return (message.created_at + _KEPT_FOR + _ROUNDING - now).total_seconds() if now else None
