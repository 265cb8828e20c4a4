"""
Spans and metrics of OpenTelemetry.

    instrument()
    async with AsyncGoSMS(transport=traced_transport()) as gosms: ...

A call is a span of its endpoint's name, `gosms.send`, above the HTTP spans that
opentelemetry-instrumentation-httpx makes of its requests.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from gosms_async.core.hooks import (
    Attempt,
    Listener,
    Outcome,
    RateLimited,
    Retry,
    add_listener,
    remove_listener,
)
from gosms_async.core.transport import AsyncioTransport

try:
    from opentelemetry import metrics, trace
    from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport
except ImportError as _missing:
    raise ImportError("gosms_async.otel needs: pip install 'gosms-async[otel]'") from _missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

_SEND: Final = "gosms.send"
_WELL: Final = {"ok", "recovered", "cancelled"}
_URLS: Final = ("http.url", "url.full")


class OpenTelemetryListener(Listener):
    """
    Makes the spans, and these metrics, by endpoint.

    `gosms.sends` (by outcome, of sends only), `gosms.unknown`, `gosms.retries`,
    `gosms.rate_limited`, `gosms.in_flight`, and `gosms.limiter.wait` in seconds.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._tracer = trace.get_tracer("gosms_async", tracer_provider=tracer_provider)
        meter = metrics.get_meter("gosms_async", meter_provider=meter_provider)
        self._sends = meter.create_counter("gosms.sends")
        self._unknown = meter.create_counter("gosms.unknown")
        self._retries = meter.create_counter("gosms.retries")
        self._limited = meter.create_counter("gosms.rate_limited")
        self._in_flight = meter.create_up_down_counter("gosms.in_flight")
        self._wait = meter.create_histogram("gosms.limiter.wait", unit="s")

    @contextlib.contextmanager
    def on_call(self, endpoint: str) -> Iterator[None]:
        """Enter the span; the requests' own tasks copy the context and so are its children."""
        where = {"endpoint": endpoint}
        self._in_flight.add(1, where)
        try:
            with self._tracer.start_as_current_span(endpoint):
                yield
        finally:
            self._in_flight.add(-1, where)

    def on_attempt(self, attempt: Attempt) -> None:
        """Record how long it waited for its turn."""
        self._wait.record(attempt.waited, {"endpoint": attempt.endpoint})

    def on_retry(self, retry: Retry) -> None:
        """Count it, and note it in the span."""
        self._retries.add(1, {"endpoint": retry.endpoint})
        trace.get_current_span().add_event("retry", {"wait": retry.wait, "error": retry.error})

    def on_rate_limited(self, refusal: RateLimited) -> None:
        """Count it."""
        self._limited.add(1, {"endpoint": refusal.endpoint})

    def on_outcome(self, outcome: Outcome) -> None:
        """Count it, and write it into the span."""
        if outcome.endpoint == _SEND:
            self._sends.add(1, {"outcome": outcome.word})
        if outcome.word == "unknown":
            self._unknown.add(1, {"endpoint": outcome.endpoint})
        _finish(trace.get_current_span(), outcome)


def _finish(span: Span, outcome: Outcome) -> None:
    span.set_attributes({"gosms.outcome": outcome.word, "gosms.attempts": outcome.attempts})
    if outcome.code is not None:
        span.set_attribute("gosms.code", outcome.code)
    if outcome.error:
        span.set_attribute("error.type", outcome.error)
    if outcome.word not in _WELL:
        span.set_status(trace.StatusCode.ERROR, outcome.word)


def instrument(
    *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> OpenTelemetryListener:
    """Make spans and metrics of every call from now on, by the given or the global providers."""
    listener = OpenTelemetryListener(tracer_provider, meter_provider)
    add_listener(listener)
    return listener


def uninstrument(listener: OpenTelemetryListener) -> None:
    """Undo `instrument`, which returned *listener*."""
    remove_listener(listener)


def traced_transport(
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    **settings: Any,
) -> AsyncOpenTelemetryTransport:
    """
    Return the client's own transport with HTTP spans around each request.

    *settings* are those of `gosms_async.core.transport.AsyncioTransport`. With a client of httpx
    of your own, use `HTTPXClientInstrumentor().instrument(async_request_hook=hide_query)`.
    """
    return AsyncOpenTelemetryTransport(
        AsyncioTransport(**settings), tracer_provider, meter_provider, hide_query
    )


async def hide_query(span: Span, _request: Any) -> None:
    """Take the query out of an HTTP span, for it can hold a phone number: a hook for requests."""
    known = getattr(span, "attributes", None) or {}
    for name in known.keys() & set(_URLS):
        span.set_attribute(name, str(known[name]).partition("?")[0])
