"""The worker's side of a DBOS that the user's program has launched: one runs in a process."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from typing import TYPE_CHECKING, Any, Final

from dbos import DBOS, _dbos

from gosms_async.campaign.engine import NAME, AtWork, Engine, Work, at_work, queues_of, sizes_of
from gosms_async.campaign.errors import CampaignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from dbos import WorkflowStatus

    from gosms_async.campaign.database import Database
    from gosms_async.campaign.engine import Queue

_AT_ONCE: Final = 100  #: batches brought over at a time
_log = logging.getLogger(__name__)


def engine_of(database: Database, queue: Queue, executor: str, account: str) -> Engine | Guest:
    """
    Return the engine of the one worker of this process, as a guest if a DBOS is there already.

    Raises:
        CampaignError: There is such a worker.
    """
    if at_work:
        raise CampaignError("one worker runs in a process; start another process for more")
    host = _dbos._dbos_global_instance  # noqa: SLF001 - there is no public way to ask
    if host is None:
        return Engine(database, queue, executor, account)
    return Guest(database, queue, host, account)


class Guest:
    """
    The same as `Engine`, in the *host* that is there: its name, version and settings stay.

    A DBOS works only for its own application, and batches are put for ours. So they are brought
    over: put again in queues of the host's, and cancelled in ours. Nothing depends on that being
    done once: a row that was sent is planned in no batch.
    """

    def __init__(self, database: Database, queue: Queue, host: DBOS, account: str) -> None:
        self._database = database
        self._queue = queue
        self._host = host
        self._name = str(host._config.get("name"))  # noqa: SLF001 - as above
        self._ours = queues_of(account)
        self._theirs = tuple(f"{queue}@{self._name}" for queue in self._ours)
        pairs = zip(self._ours, self._theirs, strict=True)
        self._to = {queue: theirs for ours, theirs in pairs for queue in (ours, theirs)}
        self._round: asyncio.Task[None] | None = None
        self.executor: Final[str] = DBOS.executor_id

    async def start(self, send: Work, settle: Work, *, batches: int, poll: float) -> None:
        """
        Begin to work on *batches* at a time, asking for new ones every *poll* seconds.

        Raises:
            CampaignError: The host cannot do it as it was launched.
        """
        self._check_host()
        for queue, at_once in zip(self._theirs, sizes_of(batches), strict=True):
            register = functools.partial(
                DBOS.register_queue, queue, worker_concurrency=at_once, polling_interval_sec=poll
            )
            await self._database.in_thread(register)
        await self.rescue(self.executor)  # what an earlier worker of this process has left
        at_work[self.executor] = AtWork(asyncio.get_running_loop(), send, settle)
        self._round = asyncio.create_task(self._bring_over_for_ever(poll))

    async def stop(self) -> None:
        """Leave what is not done to whoever comes next; the host stays."""
        at_work.pop(self.executor, None)
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)

    async def executors_at_work(self) -> set[str]:
        """Return the executors that batches belong to, living or dead, but this one."""
        found = await self._find_pending()
        return {each.executor_id for each in found if each.executor_id} - {self.executor}

    async def rescue(self, executor: str) -> None:
        """Put the batches of a dead *executor* again."""
        await self._put_again(await self._find_pending(executor_id=executor))

    async def _find_pending(self, **which: Any) -> list[WorkflowStatus]:
        return await self._find(status="PENDING", queue_name=[*self._ours, *self._theirs], **which)

    def _check_host(self) -> None:
        host, in_process = self._host, "or run the worker in a process of its own"
        if not host._launched:  # noqa: SLF001 - as above
            raise CampaignError(f"launch the DBOS of this process first, {in_process}")
        if _place(host._sys_db.engine.url) != _place(self._database.url):  # noqa: SLF001 - as above
            raise CampaignError(
                f"the DBOS of this process works on another database: name its one, {in_process}"
            )
        listens_to = host._listening_queues  # noqa: SLF001 - as above
        if listens_to is not None and not {*self._theirs} <= {*listens_to}:
            raise CampaignError(
                f"the DBOS of this process has to listen to {', '.join(self._theirs)}, {in_process}"
            )

    async def _bring_over_for_ever(self, poll: float) -> None:
        which = {"status": "ENQUEUED", "queue_name": [*self._ours], "limit": _AT_ONCE}
        while True:
            try:
                await self._put_again(await self._find(**which))
            except CampaignError as error:
                _log.warning("not brought over", extra={"reason": str(error)})
            await asyncio.sleep(poll)

    async def _find(self, **which: Any) -> list[WorkflowStatus]:
        which |= {"application_name": [NAME, self._name]}
        which |= {"load_input": False, "load_output": False}
        ask = functools.partial(self._queue.client.list_workflows, **which)
        return await self._database.in_thread(ask)

    async def _put_again(self, found: Sequence[WorkflowStatus]) -> None:
        def act(connection: sa.Connection) -> None:
            for each in found:
                to = self._to[each.queue_name or ""]
                self._queue.put_again(connection, each, to, self._name)

        if found:
            old = [each.workflow_id for each in found]
            await self._database.write(act)
            cancel = functools.partial(self._queue.client.cancel_workflows, old)
            await self._database.in_thread(cancel)


def _place(url: sa.URL) -> tuple[object, ...]:
    if url.get_backend_name() == "sqlite":
        return (os.path.realpath(str(url.database)),)
    return (url.host, url.port or 5432, url.database)
