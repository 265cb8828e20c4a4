"""
What can go wrong with a call, ordered by whether it may be repeated.

CallError
├── TransportError            nothing was accepted: safe to repeat
├── OutcomeUnknownError       it left and no clear answer came: resolve it first
├── APIError                  the server said no
│   ├── BadRequestError           400
│   ├── AuthenticationError       401
│   ├── PermissionDeniedError     403
│   ├── NotFoundError             404
│   ├── RateLimitError            429
│   └── ServerError               5xx
└── UnreadableResponseError   an answer in a form the API does not promise
"""

from __future__ import annotations

import enum
import re
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import attrs

_LONG_NUMBER = r"\d{7,}"
_LONGEST_QUOTE = 200

Resolver = Callable[[float], Awaitable[Any]]


class Fate(enum.Enum):
    """What became of a request whose call failed."""

    REFUSED = "refused"  #: It never left, or the answer proves that it was not accepted.
    FAILED = "failed"  #: The API itself answered that it failed: its work on it is over.
    LOST = "lost"  #: It left and the API's answer did not come: it may still be worked on.
    ACCEPTED = "accepted"  #: The answer says yes in a form that cannot be read.


@attrs.define
class CallError(Exception):
    """A call failed."""

    text: str = ""
    fate: Fate = attrs.field(default=Fate.REFUSED, kw_only=True)
    passing: bool = attrs.field(default=False, kw_only=True)
    """Whether the same call may well succeed a moment later."""

    may_have_been_sent: ClassVar[bool] = False
    """Whether what was asked for, a send above all, may have happened all the same."""

    def __str__(self) -> str:
        return self.text or " ".join((type(self).__doc__ or "").split())

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        return _revive, (type(self), {name: v for name, v in fields.items() if not callable(v)})


def _revive(kind: type[CallError], fields: dict[str, Any]) -> CallError:
    return kind(**fields)


class TransportError(CallError):
    """No answer came, and nothing was accepted: the call can safely be made again."""


@attrs.define
class OutcomeUnknownError(CallError):
    """A request left, no clear answer came, and looking did not settle it."""

    attempts: int = attrs.field(default=1, kw_only=True)
    """How many requests went out."""
    resolver: Resolver | None = attrs.field(default=None, kw_only=True, repr=False)

    may_have_been_sent: ClassVar[bool] = True

    async def resolve(self, timeout: float) -> Any:  # noqa: ASYNC109 - the public name
        """
        Find out what became of the call, looking for at most *timeout* seconds.

        Returns:
            What the call would have returned, or None when the call is known to have had no
            effect: it can safely be made again.

        Raises:
            OutcomeUnknownError: Still unknown.
        """
        if self.resolver is None:
            raise self
        return await self.resolver(timeout)


@attrs.frozen
class ErrorDetail:
    """One of the errors that an answer lists."""

    code: int | str | None = None
    """The API's own code."""
    message: str | None = attrs.field(default=None, repr=False)
    """The server's words."""
    more: Any = attrs.field(default=None, repr=False)
    """The whole error object, as the API sent it."""


@attrs.define
class APIError(CallError):
    """The server said no."""

    status: int = attrs.field(kw_only=True)
    """The HTTP status."""
    code: int | str | None = attrs.field(default=None, kw_only=True)
    """The API's own error code; one that is not documented is kept as it came."""
    message: str | None = attrs.field(
        default=None, kw_only=True, repr=lambda said: repr(said and _quotable(said))
    )
    """The server's words."""
    hash: str | None = attrs.field(default=None, kw_only=True)
    """A reference to quote to the provider's support."""
    advice: str = attrs.field(default="", kw_only=True, repr=False)
    """What the code means and what to do, where the API documents it."""
    retry_after: float | None = attrs.field(default=None, kw_only=True)
    """What the server asked to wait, in seconds, if it did."""
    gone: bool = attrs.field(default=False, kw_only=True, repr=False)
    """Whether what the call is about does not exist."""
    errors: tuple[ErrorDetail, ...] = attrs.field(default=(), kw_only=True, repr=False)
    """Every error of the answer, where the API lists them; the first gave *code*."""

    def __str__(self) -> str:
        code = "" if self.code is None else f", code {self.code}"
        explanation = self.advice or _quotable(self.message) or CallError.__str__(self)
        reference = f" (hash {self.hash})" if self.hash else ""
        return f"HTTP {self.status}{code}: {explanation}{reference}"


def _quotable(message: str | None) -> str:
    """Return the server's words, short enough for a log line and without phone numbers."""
    return re.sub(_LONG_NUMBER, "***", message or "")[:_LONGEST_QUOTE]


class BadRequestError(APIError):
    """400: the request is wrong in itself."""


class AuthenticationError(APIError):
    """401: the token is not accepted."""


class PermissionDeniedError(APIError):
    """403: the token may not do this."""


class NotFoundError(APIError):
    """404: there is no such thing."""


class RateLimitError(APIError):
    """429, or what the API has in its place: too many calls; nothing was accepted."""


class ServerError(APIError):
    """5xx: the server failed."""


class UnreadableResponseError(CallError):
    """An answer came in a form that the API does not promise."""
