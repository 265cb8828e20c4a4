"""Settling a doubt where what was made carries a mark of the client's own."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, TypeVar

from .call import Settlement
from .errors import CallError, OutcomeUnknownError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

_PAUSES = (0.3, 0.7, 1.0, 3.0, 5.0)  #: seconds before each look; then the last one for ever
_PATIENCE = 12.0  #: seconds for which a call looks before it says "unknown"


class Lookup(Settlement[T]):
    """
    Looks for what a lost answer was about, by the mark that it alone carries.

    *look* returns it, or None while it is not to be seen. That it is not seen proves nothing: the
    call is never repeated, the doubt is raised and can be resolved.
    """

    def __init__(self, look: Callable[[], Awaitable[T | None]]) -> None:
        self._look = look

    async def settle(self, error: CallError) -> T:
        """Return what was made though the answer was lost."""
        return await self._resolve(self.unknown(error), _PATIENCE)

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return a doubt that can be resolved for as long as the client is open."""
        unknown = super().unknown(error)
        unknown.resolver = functools.partial(self._resolve, unknown)
        return unknown

    async def _resolve(
        self,
        unknown: OutcomeUnknownError,
        timeout: float,  # noqa: ASYNC109 - the public name
    ) -> T:
        try:
            async with asyncio.timeout(timeout):
                return await self._find()
        except TimeoutError:
            raise unknown from unknown.__cause__

    async def _find(self) -> T:
        pauses = iter(_PAUSES)
        while True:
            await asyncio.sleep(next(pauses, _PAUSES[-1]))
            try:
                found = await self._look()
            except CallError:
                continue  # a look that failed says nothing
            if found is not None:
                return found
