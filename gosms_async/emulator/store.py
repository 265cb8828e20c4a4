"""The messages in a SQLite file, so that an emulator goes on where it stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
from typing import TYPE_CHECKING

from gosms_async.emulator.message import Message
from gosms_async.emulator.plan import Plan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from gosms_async.emulator.clock import Clock
    from gosms_async.emulator.inboxes import Inboxes

_WRITE_EVERY = 0.5  # seconds
_TABLE = """
create table if not exists messages (
    id text primary key, token text not null, phone_number text not null, text text not null,
    created real not null, device_id text not null, to_sim integer, callback_id text not null,
    plan text not null, started real, seen text not null, faults text not null,
    duplicate_of text not null, deleted integer not null
) strict
"""
# A crash of the machine may cost a second.
_OPEN = ("pragma journal_mode = wal", "pragma synchronous = off", _TABLE)
_SAVE = "insert or replace into messages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LOAD = "select * from messages order by created, id"


class Keeper:
    """Writes what changes to a file, twice a second, while it is open."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._changed: set[Message] = set()
        self._forgotten = False

    def touch(self, messages: Iterable[Message]) -> None:
        """Have *messages* written, new or changed."""
        self._changed.update(messages)

    def forget(self) -> None:
        """Have everything deleted that is in the file."""
        self._changed.clear()
        self._forgotten = True

    @contextlib.asynccontextmanager
    async def open(self, inboxes: Inboxes) -> AsyncIterator[None]:
        """Fill *inboxes* from the file, and keep the file up to date."""
        store = Store(self._path)
        for message in store.load(inboxes.clock):
            inboxes.account(message.token).keep(message)
        for account in inboxes.accounts.values():
            self.touch(account.phones_changed())  # every phone is back after a start
        writer = asyncio.create_task(self._write_often(store))
        try:
            yield
        finally:
            writer.cancel()
            await asyncio.wait({writer})
            self._write(store)
            store.close()

    async def _write_often(self, store: Store) -> None:
        while True:
            await asyncio.sleep(_WRITE_EVERY)
            with contextlib.suppress(sqlite3.OperationalError):  # a full disk may have room later
                self._write(store)

    def _write(self, store: Store) -> None:
        if self._forgotten:
            store.clear()
            self._forgotten = False
        store.save(self._changed)
        self._changed.clear()


class Store:
    """
    One file, readable by its owner only.

    Raises:
        OSError: It cannot be opened.
        ValueError: It is something else.
    """

    def __init__(self, path: Path | str) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            for statement in _OPEN:
                self._connection.execute(statement)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise ValueError(f"{path} cannot be used: {error}") from error

    def load(self, clock: Clock) -> Iterator[Message]:
        """Give all messages, oldest first."""
        for row in self._connection.execute(_LOAD):
            (id_, token, phone, text, created, device, sim, callback) = row[:8]
            (plan, started, seen, faults, duplicate_of, deleted) = row[8:]
            yield Message(
                clock,
                token,
                id_,
                phone,
                text,
                created,
                device,
                sim,
                callback,
                Plan(tuple((after, status) for after, status in json.loads(plan))),
                started,
                seen,
                tuple(json.loads(faults)),
                duplicate_of,
                bool(deleted),
            )

    def save(self, messages: Iterable[Message]) -> None:
        """Write *messages*, new or changed, in one transaction."""
        with self._connection:  # commits, or rolls back
            self._connection.execute("begin")
            self._connection.executemany(_SAVE, map(_row, messages))

    def clear(self) -> None:
        """Forget all."""
        self._connection.execute("delete from messages")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _row(message: Message) -> tuple[object, ...]:
    return (
        message.id,
        message.token,
        message.phone_number,
        message.text,
        message.created,
        message.device_id,
        message.to_sim,
        message.callback_id,
        json.dumps(message.plan.steps),
        message.started,
        message.seen,
        json.dumps(message.faults),
        message.duplicate_of,
        int(message.deleted),
    )
