"""One attempt of a call in a task of its own, safe from the end of its caller."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .errors import Fate, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Exchange(Generic[T]):
    """
    Work that waits for its turn and then runs in a *task*; its *outcome* is for the caller.

    As with asyncio.shield, a caller who is cancelled leaves the task alone, but the loop is asked
    for half as many callbacks. *on_start* is called right before the work begins.
    """

    __slots__ = ("_ended", "_on_start", "_work", "context", "outcome", "task")

    def __init__(self, work: Coroutine[Any, Any, T], on_start: Callable[[], None]) -> None:
        self._work = work
        self._on_start = on_start
        self.context: contextvars.Context = contextvars.copy_context()
        """That of the caller, for whoever starts it."""
        self.outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[T] | None = None
        """None until it begins."""

    def start(self, ended: Callable[[Exchange[T]], None]) -> None:
        """Begin the work; *ended* is called before the caller goes on."""
        self._ended = ended
        self._on_start()
        self.task = asyncio.get_running_loop().create_task(self._run())
        if not self.outcome.done():
            self.task.add_done_callback(self._fail)

    def drop(self, error: Exception | None = None) -> None:
        """Let the work never begin; the caller gets *error*, if any."""
        self._work.close()
        if error is not None and not self.outcome.done():
            self.outcome.set_exception(error)

    def end(self) -> None:
        """End the work before its time, if it has begun."""
        if self.task is not None:
            self.task.cancel()

    async def _run(self) -> T:
        """Tell a result at once; a callback of the task would come a turn of the loop later."""
        try:
            result = await self._work
        except BaseException:
            del self  # the outcome will hold the error, which holds this frame
            raise
        if self.task is not None:  # else it ended within its making
            self.task.remove_done_callback(self._fail)
        self._ended(self)
        if not self.outcome.done():
            self.outcome.set_result(result)
        return result

    def _fail(self, task: asyncio.Task[T]) -> None:
        self._work.close()  # of a task that was cancelled before it began
        self._ended(self)
        error = _stray_cancel() if task.cancelled() else task.exception()
        if error is not None and not self.outcome.done():  # else its caller has left
            self.outcome.set_exception(error)
            self.outcome.exception()  # should nobody look at it, that is no news


def _stray_cancel() -> TransportError:
    """Return what is known when the task was cancelled and its caller was not."""
    return TransportError("no answer: the task was cancelled", fate=Fate.LOST, passing=True)
