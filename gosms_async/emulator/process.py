"""An emulator as the whole work of a process, until that is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from gosms_async.emulator.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gosms_async.emulator.clock import Clock


async def serve(
    host: str = "127.0.0.1",
    port: int = 8026,
    *,
    db: Path | str | None = None,
    clock: str | Clock = "real",
    window: int | None = 10,
    hosts: tuple[str, ...] = (),
    on_ready: Callable[[Emulator], None] | None = None,
) -> None:
    """
    Serve the API and the page until cancelled, or until SIGINT or SIGTERM.

    *on_ready* is given the emulator once it listens; its `url` and `port` are then known. The other
    arguments are those of `Emulator`.

    Raises:
        OSError: The address cannot be had, or the file.
        ValueError: The file of *db* is something else.
    """
    emulator = Emulator(host=host, port=port, db=db, clock=clock, window=window, hosts=hosts)
    with _stop_signals() as stopped:
        async with emulator:
            if on_ready is not None:
                on_ready(emulator)
            await stopped.wait()


@contextlib.contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Return an event that SIGINT and SIGTERM set, where this thread may take signals."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    taken = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; threads other than the main one may not have them.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stopped.set)
            taken.append(number)
    try:
        yield stopped
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
