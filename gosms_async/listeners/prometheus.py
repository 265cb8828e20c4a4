"""Counts calls for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gosms_async.core.hooks import Attempt, Listener, Outcome, RateLimited, Retry

try:
    from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
except ImportError as _missing:
    raise ImportError(
        "gosms_async.listeners.prometheus needs: pip install 'gosms-async[prometheus]'"
    ) from _missing

if TYPE_CHECKING:
    import contextlib

_BY_ENDPOINT = ("endpoint",)


class PrometheusListener(Listener):
    """
    Keeps these in *registry*, each by endpoint ("gosms.send"); make one per registry.

    `gosms_calls_total` by outcome too: those of "gosms.send" are the sends, "unknown" the doubts;
    `gosms_retries_total`; `gosms_rate_limited_total`; `gosms_in_flight`; and the histograms
    `gosms_queue_seconds`, a request's wait for its turn under the rate limit, and
    `gosms_call_seconds`.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        def made(kind: Any, name: str, said: str, labels: tuple[str, ...] = _BY_ENDPOINT) -> Any:
            return kind(name, said, labels, registry=registry)

        self._calls = made(Counter, "gosms_calls", "Calls that ended.", ("endpoint", "outcome"))
        self._retries = made(Counter, "gosms_retries", "Requests that were made again.")
        self._limited = made(Counter, "gosms_rate_limited", "Answers 429.")
        self._in_flight = made(Gauge, "gosms_in_flight", "Calls under way.")
        self._queued = made(Histogram, "gosms_queue_seconds", "Waits for a turn to send.")
        self._took = made(Histogram, "gosms_call_seconds", "Whole calls.")

    def on_call(self, endpoint: str) -> contextlib.AbstractContextManager[Any]:
        """Count it as under way."""
        return self._in_flight.labels(endpoint).track_inprogress()  # type: ignore[no-any-return]  # it is untyped

    def on_attempt(self, attempt: Attempt) -> None:
        """Observe how long it waited."""
        self._queued.labels(attempt.endpoint).observe(attempt.waited)

    def on_retry(self, retry: Retry) -> None:
        """Count it."""
        self._retries.labels(retry.endpoint).inc()

    def on_rate_limited(self, refusal: RateLimited) -> None:
        """Count it."""
        self._limited.labels(refusal.endpoint).inc()

    def on_outcome(self, outcome: Outcome) -> None:
        """Count it, and observe how long it took."""
        self._calls.labels(outcome.endpoint, outcome.word).inc()
        self._took.labels(outcome.endpoint).observe(outcome.seconds)
