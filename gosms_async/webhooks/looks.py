"""Looks up the messages that hints are about: the newest first, within a budget of its own."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from gosms_async import GoSMSError, NotFoundError
from gosms_async.core.limits import Limiter
from gosms_async.webhooks.progress import Progress

if TYPE_CHECKING:
    from gosms_async import AsyncGoSMS, RateLimit
    from gosms_async.webhooks.router import Router

_AT_ONE_ID: Final = 3  #: looks, when they fail for the moment
_LOOK_AGAIN: Final = 5.0  #: seconds until then

_log = logging.getLogger(__name__)


class Looks:
    """The hints that wait for a look, *backlog* at most, and the task that makes the looks."""

    def __init__(
        self, gosms: AsyncGoSMS, router: Router, *, budget: RateLimit, backlog: int, memory: int
    ) -> None:
        self._gosms = gosms
        self._router = router
        self._limiter = Limiter(budget)
        self._backlog = backlog
        self._progress = Progress(memory)
        self._hints: dict[str, int] = {}  # looks made so far, by id; the newest last
        self._hinted = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._looking: asyncio.Task[None] | None = None
        self._later: set[asyncio.TimerHandle] = set()
        self.dropped: int = 0  #: ids that a full backlog has pushed out

    @property
    def is_open(self) -> bool:
        """Whether looks are made: from `start` to `aclose`."""
        return self._looking is not None

    def start(self) -> None:
        """Begin to look."""
        self._looking = asyncio.ensure_future(self._look_for_ever())

    async def aclose(self, grace: float) -> None:
        """Look for *grace* seconds at most at what is left; a second time does nothing."""
        looking, self._looking = self._looking, None
        if looking is None:
            return
        try:
            async with asyncio.timeout(grace):
                await self.settled()
        except TimeoutError:
            _log.warning("hints left", extra={"number": len(self._hints)})
        finally:
            for timer in self._later:
                timer.cancel()
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until no hint waits for its look, and all handlers have been called."""
        await self._idle.wait()

    def add(self, message_id: str, looks: int = 0) -> None:
        """Look at a message soon, after *looks* that have failed."""
        if self._progress.is_over(message_id):
            return
        looks = max(looks, self._hints.pop(message_id, 0))
        if len(self._hints) >= self._backlog:
            del self._hints[next(iter(self._hints))]
            self.dropped += 1
        self._hints[message_id] = looks
        self._idle.clear()
        self._hinted.set()

    async def _look_for_ever(self) -> None:
        while True:
            await self._hinted.wait()
            await self._limiter.acquire("look")
            message_id, looks = self._hints.popitem()
            await self._look(message_id, looks + 1)
            if not self._hints:
                self._hinted.clear()
                self._idle.set()

    async def _look(self, message_id: str, looks: int) -> None:
        try:
            message = await self._gosms.get(message_id)
        except NotFoundError:
            return  # invented, or deleted
        except GoSMSError as error:
            _log.info("a look failed", extra={"id": message_id, "error": type(error).__name__})
            if error.passing and looks < _AT_ONE_ID:
                self._look_again(message_id, looks)
            return
        if self._progress.takes(message):
            await self._router.tell(message)

    def _look_again(self, message_id: str, looks: int) -> None:
        def add() -> None:
            self._later.discard(timer)
            self.add(message_id, looks)

        timer = asyncio.get_running_loop().call_later(_LOOK_AGAIN, add)
        self._later.add(timer)
