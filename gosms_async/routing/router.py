"""Chooses a route for each SMS by weight, cap and health."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from gosms_async import APIError, ErrorCode, GoSMSError
from gosms_async.routing.route import NoRouteError, Route, Routed, State
from gosms_async.text import segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gosms_async import SentMessage

_HOPELESS: Final = {ErrorCode.BAD_PHONE_NUMBER, ErrorCode.BAD_MESSAGE}

_log = logging.getLogger(__name__)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


class DeviceRouter:
    """
    Sends each SMS by one of several routes.

    Turns are dealt by weight, smoothly: 2 and 1 make A B A A B A. A route whose phone is away or
    switched off, or whose cap of the day is used up, is passed over. The next one is asked only
    when the last is known not to have accepted the SMS; a doubt is raised and goes nowhere else.

    Args:
        routes: Of one account or several, each by a name of its own.
        check_every: Seconds for which what a phone said of itself holds.
        today: Whose day the caps are about; by default that of UTC.

    Raises:
        ValueError: There is no route, or two have one name.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        *,
        check_every: float = 60.0,
        today: Callable[[], dt.date] = _today,
    ) -> None:
        self._states = [State(route) for route in routes]
        names = {state.route.name for state in self._states}
        if not names or len(names) < len(self._states):
            raise ValueError("routes: at least one, each by a name of its own")
        self._check_every = check_every
        self._today = today

    @property
    def used(self) -> dict[str, int]:
        """SMS parts sent by each route today, those in doubt included; kept in memory only."""
        today = self._today()
        return {s.route.name: s.used if s.day == today else 0 for s in self._states}

    async def send(
        self, phone_number: str, message: str, *, callback_id: str | None = None
    ) -> Routed:
        """
        Send one SMS by the first route in turn that accepts it.

        Raises:
            OutcomeUnknownError: A route may have sent it; no other was asked after it.
            NoRouteError: None could; nothing was sent.
            APIError: The number or the text is refused, which no other route would heal.
            ValueError, TypeError: An argument is wrong; nothing left.
        """
        parts = segments(message).count
        refusals: dict[str, GoSMSError] = {}
        untried = list(self._states)
        while state := await self._next(untried, parts):
            untried.remove(state)
            name = state.route.name
            try:
                sent = await self._send(state, parts, phone_number, message, callback_id)
            except GoSMSError as error:
                if error.may_have_been_sent or _is_hopeless(error):
                    raise
                _log.info("not sent", extra={"route": name, "error": type(error).__name__})
                refusals[name] = error
            else:
                return Routed(sent=sent, route=name, refusals=refusals)
        why = "; ".join(f"{name}: {error}" for name, error in refusals.items())
        text = why or "every phone is away, switched off or at its cap of the day"
        raise NoRouteError(text, refusals=refusals)

    async def _next(self, untried: list[State], parts: int) -> State | None:
        able = [state for state in untried if await state.can_send(self._check_every)]
        today = self._today()
        able = [state for state in able if state.has_room(parts, today)]
        for state in able:
            state.credit += state.route.weight
        best = max(able, key=lambda state: state.credit, default=None)
        if best is not None:
            best.credit -= sum(state.route.weight for state in able)
            best.used += parts  # before anything is awaited, so that no crowd oversteps the cap
        return best

    async def _send(
        self, state: State, parts: int, phone_number: str, message: str, callback_id: str | None
    ) -> SentMessage:
        try:
            return await state.send(phone_number, message, callback_id=callback_id)
        except (GoSMSError, ValueError, TypeError) as error:
            if not (isinstance(error, GoSMSError) and error.may_have_been_sent):
                state.used = max(0, state.used - parts)
            raise


def _is_hopeless(error: GoSMSError) -> bool:
    """Whether every route would be told the same."""
    return isinstance(error, APIError) and error.code in _HOPELESS
