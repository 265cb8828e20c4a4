"""Waiting until a message has its final status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ._models import Message
from .core.errors import CallError
from .core.polling import poll

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@attrs.define
class WaitTimeoutError(CallError):
    """The time is over and the message has no final status; 2 ("sent") may be the last it gets."""

    last: Message | None = attrs.field(default=None, kw_only=True)
    """The message as last seen, None if no look succeeded."""


async def wait_for_final(
    look: Callable[[], Awaitable[Message]],
    timeout: float,  # noqa: ASYNC109 - the public name
) -> Message:
    """Return the message that *look* returns once its status is final."""
    last = await poll(look, timeout)
    if last is None or not last.is_final:
        status = "no answer" if last is None else f"status {last.status.name}"
        raise WaitTimeoutError(f"not final after {timeout:g} s: {status}", last=last)
    return last
