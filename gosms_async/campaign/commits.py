"""Small writes that come at the same time, in one transaction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    Act = Callable[[sa.Connection], Any]

T = TypeVar("T")


class Commits:
    """A commit waits for the disk: ten writes that share one wait a tenth of the time."""

    def __init__(self, engine: sa.Engine, threads: Executor) -> None:
        self._engine = engine
        self._threads = threads
        self._waiting: list[tuple[Act, asyncio.Future[Any]]] = []
        self._rounds: asyncio.Task[None] | None = None

    async def write(self, act: Callable[[sa.Connection], T]) -> T:
        """
        Do *act*, and return when it is on the disk.

        A caller that is cancelled does not take it back.

        Raises:
            IntegrityError: *act* alone breaks a rule of the tables; it changed nothing.
            SQLAlchemyError: The database failed; it is not known whether *act* was done.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((act, done))
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._serve())
        return await done

    async def _serve(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                results = await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._commit, [act for act, _ in batch]
                )
            except Exception as error:  # noqa: BLE001 - each caller gets it
                results = [error] * len(batch)
            for (_, done), result in zip(batch, results, strict=True):
                if done.done():
                    continue
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)

    def _commit(self, acts: list[Act]) -> list[Any]:
        with self._engine.begin() as connection:
            return [_do(connection, act) for act in acts]


def _do(connection: sa.Connection, act: Act) -> Any:
    try:
        with connection.begin_nested():
            return act(connection)
    except exc.IntegrityError as error:
        return error
