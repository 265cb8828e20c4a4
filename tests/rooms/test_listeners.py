"""Each ready listener says what happened, and none says a token, a text or a whole phone."""

import logging

import httpx
import pytest
import structlog
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import LogCapture

from gosms_async import AsyncGoSMS, GoSMSError, RetryPolicy, Verify
from gosms_async.emulator import Emulator
from gosms_async.listeners import LoggingListener, add_listener, remove_listener
from gosms_async.listeners.prometheus import PrometheusListener
from gosms_async.listeners.structlog import StructlogListener
from gosms_async.otel import hide_query, instrument, traced_transport, uninstrument

TOKEN = "eyJhbGciOi.very-secret-token.x"
TEXT = "Private words for one pair of eyes"
PHONE = "79161234567"


@pytest.fixture
async def account():
    async with Emulator(clock="manual", window=None) as emulator:
        yield emulator


@pytest.fixture
def listening():
    """Register listeners for the test."""
    registered = []

    def listen(listener):
        add_listener(listener)
        registered.append(listener)
        return listener

    yield listen
    for listener in registered:
        remove_listener(listener)


async def live_through_everything(account, **settings):
    """A plain send, one after 429, a lost answer that is found, a doubt, a refusal, reads."""
    settings = {"base_url": account.base_url, "retry": RetryPolicy(backoff=0)} | settings
    async with AsyncGoSMS(TOKEN, **settings, on_unknown=Verify(looks=(0.0, 0.1))) as gosms:
        sent = await gosms.send(PHONE, TEXT)
        account.fail("429_storm", retry_after=0)
        await gosms.send(PHONE, TEXT + ".")
        account.fail("500_after")
        await gosms.send(PHONE, TEXT + "..")
        await gosms.get(sent.id)
        async for _ in gosms.messages(search=PHONE):
            pass
        account.fail("blocked")
        with pytest.raises(GoSMSError):
            await gosms.send(PHONE, TEXT + "...")
    async with AsyncGoSMS(TOKEN, **settings, on_unknown="raise") as gosms:
        account.fail("drop_after")
        with pytest.raises(GoSMSError):
            await gosms.send(PHONE, TEXT + "!")


def assert_secret(captured):
    assert captured
    assert TOKEN not in captured
    assert "Private" not in captured
    assert PHONE not in captured
    assert PHONE[1:] not in captured


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    exporter.provider = provider
    return exporter


@pytest.fixture
def reader():
    reader = InMemoryMetricReader()
    reader.provider = MeterProvider([reader])
    yield reader
    reader.provider.shutdown()


@pytest.fixture
def instrumented(spans, reader):
    listener = instrument(tracer_provider=spans.provider, meter_provider=reader.provider)
    yield
    uninstrument(listener)


def points(reader):
    """Metric name and attributes to value or count."""
    return {
        (metric.name, *sorted(point.attributes.values())): getattr(
            point, "value", getattr(point, "count", None)
        )
        for resource in reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
        if metric.name.startswith("gosms.")
    }


@pytest.mark.usefixtures("instrumented")
async def test_a_send_is_a_span_above_the_spans_of_its_requests(account, spans):
    """The exchange runs in a task of its own, which copies the context."""
    account.fail("500_after")
    transport = traced_transport(tracer_provider=spans.provider)
    async with AsyncGoSMS(TOKEN, base_url=account.base_url, transport=transport) as gosms:
        await gosms.send(PHONE, TEXT)

    by_id = {span.context.span_id: span for span in spans.get_finished_spans()}
    parents = [
        (span.name, by_id[span.parent.span_id].name if span.parent else None)
        for span in spans.get_finished_spans()
    ]
    assert parents == [
        ("POST", "gosms.send"),
        ("GET", "gosms.look"),
        ("gosms.look", "gosms.send"),
        ("gosms.send", None),
    ]
    send = spans.get_finished_spans()[-1]
    assert dict(send.attributes) == {"gosms.outcome": "recovered", "gosms.attempts": 1}
    assert send.status.is_ok or send.status.is_unset


@pytest.mark.usefixtures("instrumented")
async def test_metrics_count_sends_by_outcome_and_what_they_went_through(account, reader):
    await live_through_everything(account)

    found = points(reader)
    sends = {key[1]: value for key, value in found.items() if key[0] == "gosms.sends"}
    assert sends == {"ok": 2, "recovered": 1, "refused": 1, "unknown": 1}
    assert found["gosms.unknown", "gosms.send"] == 1
    assert found["gosms.retries", "gosms.send"] == 1
    assert found["gosms.rate_limited", "gosms.send"] == 1
    assert found["gosms.limiter.wait", "gosms.send"] == 6
    assert {value for key, value in found.items() if key[0] == "gosms.in_flight"} == {0}


@pytest.mark.usefixtures("instrumented")
async def test_a_failed_send_is_an_erroneous_span_with_its_code(account, spans):
    account.fail("blocked")
    async with AsyncGoSMS(TOKEN, base_url=account.base_url) as gosms:
        with pytest.raises(GoSMSError):
            await gosms.send(PHONE, TEXT)

    (send,) = spans.get_finished_spans()
    assert not send.status.is_ok
    assert (send.attributes["gosms.code"], send.attributes["gosms.outcome"]) == (3000, "refused")


@pytest.mark.usefixtures("instrumented")
async def test_spans_and_metrics_tell_no_secret(account, spans, reader):
    transport = traced_transport(
        tracer_provider=spans.provider, meter_provider=reader.provider, max_connections=20
    )
    async with AsyncGoSMS(TOKEN, base_url=account.base_url, transport=transport) as gosms:
        account.fail("500_after")
        await gosms.send(PHONE, TEXT)
        await gosms.list(search=PHONE)

    captured = "".join(span.to_json() for span in spans.get_finished_spans())
    captured += reader.get_metrics_data().to_json()
    assert_secret(captured)
    assert account.base_url + "/sms" in captured


async def test_a_client_of_httpx_is_traced_without_its_queries(account, spans):
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=spans.provider, async_request_hook=hide_query)
    try:
        async with (
            httpx.AsyncClient(trust_env=False) as http_client,
            AsyncGoSMS(TOKEN, base_url=account.base_url, http_client=http_client) as gosms,
        ):
            await gosms.list(search=PHONE)
    finally:
        instrumentor.uninstrument()

    (span,) = spans.get_finished_spans()
    assert_secret(span.to_json())


async def test_prometheus_counts(account, listening):
    registry = CollectorRegistry()
    listening(PrometheusListener(registry))
    await live_through_everything(account)

    def value(name, **labels):
        return registry.get_sample_value(name, {"endpoint": "gosms.send", **labels})

    words = ("ok", "recovered", "refused", "unknown")
    counted = [value("gosms_calls_total", outcome=word) for word in words]
    assert counted == [2, 1, 1, 1]
    assert value("gosms_retries_total") == value("gosms_rate_limited_total") == 1
    assert value("gosms_queue_seconds_count") == 6
    assert value("gosms_call_seconds_count") == 5
    assert value("gosms_in_flight") == 0
    assert_secret(generate_latest(registry).decode())


async def test_the_standard_library_logs_fields(account, listening, caplog):
    """At the lowest level, with all that anybody else logs."""
    caplog.set_level(logging.DEBUG)
    listening(LoggingListener())
    await live_through_everything(account)

    mine = [record for record in caplog.records if record.name == "gosms_async.calls"]
    ends = [r for r in mine if r.msg.startswith("%s") and r.args[0] == "outcome"]
    assert {(r.levelname, r.word) for r in ends} == {
        ("DEBUG", "ok"),
        ("INFO", "recovered"),
        ("WARNING", "refused"),
        ("WARNING", "unknown"),
    }
    assert "retry endpoint=gosms.send attempts=1 wait=0.0 error=RateLimitError" in caplog.text
    assert "rate limited endpoint=gosms.send retry_after=0.0" in caplog.text
    assert_secret("".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records))


async def test_a_logger_that_is_off_is_not_bothered(account, listening, caplog):
    logger = logging.getLogger("test.off")
    logger.setLevel(logging.ERROR)
    listening(LoggingListener(logger))

    await live_through_everything(account)

    assert [record for record in caplog.records if record.name == "test.off"] == []


async def test_structlog_logs_fields(account, listening):
    capture = LogCapture()
    listening(StructlogListener(structlog.wrap_logger(None, processors=[capture])))
    await live_through_everything(account)

    events = [entry["event"] for entry in capture.entries]
    assert {"retry", "rate limited", "outcome"} == set(events)
    words = [
        e["word"] for e in capture.entries if e.get("endpoint") == "gosms.send" and "word" in e
    ]
    assert words == ["ok", "ok", "recovered", "refused", "unknown"]
    assert_secret(str(capture.entries))


def test_structlog_has_a_logger_by_default():
    assert StructlogListener()._logger is not None
