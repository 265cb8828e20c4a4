"""Tasks whose results nobody wants any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


def give_up(task: asyncio.Task[Any]) -> None:
    """Cancel *task*; retrieve its error, if any, so that asyncio does not report it."""
    task.cancel()
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
