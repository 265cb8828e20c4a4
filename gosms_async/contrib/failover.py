"""Several senders in a row: the next one is asked only when the last is known not to have sent."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

import attrs

from gosms_async.core.errors import CallError, OutcomeUnknownError, TransportError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Accepted(Protocol):
    """What any sender returns of a message that it has accepted."""

    @property
    def id(self) -> str:
        """The message's id with that sender."""
        ...


Send = Callable[[str, str], Awaitable[Accepted]]
"""Sends to a phone number, the first argument, a text, the second."""


@attrs.frozen(kw_only=True)
class Delivery:
    """A message that one of the senders has accepted."""

    sender: str  #: its name
    accepted: Accepted  #: what it returned
    refusals: Mapping[str, CallError] = attrs.field(factory=dict, repr=False)
    """Why those before it did not send, by name."""

    @property
    def id(self) -> str:
        """The message's id with its sender."""
        return self.accepted.id


@attrs.define
class NobodySentError(CallError):
    """Every sender is known not to have sent the message."""

    refusals: Mapping[str, CallError] = attrs.field(factory=dict, kw_only=True, repr=False)
    """Why, by the sender's name."""


class FailoverSender:
    """
    Sends through the first of several senders that accepts.

    A sender is left for the next one only by an error that says that nothing was sent. A doubt
    stays with its sender and is resolved there; if it cannot be, it is raised, and nobody else
    sends.

        sender = FailoverSender({"gosms": gosms.send, "sinch": partial(sinch.send, from_="Shop")})

    Args:
        senders: By name, the first choice first.
        resolve_timeout: Seconds to resolve a doubt in; 0 raises it at once.
    """

    def __init__(self, senders: Mapping[str, Send], *, resolve_timeout: float = 30.0) -> None:
        if not senders:
            raise ValueError("senders: at least one")
        self._senders = dict(senders)
        self._resolve_timeout = resolve_timeout

    async def send(self, phone_number: str, message: str) -> Delivery:
        """
        Send one SMS through the first sender that accepts it.

        Raises:
            OutcomeUnknownError: A sender may have sent it; no other was asked after it.
            NobodySentError: None did, and none will.
            Exception: Whatever else a sender raises; no other is asked after it.
        """
        refusals: dict[str, CallError] = {}
        for name, send in self._senders.items():
            try:
                accepted = await settled(send(phone_number, message), self._resolve_timeout)
            except CallError as error:
                if error.may_have_been_sent:
                    raise
                _log.info("not sent", extra={"sender": name, "error": type(error).__name__})
                refusals[name] = error
            else:
                return Delivery(sender=name, accepted=accepted, refusals=refusals)
        why = ", ".join(f"{name}: {error}" for name, error in refusals.items())
        raise NobodySentError(f"nobody sent it ({why})", refusals=refusals)


async def settled(sending: Awaitable[T], resolve_timeout: float) -> T:
    """
    Return what *sending*, a call of `send`, has sent, if need be by resolving its doubt.

    Raises:
        OutcomeUnknownError: *resolve_timeout* seconds did not settle it.
        CallError: It is known not to have been sent.
    """
    try:
        return await sending
    except OutcomeUnknownError as unknown:
        try:
            sent = await unknown.resolve(resolve_timeout)
        except Exception:  # noqa: BLE001 - whatever a look raises says nothing: the doubt stays
            raise unknown from unknown.__cause__
        if sent is None:
            raise TransportError("looked for, and known not to have been sent") from unknown
        return sent  # type: ignore[no-any-return]  # what the send itself would have returned
