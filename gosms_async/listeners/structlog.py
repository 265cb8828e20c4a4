"""Logs calls by structlog."""

from __future__ import annotations

from typing import Any

from gosms_async.core.hooks import Listener, Outcome, RateLimited, Retry
from gosms_async.listeners.fields import fields_of
from gosms_async.listeners.stdlib import level_of

try:
    import structlog
except ImportError as _missing:
    raise ImportError(
        "gosms_async.listeners.structlog needs: pip install 'gosms-async[structlog]'"
    ) from _missing


class StructlogListener(Listener):
    """Logs retries, refusals and outcomes to *logger*, by default one of structlog's own."""

    def __init__(self, logger: Any = None) -> None:
        self._logger = logger or structlog.get_logger("gosms_async.calls")

    def on_retry(self, retry: Retry) -> None:
        """Log it as info."""
        self._logger.info("retry", **fields_of(retry))

    def on_rate_limited(self, refusal: RateLimited) -> None:
        """Log it as warning."""
        self._logger.warning("rate limited", **fields_of(refusal))

    def on_outcome(self, outcome: Outcome) -> None:
        """Log it as debug, info or warning, by how it went."""
        self._logger.log(level_of(outcome), "outcome", **fields_of(outcome))
