"""Logs calls by the standard library: an event's name, and its fields beside it."""

from __future__ import annotations

import logging
from typing import Final

from gosms_async.core.hooks import Listener, Outcome, RateLimited, Retry
from gosms_async.listeners.fields import fields_of

_LEVELS: Final = {"ok": logging.DEBUG, "recovered": logging.INFO, "cancelled": logging.INFO}


def level_of(outcome: Outcome) -> int:
    """Return how much a call's end matters: DEBUG when all went well, WARNING when it failed."""
    return _LEVELS.get(outcome.word, logging.WARNING)


class LoggingListener(Listener):
    """
    Logs retries, refusals and outcomes to *logger*, by default "gosms_async.calls".

    The fields are attributes of the record, and stand in its text as `name=value`.
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("gosms_async.calls")

    def on_retry(self, retry: Retry) -> None:
        """Log it as INFO."""
        self._log(logging.INFO, "retry", retry)

    def on_rate_limited(self, refusal: RateLimited) -> None:
        """Log it as WARNING."""
        self._log(logging.WARNING, "rate limited", refusal)

    def on_outcome(self, outcome: Outcome) -> None:
        """Log it as `level_of` says."""
        self._log(level_of(outcome), "outcome", outcome)

    def _log(self, level: int, name: str, event: Retry | RateLimited | Outcome) -> None:
        if self._logger.isEnabledFor(level):
            fields = fields_of(event)
            text = " ".join(f"{key}={value}" for key, value in fields.items())
            self._logger.log(level, "%s %s", name, text, extra=fields)
