"""Looking again and again until a thing is as it will stay."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Changing(Protocol):
    """A thing that says of itself whether it will change."""

    @property
    def is_final(self) -> bool:
        """Whether it stays as it is."""
        ...


T = TypeVar("T", bound=Changing)

_PAUSES = (0.5, 1.0, 2.0, 3.0)  #: seconds between looks; then the last one for ever


async def poll(
    look: Callable[[], Awaitable[T]],
    timeout: float,  # noqa: ASYNC109 - one deadline over many looks
) -> T | None:
    """Return what *look* saw last within *timeout* seconds, final if it came to that."""
    last: T | None = None
    try:
        async with asyncio.timeout(timeout):
            for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
                last = await look()
                if last.is_final:
                    break
                await asyncio.sleep(pause)
    except TimeoutError:
        pass
    return last
