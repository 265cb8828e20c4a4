"""
Listeners to calls: they hear of attempts, retries, 429s and outcomes.

An event holds the endpoint, counts and seconds; never a header, a body or a query.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)


@attrs.frozen(kw_only=True)
class Attempt:
    """A request leaves."""

    endpoint: str  #: its name, or its method and path
    number: int  #: of this request within its call, from 1
    waited: float  #: seconds in the client's queue: for a permit of the rate limit above all


@attrs.frozen(kw_only=True)
class Retry:
    """An attempt failed and another one will follow."""

    endpoint: str
    attempts: int  #: requests that went out so far
    wait: float  #: seconds until the next one
    error: str  #: the class of the failure


@attrs.frozen(kw_only=True)
class RateLimited:
    """The server answered that this was one call too many."""

    endpoint: str
    retry_after: float | None = None  #: seconds it asked to wait, if it did


@attrs.frozen(kw_only=True)
class Outcome:
    """
    A call is over.

    The *word* is "ok", "recovered" (the answer was lost, the result was found), "refused" (the
    server said no), "not_sent" (nothing was accepted), "no_answer" (of a read, which can safely be
    repeated), "unknown" (it may have been done), "unreadable", "cancelled" or "failed".
    """

    endpoint: str
    word: str
    attempts: int  #: requests that went out
    seconds: float  #: from the call to its end
    error: str = ""  #: the class of what was raised
    code: int | str | None = None  #: the API's own error code


class Listener:
    """
    Hears of every call of every client in this process; override what is of interest.

    The methods run in the event loop, in the context of the call: be quick, never block. An
    exception that they raise is logged and does not affect the call.
    """

    def on_call(
        self,
        endpoint: str,  # noqa: ARG002 - for those who override it
    ) -> contextlib.AbstractContextManager[Any] | None:
        """Return what is to be entered around a call to *endpoint*, a span say."""
        return None

    def on_attempt(self, attempt: Attempt) -> None:
        """A request leaves."""

    def on_retry(self, retry: Retry) -> None:
        """An attempt failed and another one will follow."""

    def on_rate_limited(self, refusal: RateLimited) -> None:
        """The server answered that this was one call too many."""

    def on_outcome(self, outcome: Outcome) -> None:
        """A call is over; what `on_call` returned is still entered."""


_METHODS: Final[dict[type, Callable[[Listener, Any], None]]] = {
    Attempt: lambda listener, event: listener.on_attempt(event),
    Retry: lambda listener, event: listener.on_retry(event),
    RateLimited: lambda listener, event: listener.on_rate_limited(event),
    Outcome: lambda listener, event: listener.on_outcome(event),
}
_listeners: tuple[Listener, ...] = ()


def add_listener(listener: Listener) -> None:
    """Tell *listener* of every call from now on."""
    global _listeners  # noqa: PLW0603 - replaced whole, so that those under way see one or other
    if listener not in _listeners:
        _listeners = (*_listeners, listener)


def remove_listener(listener: Listener) -> None:
    """Stop telling *listener*; one that was not added is ignored."""
    global _listeners  # noqa: PLW0603 - as above
    _listeners = tuple(each for each in _listeners if each is not listener)


def somebody_listens() -> bool:
    """Whether there is any listener; without one no event need be built."""
    return bool(_listeners)


def tell(event: Attempt | Retry | RateLimited | Outcome) -> None:
    """Tell all listeners of *event*."""
    method = _METHODS[type(event)]
    for listener in _listeners:
        with _harmless():
            method(listener, event)


@contextlib.contextmanager
def around(endpoint: str) -> Iterator[None]:
    """Enter what the listeners want around a call to *endpoint*."""
    entered = contextlib.ExitStack()
    for listener in _listeners:
        with _harmless():
            if (context := listener.on_call(endpoint)) is not None:
                entered.enter_context(context)
    try:
        yield
    finally:
        with _harmless():
            entered.close()


@contextlib.contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, it must harm no call
        _log.exception("a listener failed")
