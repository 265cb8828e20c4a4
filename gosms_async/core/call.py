"""One call from its queue to its verdict: attempts, waits and doubts under one deadline."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .endpoint import Endpoint, Repeat
from .errors import APIError, CallError, Fate, OutcomeUnknownError, TransportError
from .report import report_on

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from .dispatcher import Dispatcher
    from .exchange import Exchange

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Settlement(Generic[T]):
    """
    What to do about an attempt that may have been accepted though no clear answer came.

    This one does nothing: the call is made at most once and the doubt is raised.
    """

    attempts: int = 0  #: requests that went out so far

    async def begin(self) -> None:
        """Wait until the call may begin; the deadline covers it."""

    def note_start(self, now: float) -> None:  # noqa: ARG002 - for those who keep the time
        """Take note that a request is about to leave *now*, in loop time."""
        self.attempts += 1

    def note_failure(self, error: CallError) -> None:
        """Take note that an attempt has just ended without a clear answer."""

    def note_end(self) -> None:
        """Take note that nothing of the call is or will be in flight."""

    async def settle(self, error: CallError) -> T:
        """
        Return the result whose answer was lost behind *error*.

        Raises:
            OutcomeUnknownError: It stays unknown.
            CallError: It is known not to have happened; the call is repeated if this is passing.
        """
        raise self.unknown(error)

    def unknown(self, error: CallError) -> OutcomeUnknownError:
        """Return the doubt that *error* leaves behind."""
        return doubt(error, self.attempts)


def doubt(error: CallError, attempts: int) -> OutcomeUnknownError:
    """Return *error* as the doubt it leaves about a call of *attempts* requests."""
    unknown = OutcomeUnknownError(f"outcome unknown: {error}", fate=error.fate, attempts=attempts)
    unknown.__cause__ = error
    return unknown


class Call(Generic[T]):
    """
    One call; *exchange* makes one attempt of it.

    It is given the deadline in loop time, and notes: when it was "permitted", in loop time, and
    where it is to say that it is "unwritten", as long as no byte of the request has left.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        endpoint: Endpoint,
        exchange: Callable[[float, dict[str, Any]], Coroutine[Any, Any, T]],
        settlement: Settlement[T],
        timeout: float,
        *,
        path: str = "",
    ) -> None:
        self._dispatcher = dispatcher
        self._queue = dispatcher.queue(endpoint, path)
        self._endpoint = endpoint
        self._exchange = exchange
        self._settlement = settlement
        self._timeout = timeout
        self._deadline = asyncio.timeout(timeout)
        self._current: Exchange[T] | None = None  # it waits, or is in flight
        self._notes: dict[str, Any] = {}  # of that
        self._last: CallError | None = None
        self._unclear = False
        self._unsettled: CallError | None = None
        self._report = report_on(endpoint)

    async def run(self) -> T:
        """
        Return the result.

        Raises:
            CallError: What is known at the end, within the deadline in any case.
        """
        with self._report:
            return await self._run()

    async def _run(self) -> T:
        self._dispatcher.calls.add(self)
        try:
            async with self._deadline:
                await self._settlement.begin()
                retries = self._dispatcher.retries
                return await retries.run(self._attempt, on_retry=self._report.retry)
        except TimeoutError:
            overdue = self._overdue()
            raise overdue from (self._last if overdue is not self._last else overdue.__cause__)
        except CallError as error:
            if self._unsettled is None or isinstance(error, OutcomeUnknownError):
                raise
            raise self._settlement.unknown(self._unsettled) from error
        finally:
            self._dispatcher.calls.discard(self)
            if self._in_flight is not None:
                self._leave_behind(self._in_flight)
            else:
                if self._current is not None:
                    self._queue.withdraw(self._current)
                self._settlement.note_end()

    @property
    def _in_flight(self) -> asyncio.Task[T] | None:
        return self._current.task if self._current is not None else None

    def end(self) -> None:
        """Let the deadline pass now."""
        if not self._deadline.expired():
            self._deadline.reschedule(0)

    def end_waiting(self) -> None:
        """Let the deadline pass now unless a request is in flight."""
        if self._in_flight is None:
            self.end()

    def _leave_behind(self, task: asyncio.Task[T]) -> None:
        """Let *task* go on without its caller, until the deadline."""
        _log.info("left behind", extra={"endpoint": str(self._endpoint)})
        task.add_done_callback(lambda _: self._settlement.note_end())
        if self._deadline.expired():
            task.cancel()
        else:
            end = task.get_loop().call_at(self._deadline.when() or 0.0, task.cancel)
            task.add_done_callback(lambda _: end.cancel())

    async def _attempt(self) -> T:
        deadline = self._deadline.when() or 0.0
        self._report.queued()
        self._notes = {}
        self._dispatcher.refuse_if_closed()
        self._current = self._queue.submit(self._exchange(deadline, self._notes), self._note_start)
        try:
            result = await self._current.outcome
        except CallError as error:
            self._current = None
            return await self._judge(error)
        self._current = None
        return result

    def _note_start(self) -> None:
        now = self._notes["permitted"] = asyncio.get_running_loop().time()
        self._settlement.note_start(now)
        self._report.attempt()

    async def _judge(self, error: CallError) -> T:
        self._last = error
        self._report.failure(error)
        if self._unclear and self._endpoint.gone_is_done and _is_gone(error):
            return None  # type: ignore[return-value]  # such endpoints return nothing
        if error.fate is Fate.REFUSED:
            raise error
        self._unclear = True
        if self._endpoint.repeat is Repeat.SAFE:
            raise error
        return await self._settle(error)

    async def _settle(self, error: CallError) -> T:
        self._unsettled = error
        self._settlement.note_failure(error)
        try:
            settled = await self._settlement.settle(error)
        except CallError as known:
            if not isinstance(known, OutcomeUnknownError):
                self._unsettled = None
            self._last = known
            raise
        self._report.recovered()
        return settled

    def _overdue(self) -> CallError:
        """Return what is known when the deadline passes."""
        closed = self._dispatcher.closed
        why = "the client was closed" if closed else f"{self._timeout:.3g} s are over"
        if self._in_flight is not None and "unwritten" not in self._notes:
            lost = TransportError(f"no answer: {why}", fate=Fate.LOST, passing=True)
            if self._endpoint.repeat is Repeat.SAFE:
                return lost
            self._settlement.note_failure(lost)
            return self._settlement.unknown(lost)
        if self._unsettled is not None:
            return self._settlement.unknown(self._unsettled)
        return self._last or TransportError(f"it never left: {why}", passing=True)


def _is_gone(error: CallError) -> bool:
    return isinstance(error, APIError) and error.gone
