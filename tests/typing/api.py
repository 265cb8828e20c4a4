"""The public API as type checkers see it; this file is never run."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import assert_type

import httpx

from gosms_async import (
    APIError,
    AsyncGoSMS,
    Device,
    Draft,
    ErrorCode,
    GoSMSError,
    Message,
    MessagePage,
    MessageStatus,
    OutcomeUnknownError,
    RateLimit,
    RateLimitError,
    RetryPolicy,
    SendResult,
    SentMessage,
    SimCard,
    WaitTimeoutError,
)


async def calls(gosms: AsyncGoSMS) -> None:
    """Each verb returns its model."""
    assert_type(await gosms.send("79161234567", "hi"), SentMessage)
    assert_type(
        await gosms.send("79161234567", "hi", device_id="x", to_sim=0, callback_id="y"), SentMessage
    )
    assert_type(await gosms.get("6654a4e8f1527149588c89f2"), Message)
    assert_type(await gosms.list(limit=10, offset=2, search="x"), MessagePage)
    assert_type(await gosms.wait("6654a4e8f1527149588c89f2", timeout=60), Message)
    assert_type(await gosms.device("x"), Device)
    await gosms.delete("6654a4e8f1527149588c89f2")
    await gosms.edit_device("x", is_active=True)
    await gosms.delete_device("x")


async def walks(gosms: AsyncGoSMS) -> None:
    """A walk gives messages, or pages of them."""
    async for message in gosms.messages(search="x", page_size=50, prefetch=2):
        assert_type(message, Message)
    async for page in gosms.messages().pages():
        assert_type(page, MessagePage)
        assert_type(page.items, tuple[Message, ...])


async def source() -> AsyncIterator[Draft]:
    """Drafts may come asynchronously."""
    yield Draft(phone_number="79161234567", message="hi")


async def bulk(gosms: AsyncGoSMS) -> None:
    """Many drafts, one result each."""
    async for result in gosms.send_many([Draft(phone_number="1", message="x")], concurrency=5):
        assert_type(result, SendResult)
        assert_type(result.draft, Draft)
        assert_type(result.sent, SentMessage | None)
        assert_type(result.error, Exception | None)
    async for result in gosms.send_many(source()):
        assert_type(result, SendResult)


async def life() -> None:
    """All settings, the context manager and closing."""
    async with AsyncGoSMS() as gosms:
        assert_type(gosms, AsyncGoSMS)
    gosms = AsyncGoSMS(
        "token",
        base_url="https://api.gosms.ru/v1",
        timeout=10,
        retry=RetryPolicy(attempts=5, backoff=1),
        rate_limit=RateLimit(5, 1.0),
        on_unknown="raise",
        transport=httpx.MockTransport(lambda _: httpx.Response(204)),
    )
    await gosms.aclose(grace=1.0)
    AsyncGoSMS("token", http_client=httpx.AsyncClient())
    AsyncGoSMS("token", on_unknown="sometimes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no such mode


def models(message: Message, device: Device, sent: SentMessage) -> None:
    """Each field has its type."""
    assert_type(message.id, str)
    assert_type(message.status, MessageStatus)
    assert_type(message.is_final, bool)
    assert_type(message.to_sim, int | None)
    assert_type(message.created_at, dt.datetime)
    assert_type(device.battery, int | None)
    assert_type(device.last_online_at, dt.datetime | None)
    assert_type(device.sims, tuple[SimCard, ...])
    assert_type(sent.attempts, int)
    assert_type(sent.recovered, bool)
    assert_type(sent.duplicates, tuple[str, ...])
    message.text = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue] - frozen


def errors(error: GoSMSError) -> None:
    """What a caller acts on is typed."""
    assert_type(error.may_have_been_sent, bool)
    if isinstance(error, APIError):
        assert_type(error.status, int)
        assert_type(error.code, int | str | None)
        assert_type(error.message, str | None)
        assert_type(error.hash, str | None)
    if isinstance(error, RateLimitError):
        assert_type(error.retry_after, float | None)
    if isinstance(error, WaitTimeoutError):
        assert_type(error.last, Message | None)


async def settle(error: OutcomeUnknownError) -> object:
    """A doubt can be resolved."""
    assert_type(error.attempts, int)
    return await error.resolve(timeout=30)


def codes(code: ErrorCode) -> None:
    """A code explains itself in two languages."""
    assert_type(code.meaning("ru"), str)
    assert_type(code.advice(), str)
    assert_type(code.may_heal, bool)
