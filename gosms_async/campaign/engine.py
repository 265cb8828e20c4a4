"""DBOS, which hands batches of rows to workers and forgets none: all that is known of it here."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Final

import attrs
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat

if TYPE_CHECKING:
    import sqlalchemy as sa
    from dbos import WorkflowStatus

    from gosms_async.campaign.database import Database

Work = Callable[[str], Coroutine[None, None, None]]

NAME: Final = "gosms"
_VERSION: Final = "gosms-1"  #: fixed: an upgraded worker goes on with the rows of an older one
_SEND, _SETTLE = "gosms.send", "gosms.settle"
_SINGLE: Final = 50  #: rows that a worker takes at a time
_NO_WORKER: Final = 0.2  #: seconds between two looks for one
_PORTABLE: Final = WorkflowSerializationFormat.PORTABLE  # JSON: no pickle in the database
_logger = logging.getLogger("dbos")
_logger.addHandler(logging.NullHandler())  # else DBOS writes to the terminal by itself


def queues_of(account: str) -> tuple[str, str, str]:
    """Return the queues of *account*: batches to send, single rows to send, doubts to settle."""
    return f"{_SEND}.{account}", f"gosms.single.{account}", f"{_SETTLE}.{account}"


def sizes_of(batches: int) -> tuple[int, int, int]:
    """Return how many of each of these queues a worker takes at a time."""
    return batches, _SINGLE, 100 * batches


@attrs.frozen
class AtWork:
    """What a worker does with batches, and in which loop."""

    loop: asyncio.AbstractEventLoop
    send: Work
    settle: Work

    async def do(self, work: Work, batch: str) -> None:
        """Do it, though DBOS may have been launched in another loop, or in none."""
        if self.loop is asyncio.get_running_loop():
            await work(batch)
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(batch), self.loop))


at_work: Final[dict[str, AtWork]] = {}  #: by executor


async def _worker() -> AtWork:
    """Wait for a worker, which may begin later than DBOS does, and end sooner."""
    while (found := at_work.get(DBOS.executor_id)) is None:  # noqa: ASYNC110 - it may never come
        await asyncio.sleep(_NO_WORKER)
    return found


@DBOS.workflow(name=_SEND, max_recovery_attempts=None, serialization_type=_PORTABLE)
async def _send(batch: str) -> None:
    worker = await _worker()
    await worker.do(worker.send, batch)


@DBOS.workflow(name=_SETTLE, max_recovery_attempts=None, serialization_type=_PORTABLE)
async def _settle(batch: str) -> None:
    worker = await _worker()
    await worker.do(worker.settle, batch)


class Queue:
    """Where batches are put; needs no worker in this process."""

    def __init__(self, database: Database) -> None:
        self.client: Final = DBOSClient(
            system_database_url=database.text,
            application_name=NAME,
            lazy=True,
            retry_connection_errors=False,
        )

    def put(
        self,
        connection: sa.Connection,
        account: str,
        batch: str,
        *,
        single: bool = False,
        doubts: str = "",
    ) -> None:
        """
        Put *batch* in a queue of *account* once the transaction of *connection* is over.

        It goes to be sent, once in its life, a *single* row ahead of campaigns; or to be settled,
        once for the same *doubts*.
        """
        to_send, to_send_singly, to_settle = queues_of(account)
        options = EnqueueOptions(
            workflow_name=_SETTLE if doubts else _SEND,
            workflow_id=f"{batch}.{doubts}" if doubts else batch,
            queue_name=to_settle if doubts else to_send_singly if single else to_send,
            app_version=_VERSION,
            serialization_type=_PORTABLE,
        )
        self.client.enqueue_in_transaction(connection, options, batch)

    def put_again(
        self, connection: sa.Connection, old: WorkflowStatus, queue: str, application: str
    ) -> None:
        """Put the batch of *old* in a *queue* of another application, for its newest version."""
        options = EnqueueOptions(
            workflow_name=old.name,
            workflow_id=f"{old.workflow_id}@{application}",
            queue_name=queue,
            application_name=application,
            serialization_type=_PORTABLE,
        )
        batch = old.workflow_id.partition("@")[0].partition(".")[0]
        self.client.enqueue_in_transaction(connection, options, batch)

    def register(self, account: str, batches: int, poll: float) -> None:
        """Make the queues of *account*, for workers that take *batches* every *poll* seconds."""
        for queue, at_once in zip(queues_of(account), sizes_of(batches), strict=True):
            self.client.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=poll)

    def close(self) -> None:
        """Give the connections back."""
        self.client.destroy()


class Engine:
    """
    The worker's side of DBOS: it calls *send* and *settle* with the names of batches.

    A batch stays this executor's until its function returns, or until another executor rescues
    it. There is one in a process.
    """

    def __init__(self, database: Database, queue: Queue, executor: str, account: str) -> None:
        self._database = database
        self._queue = queue
        self.executor = executor
        self._account = account

    async def start(self, send: Work, settle: Work, *, batches: int, poll: float) -> None:
        """Begin to work on *batches* at a time, asking for new ones every *poll* seconds."""
        at_work[self.executor] = AtWork(asyncio.get_running_loop(), send, settle)
        config = DBOSConfig(
            name=NAME,
            system_database_url=self._database.text,
            executor_id=self.executor,
            application_version=_VERSION,
            log_level="ERROR",
            enable_otlp=False,
            run_migrations=False,  # opening the database has made them
            use_listen_notify=False,
            notification_listener_polling_interval_sec=poll,  # closing waits as long
        )
        # Before the launch: a queue that is made after it is found a second later.
        register = functools.partial(self._queue.register, self._account, batches, poll)
        await self._database.in_thread(register)
        DBOS(config=config)
        DBOS.listen_queues(queues_of(self._account))
        DBOS.launch()  # from the event loop's thread: that is the loop it will call back

    async def stop(self) -> None:
        """Leave what is not done to whoever comes next; call it when no batch is worked on."""
        if at_work.pop(self.executor, None):
            await self._database.in_thread(DBOS.destroy)

    async def executors_at_work(self) -> set[str]:
        """Return the executors that batches belong to, living or dead, but this one."""
        pending = functools.partial(
            DBOS.list_workflows,
            status="PENDING",
            queue_name=list(queues_of(self._account)),
            load_input=False,
            load_output=False,
        )
        found = await self._database.in_thread(pending)
        return {each.executor_id for each in found if each.executor_id} - {self.executor}

    async def rescue(self, executor: str) -> None:
        """
        Put the batches of a dead *executor* back in their queues.

        There is no public call for it: `resume_workflows` asks for no executor, so it would also
        take batches that a living one has taken meanwhile.
        """
        recover = DBOS._recover_pending_workflows  # noqa: SLF001 - see above
        await self._database.in_thread(functools.partial(recover, [executor]))
