"""A worker: it sends what is planned, and goes on with what dead workers left."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING, Final, Protocol, Self

from gosms_async import AsyncGoSMS, RateLimit, Verify
from gosms_async.campaign.batches import Batches, end
from gosms_async.campaign.delivery import Deliverer
from gosms_async.campaign.errors import CampaignError
from gosms_async.campaign.guest import engine_of
from gosms_async.campaign.liveness import forget_dead, lock_of
from gosms_async.campaign.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gosms_async.campaign.journal import Journal

_log = logging.getLogger(__name__)
_SHORT = 0.02  #: seconds
_TRIES = 250  #: five seconds of them


class OpenClient(Protocol):
    """Makes the client of a worker, as `functools.partial(AsyncGoSMS, token)` does."""

    def __call__(self, *, on_unknown: Verify, rate_limit: RateLimit, timeout: float) -> AsyncGoSMS:
        """Return a client that takes these as they are."""
        ...


class Worker:
    """
    Works on the rows of one account while it is open; one is open in a process.

    Any number of processes may have one on the same journal: they share the rate limit, and go
    on with the rows of one that dies.

    Args:
        journal: Where the rows are.
        client: Makes its client.
        account: The name that the rows of this account carry in the journal.
        settings: Its pace and patience.
        rate_limit: By default the documented one, shared through the journal's database.
    """

    def __init__(
        self,
        journal: Journal,
        client: OpenClient = AsyncGoSMS,
        *,
        account: str = "default",
        settings: Settings | None = None,
        rate_limit: RateLimit | None = None,
    ) -> None:
        self._journal = journal
        self._client = client
        self._account = account
        self._settings = settings or Settings()
        self._rate_limit = rate_limit
        self.run: Final = uuid.uuid4().hex
        self._deliverer = Deliverer(journal.database, journal.rows, self.run, self._settings)
        self._batches = Batches(journal, self._deliverer, self._settings)
        self._open = contextlib.AsyncExitStack()

    @property
    def waiting_for(self) -> str:
        """Why nothing is sent at the moment; empty: nothing keeps it."""
        return self._deliverer.gate.reason

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            database, queue = self._journal.database, self._journal.queue
            self._engine = engine_of(database, queue, self.run, self._account)
            await forget_dead(database)
            self._lock = lock_of(database, self._engine.executor)
            await self._take_lock()
            stack.push_async_callback(self._lock.free)
            self._deliverer.gosms = await stack.enter_async_context(await self._make_client(stack))
            stack.push_async_callback(self._batches.end)
            stack.push_async_callback(self._engine.stop)
            settings, batches = self._settings, self._batches
            await self._engine.start(
                batches.send, batches.settle, batches=settings.batches, poll=settings.poll
            )
            rounds = [self._for_ever(self._rescue, settings.rescue_every, first=0.0)]
            if settings.track_every:
                every = settings.track_every
                rounds.append(self._for_ever(self.track, every, first=every))
            stack.push_async_callback(end, [asyncio.create_task(each) for each in rounds])
            self._open = stack.pop_all()
        return self

    async def _take_lock(self) -> None:
        """Take it though another worker may hold it for a moment, to see whether this one lives."""
        for _ in range(_TRIES):
            if await self._lock.take():
                return
            await asyncio.sleep(_SHORT)
        raise CampaignError(
            f"another process has the executor id {self._engine.executor!r}: give the DBOS of "
            "each process its own executor_id"
        )

    async def _make_client(self, stack: contextlib.AsyncExitStack) -> AsyncGoSMS:
        limit = self._rate_limit
        if limit is None:
            limit = RateLimit(store=await stack.enter_async_context(self._journal.limit_store()))
        rules = self._settings.verify(self._deliverer.claim)
        timeout = self._settings.send_timeout
        return self._client(on_unknown=rules, rate_limit=limit, timeout=timeout)

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def drain(self) -> None:
        """Start no further send, and wait for those that are under way."""
        self._deliverer.draining = True
        while self._deliverer.in_hand:  # noqa: ASYNC110 - once in its life
            await asyncio.sleep(_SHORT)

    async def aclose(self) -> None:
        """Stop: what is under way is finished within its timeout, the rest waits for a worker."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.send_timeout):
                await self.drain()
        await self._batches.end()
        await self._open.aclose()

    async def track(self) -> int:
        """Store what became of accepted rows; return how many have no end yet."""
        gosms, within = self._deliverer.gosms, self._settings.track_within
        return await self._journal.track(gosms, self._account, within=within)

    async def _for_ever(
        self, do: Callable[[], Awaitable[object]], every: float, first: float
    ) -> None:
        await asyncio.sleep(first)
        while True:
            try:
                await do()
            except Exception as error:  # noqa: BLE001 - what is away may be back next time
                _log.warning("not done", extra={"what": do.__name__, "reason": str(error)})
            await asyncio.sleep(every)

    async def _rescue(self) -> None:
        """Take over the batches of each executor whose lock nobody holds."""
        await self._lock.take()  # a database that was away has forgotten it
        for executor in await self._engine.executors_at_work():
            lock = lock_of(self._journal.database, executor)
            if await lock.take():
                try:
                    await self._engine.rescue(executor)
                finally:
                    await lock.free()
