"""
Listeners to every call of every client: for logs, metrics, or of your own.

    add_listener(LoggingListener())

Those for structlog, Prometheus and OpenTelemetry are modules of their own, since they bring a
dependency each: `gosms_async.listeners.structlog`, `.prometheus`, and `gosms_async.otel`.
"""

from gosms_async.core.hooks import (
    Attempt,
    Listener,
    Outcome,
    RateLimited,
    Retry,
    add_listener,
    remove_listener,
)
from gosms_async.listeners.stdlib import LoggingListener

__all__ = [
    "Attempt",
    "Listener",
    "LoggingListener",
    "Outcome",
    "RateLimited",
    "Retry",
    "add_listener",
    "remove_listener",
]
