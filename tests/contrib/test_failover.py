"""The next sender is asked only when the last is known not to have sent."""

import asyncio

import attrs
import httpx
import pytest

from gosms_async import AsyncGoSMS
from gosms_async.contrib.failover import FailoverSender, NobodySentError
from gosms_async.core.errors import (
    AuthenticationError,
    BadRequestError,
    OutcomeUnknownError,
    RateLimitError,
    ServerError,
    TransportError,
    UnreadableResponseError,
)

pytestmark = pytest.mark.virtual_time
TO, TEXT = "79161234567", "hi"


@attrs.frozen
class Sent:
    id: str


@attrs.define
class Scripted:
    """A sender that does what it is told, and counts."""

    outcome: object
    calls: int = 0

    async def __call__(self, phone_number, message):
        assert (phone_number, message) == (TO, TEXT)
        self.calls += 1
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def doubt(resolves_to):
    """An unknown outcome that a look turns into *resolves_to*."""
    unknown = OutcomeUnknownError("no answer")

    async def resolver(_seconds):
        if isinstance(resolves_to, Exception):
            raise resolves_to
        return resolves_to

    unknown.resolver = resolver
    return unknown


async def test_the_first_sender_that_accepts_is_the_last_that_is_asked():
    first, second = Scripted(Sent("1")), Scripted(Sent("2"))

    delivery = await FailoverSender({"first": first, "second": second}).send(TO, TEXT)

    assert (delivery.sender, delivery.id, delivery.refusals) == ("first", "1", {})
    assert second.calls == 0


NOT_SENT = [
    TransportError("refused"),
    BadRequestError(status=400),
    AuthenticationError(status=401),
    RateLimitError(status=429),
    ServerError(status=500),
    doubt(None),
]


@pytest.mark.parametrize("error", NOT_SENT, ids=lambda error: type(error).__name__)
async def test_a_known_no_leads_to_the_next_sender(error):
    first, second = Scripted(error), Scripted(Sent("2"))

    delivery = await FailoverSender({"first": first, "second": second}).send(TO, TEXT)

    assert (delivery.sender, delivery.id, delivery.accepted) == ("second", "2", Sent("2"))
    assert list(delivery.refusals) == ["first"]
    assert not delivery.refusals["first"].may_have_been_sent


async def test_a_doubt_that_resolves_stays_with_its_sender():
    first, second = Scripted(doubt(Sent("1"))), Scripted(Sent("2"))

    delivery = await FailoverSender({"first": first, "second": second}).send(TO, TEXT)

    assert (delivery.sender, delivery.id, second.calls) == ("first", "1", 0)


STILL_UNKNOWN = [
    OutcomeUnknownError("nobody can tell"),
    doubt(OutcomeUnknownError("still")),
    doubt(TransportError("the look failed")),
    doubt(NobodySentError()),
    doubt(UnreadableResponseError("the look says nothing")),
    doubt(RuntimeError("whom the look asks for a claim is away")),
]


@pytest.mark.parametrize("error", STILL_UNKNOWN)
async def test_a_doubt_that_stays_is_raised_and_nobody_else_sends(error):
    first, second = Scripted(error), Scripted(Sent("2"))

    with pytest.raises(OutcomeUnknownError) as caught:
        await FailoverSender({"first": first, "second": second}).send(TO, TEXT)

    assert caught.value is error
    assert second.calls == 0


@pytest.mark.parametrize(
    "error", [ValueError("message"), RuntimeError("?"), asyncio.CancelledError()]
)
async def test_what_is_no_known_no_ends_the_search(error):
    first, second = Scripted(error), Scripted(Sent("2"))

    with pytest.raises(type(error)):
        await FailoverSender({"first": first, "second": second}).send(TO, TEXT)

    assert second.calls == 0


async def test_when_all_refuse_the_error_says_why_each_did():
    errors = {"first": TransportError("refused"), "second": BadRequestError(status=400)}
    sender = FailoverSender({name: Scripted(error) for name, error in errors.items()})

    with pytest.raises(NobodySentError, match="first: refused, second: HTTP 400") as caught:
        await sender.send(TO, TEXT)

    assert caught.value.refusals == errors
    assert not caught.value.may_have_been_sent


def test_without_senders_there_is_nothing_to_send_by():
    with pytest.raises(ValueError, match="senders"):
        FailoverSender({})


async def test_clients_are_senders_as_they_are(api, wire, sinch, plan):
    """GoSMS has no phones (1004); the positional arguments of both clients mean the same."""
    api.post("/sms/send").mock(return_value=httpx.Response(400, json={"errors": {"code": 1004}}))
    async with AsyncGoSMS("token", transport=wire) as gosms:
        delivery = await FailoverSender({"GoSMS": gosms.send, "Sinch": sinch.send}).send(TO, TEXT)

    assert (delivery.sender, [batch["to"] for batch in plan.batches]) == ("Sinch", [[TO]])
    assert delivery.refusals["GoSMS"].code == 1004
