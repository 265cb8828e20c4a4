"""A store in memory for the tests of what clients make of it."""

import asyncio

from gosms_async.core.limits import Limiter, RateLimit, StoreAwayError, Window


class MemoryStore:
    """Windows on the loop's clock, in a place that can be away and takes *delay* to answer."""

    def __init__(self, *, delay=0.0, away=False):
        self.windows = {}
        self.delay = delay
        self.away = away
        self.asked = 0

    async def reserve(self, key, pace, latest, *, missed):
        window, now = await self._open(key, pace)
        return window.reserve(now, latest, missed=missed)

    async def pause(self, key, pace, seconds):
        window, now = await self._open(key, pace)
        window.pause(now, seconds)

    async def _open(self, key, pace):
        self.asked += 1
        await asyncio.sleep(self.delay)
        if self.away:
            raise StoreAwayError("gone fishing")
        return self.windows.setdefault(key, Window(pace)), asyncio.get_running_loop().time()


def crew(store, loop, number=1, **options):
    """So many clients that share *store*."""
    limit = RateLimit(store=store, **options)
    return [Limiter(limit, account="account", clock=loop.time) for _ in range(number)]
