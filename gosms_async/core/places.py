"""So many places, given out first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque


class Places:
    """
    *size* places to take and to give back; places *within* others take one of those as well.

    A place can be had at once without a turn of the event loop, which asyncio.Semaphore cannot
    promise. One who is cancelled while waiting costs no place.
    """

    def __init__(self, size: int, within: Places | None = None) -> None:
        self.free: int = size
        """Places that nobody has taken."""
        self._within = within
        self._waiters: deque[asyncio.Future[None]] | None = None  # made when somebody waits

    def take(self) -> bool:
        """Take a place if one is free that nobody waits for; tell whether."""
        if self.free < 1 or self._waiters or (self._within and not self._within.take()):
            return False
        self.free -= 1
        return True

    async def __aenter__(self) -> None:
        await self.wait()

    async def __aexit__(self, *_: object) -> None:
        self.give_back()

    async def wait(self) -> None:
        """Take a place as soon as there is one."""
        if self.free > 0 and not self._waiters:
            self.free -= 1
        else:
            await self._wait_here()
        if self._within is not None:
            try:
                await self._within.wait()
            except BaseException:
                self._give_back_here()
                raise

    def give_back(self) -> None:
        """Give back a place; it goes to whoever waits longest."""
        if self._within is not None:
            self._within.give_back()
        if self._waiters:
            self._give_back_here()
        else:
            self.free += 1

    async def _wait_here(self) -> None:
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._waiters is None:
            self._waiters = deque()
        self._waiters.append(given)
        try:
            await given
        except asyncio.CancelledError:
            if not given.cancelled():  # a place was given in the same turn
                self._give_back_here()
            elif given in self._waiters:
                self._waiters.remove(given)
            raise

    def _give_back_here(self) -> None:
        while self._waiters:
            given = self._waiters.popleft()
            if not given.cancelled():
                given.set_result(None)
                return
        self.free += 1
