"""Looking again and again until a thing is as it will stay."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, TypeVar

from .errors import CallError

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
    """Return what *look* saw last: the final thing, or what it was after *timeout* seconds."""
    last: T | None = None
    pauses = iter(_PAUSES)
    try:
        async with asyncio.timeout(timeout):
            while True:
                last = await _seen(look) or last
                if last is not None and last.is_final:
                    break
                await asyncio.sleep(next(pauses, _PAUSES[-1]))
    except TimeoutError:
        pass
    return last


async def _seen(look: Callable[[], Awaitable[T]]) -> T | None:
    """Return what *look* saw, None if it failed for the moment."""
    try:
        return await look()
    except CallError as error:
        if not error.passing:
            raise
        return None
