"""Batches of rows, as a queue hands them to a worker."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gosms_async.campaign.states import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from gosms_async.campaign.delivery import Deliverer
    from gosms_async.campaign.engine import Work
    from gosms_async.campaign.journal import Journal
    from gosms_async.campaign.rows import Entry
    from gosms_async.campaign.settings import Settings


class Batches:
    """Does what is to be done with a batch, until it is done: a queue gives it once."""

    def __init__(self, journal: Journal, deliverer: Deliverer, settings: Settings) -> None:
        self._journal = journal
        self._deliverer = deliverer
        self._doubts_every = settings.doubts_every
        self._at_work: set[asyncio.Task[object]] = set()

    async def send(self, batch: str) -> None:
        """Bring the planned rows of *batch* on their way, and leave its doubts to be settled."""
        await self._until_done(self._send, batch)

    async def settle(self, batch: str) -> None:
        """
        Find out what became of the doubtful rows of *batch*, and send what was not accepted.

        The same doubts are put once only. So it ends when every attempt has that was open at its
        beginning, those that this run itself is making included.
        """
        await self._until_done(self._settle, batch)

    async def end(self) -> None:
        """Leave what is not done to whoever comes next."""
        await end(self._at_work)

    async def _until_done(self, work: Work, batch: str) -> None:
        """Do *work* again while it fails, as with a database that is away."""
        gate = self._deliverer.gate
        with self._working():
            while not await self._is_done(work, batch):
                await gate.enter()

    async def _is_done(self, work: Work, batch: str) -> bool:
        try:
            await work(batch)
        except Exception as error:  # noqa: BLE001 - rows of a batch that is given up wait for ever
            self._deliverer.gate.close(str(error))
            return False
        return True

    async def _send(self, batch: str) -> None:
        await self._journal.put_doubts(await self._doubts(batch))
        await self._deliver_planned(batch)

    async def _settle(self, batch: str) -> None:
        await self._deliverer.finish(batch)
        await _all(self._deliverer.settle, await self._doubts(batch))
        await self._deliver_planned(batch)

    async def _deliver_planned(self, batch: str) -> None:
        """Doubts are put meanwhile: a row may wait for a twin whose batch waits for this one."""
        planned = await self._journal.rows.of_batch(batch, State.PLANNED)
        delivering = asyncio.create_task(_all(self._deliverer.deliver, planned))
        try:
            while not delivering.done():
                await asyncio.wait([delivering], timeout=self._doubts_every)
                await self._journal.put_doubts(await self._doubts(batch))
            await delivering
        finally:
            await end([delivering])

    async def _doubts(self, batch: str) -> list[Entry]:
        """Return the rows that wait for somebody to find out what became of them."""
        found = await self._journal.rows.of_batch(batch, State.SENDING, State.UNKNOWN)
        seen_to = self._deliverer.in_hand.keys() | self._deliverer.settling
        return [each for each in found if not (each.is_given_up or each.mark in seen_to)]

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - DBOS calls from a task
        self._at_work.add(task)
        try:
            yield
        finally:
            self._at_work.discard(task)


async def _all(bring: Callable[[Entry], Awaitable[None]], found: Iterable[Entry]) -> None:
    """Bring each of *found* to its end; an error of one cancels no other, and is raised last."""
    ended = await asyncio.gather(*map(bring, found), return_exceptions=True)
    for error in filter(None, ended):
        raise error


async def end(tasks: Iterable[asyncio.Task[object]]) -> None:
    """Cancel *tasks*, and wait until they have ended."""
    ended = list(tasks)
    for task in ended:
        task.cancel()
    await asyncio.gather(*ended, return_exceptions=True)
