"""Waiting until a message has its final status."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import attrs

from ._models import Message
from .core.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_PAUSES = (0.5, 1.0, 2.0, 3.0)  #: seconds between looks; then the last one for ever


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
    last: Message | None = None
    try:
        async with asyncio.timeout(timeout):
            for pause in _pauses():
                last = await look()
                if last.is_final:
                    return last
                await asyncio.sleep(pause)
    except TimeoutError:
        pass
    status = "no answer" if last is None else f"status {last.status.name}"
    raise WaitTimeoutError(f"not final after {timeout:g} s: {status}", last=last)


def _pauses() -> Iterator[float]:
    return itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1]))
