"""The database of campaigns: a private SQLite file, or a PostgreSQL that workers share."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import platformdirs
import sqlalchemy as sa
from dbos import DBOS
from sqlalchemy import event, exc

from gosms_async.campaign.commits import Commits
from gosms_async.campaign.errors import JournalError
from gosms_async.campaign.old_sqlite import teach
from gosms_async.campaign.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

VARIABLE: Final = "GOSMS_DATABASE_URL"
_POOL: Final = 5  #: connections
_NOTICING: Final = {  # a server that is gone without a word; by default it takes two hours
    "connect_timeout": "10",  # seconds, as the next two
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # milliseconds
}
_BUSY: Final = 30.0  #: seconds to wait for another process's write to a file


class Database:
    """
    Runs functions of a connection, each in a transaction and in a thread.

    Args:
        url: `postgresql://…`, `sqlite:///path`, or the path of a file; by default the value of
            GOSMS_DATABASE_URL, else a file in the user's data folder.
    """

    def __init__(self, url: str | Path | None = None) -> None:
        self.url: sa.URL = _url(url or os.environ.get(VARIABLE) or default_path())
        in_file = self.url.drivername == "sqlite"
        self.path: Path | None = Path(str(self.url.database)) if in_file else None
        teach()
        self.engine: sa.Engine = _engine(self.url, self.path)
        # Threads of our own, which end with it: a DBOS takes those of the loop along when it ends.
        self._threads = ThreadPoolExecutor(_POOL, thread_name_prefix="gosms-journal")
        self.commits: Final = Commits(self.engine, self._threads)

    @property
    def text(self) -> str:
        """The address, password included, as DBOS takes it."""
        return self.url.render_as_string(hide_password=False)

    async def open(self) -> Self:
        """
        Make what is missing: the file, the tables.

        Raises:
            JournalError: It cannot be reached, or is no such database.
        """
        await self.in_thread(self._prepare)
        return self

    async def close(self) -> None:
        """Give the connections back."""
        await self.in_thread(self.engine.dispose)

    async def read(self, ask: Callable[[sa.Connection], T]) -> T:
        """Return what *ask* finds, in a transaction that writes nothing."""

        def run() -> T:
            with self.engine.connect().execution_options(gosms_reads=True) as connection:
                return ask(connection)

        return await self.in_thread(run)

    async def write(self, act: Callable[[sa.Connection], T]) -> T:
        """
        Do *act*, and return when it is on the disk.

        Acts that come at the same time share a transaction, and with it the wait for the disk.
        """
        try:
            return await self.commits.write(act)
        except exc.IntegrityError:
            raise
        except exc.SQLAlchemyError as error:
            raise self._error(error) from error

    async def write_alone(self, act: Callable[[sa.Connection], T]) -> T:
        """Do *act*, which may take long, in a transaction of its own."""

        def run() -> T:
            with self.engine.begin() as connection:
                return act(connection)

        return await self.in_thread(run)

    async def in_thread(self, run: Callable[[], T]) -> T:
        """
        Return what *run* returns, whose errors are those of the database.

        Raises:
            JournalError: The database cannot be used.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except exc.IntegrityError:
            raise
        except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> JournalError:
        where = self.path or f"{self.url.host}:{self.url.port or 5432}/{self.url.database}"
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return JournalError(f"the campaign database {where} cannot be used: {reason}")

    def _prepare(self) -> None:
        if self.path is not None:
            _make_private(self.path)
        DBOS.migrate(self.text)
        with self.engine.begin() as connection:
            if self.path is None:  # two workers may start at the same time
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('gosms_rows'))"))
            METADATA.create_all(connection)


def default_path() -> Path:
    """Return where campaigns are kept when nothing else is said."""
    return platformdirs.user_data_path("gosms-async", appauthor=False) / "campaigns.db"


def _url(given: str | Path) -> sa.URL:
    if isinstance(given, Path) or "://" not in given:
        return sa.URL.create("sqlite", database=str(Path(given).expanduser().absolute()))
    url = sa.make_url(given)
    kind = url.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise JournalError(f"{VARIABLE}: sqlite:///… or postgresql://…, not {kind}://")
    if kind == "sqlite":
        return url.set(drivername="sqlite")
    query = {**_NOTICING, **url.query}
    return url.set(drivername="postgresql+psycopg", query=query)


def _engine(url: sa.URL, path: Path | None) -> sa.Engine:
    if path is None:
        return sa.create_engine(url, pool_size=_POOL, max_overflow=0, pool_pre_ping=True)
    engine = sa.create_engine(url, pool_size=_POOL, connect_args={"timeout": _BUSY})
    event.listen(engine, "connect", _begin_by_hand)
    event.listen(engine, "begin", _begin)
    return engine


def _begin_by_hand(connection: Any, _: object) -> None:
    connection.isolation_level = None  # else sqlite3 begins by itself, and too late


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("gosms_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _make_private(path: Path) -> None:
    """Let nobody else read the file, and let readers and a writer not wait for each other."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
