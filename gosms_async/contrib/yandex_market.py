"""One chat message of the Yandex Market partner API (documentation: Chats, getChatMessage)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

import attrs

from gosms_async.core.answer import Answer, ErrorBody, Statuses, seconds_until
from gosms_async.core.client import Client
from gosms_async.core.convert import Decoder, by_names
from gosms_async.core.endpoint import Endpoint, Repeat
from gosms_async.core.enums import OpenStrEnum
from gosms_async.core.errors import ErrorDetail
from gosms_async.core.limits import RateLimit
from gosms_async.core.retry import RetryPolicy
from gosms_async.core.secret import Secret
from gosms_async.core.wiring import Wiring

if TYPE_CHECKING:
    import httpx

BASE_URL: Final = "https://api.partner.market.yandex.ru"

_CHAT_MESSAGE = Endpoint(
    "GET", "/v2/businesses/{business_id}/chats/message", Repeat.SAFE, parallel=4
)
_STATUSES = Statuses(too_many_calls=frozenset({420, 429}))
_CROWDED_FOR: Final = 0.5  #: seconds; one of four parallel requests is over by then


class ChatSender(OpenStrEnum):
    """Who wrote a chat message."""

    PARTNER = "PARTNER"  #: the shop
    CUSTOMER = "CUSTOMER"
    MARKET = "MARKET"  #: an automatic message
    SUPPORT = "SUPPORT"


@attrs.frozen(kw_only=True)
class ChatFile:
    """A file of a chat message."""

    name: str = ""
    url: str = attrs.field(repr=False)  #: 1..2000 characters
    size: int = 0  #: bytes


@attrs.frozen(kw_only=True)
class ChatMessage:
    """A message of a chat: it has a text, or files, or both."""

    id: int
    created_at: dt.datetime  #: aware, UTC
    sender: ChatSender
    text: str | None = attrs.field(default=None, repr=False)
    files: tuple[ChatFile, ...] = ()


_decode: Final = Decoder(
    by_names(
        {
            ChatFile: {},
            ChatMessage: {
                "id": "messageId",
                "created_at": "createdAt",
                "text": "message",
                "files": "payload",
            },
        }
    )
)


def _read_message(data: Any) -> ChatMessage:
    return _decode(data.get("result") if isinstance(data, dict) else None, ChatMessage)


def _read_error(data: Any) -> ErrorBody | None:
    """Keep the whole list; the `status` beside it is "OK" now and then, and is not looked at."""
    listed = data.get("errors") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return None
    errors = tuple(
        ErrorDetail(_text(each.get("code")), _text(each.get("message")), each)
        for each in listed
        if isinstance(each, dict)
    )
    if not errors:
        return None
    words = "; ".join(each.message for each in errors if each.message)
    return ErrorBody(code=errors[0].code, message=words or None, errors=errors)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _read_wait(answer: Answer) -> float | None:
    """420 has two causes: too many requests at a time, or too many in an hour."""
    if answer.status in _STATUSES.too_many_calls and b"parallel" in answer.body.lower():
        return _CROWDED_FOR
    return seconds_until(answer.headers.get("x-ratelimit-resource-until", ""), answer)


class AsyncYandexMarket(Client):
    """
    A client of the partner API with one Api-Key; use it as an async context manager.

    Args:
        api_key: With the access "communication", "all-methods" or "all-methods:read-only".
        base_url: By default the real API. https, or http on this machine.
        timeout: Seconds for a whole call: its queue, every attempt and every wait between them.
        retry: How often a call is repeated; by default three attempts. A wait that the API asks
            for is made if it fits into *timeout*.
        rate_limit: By default the documented 1 000 requests an hour. Four at a time to one
            business are made in any case.
        transport: Any httpx transport in the place of the client's own; closed with the client.
    """

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str = BASE_URL,
        timeout: float = 30.0,
        retry: RetryPolicy | None = None,
        rate_limit: RateLimit = RateLimit(1000, 3600.0),  # noqa: B008 - a frozen value
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        token = Secret(api_key)
        del api_key  # no traceback that shows locals is to show it
        super().__init__(
            Wiring(
                base_url=base_url,
                token=token,
                auth_header="Api-Key",
                auth_scheme="",
                user_agent="gosms-async",
                read_error=_read_error,
                read_wait=_read_wait,
                statuses=_STATUSES,
                retry=retry or RetryPolicy(max_retry_after=timeout),
                rate_limit=rate_limit,
                adaptive=False,  # the API says when to come back; slower by the hour helps nobody
                account=hashlib.sha256(token.reveal().encode()).hexdigest()[:32],
                timeout=timeout,
                transport=transport,
            )
        )

    async def chat_message(self, business_id: int, chat_id: int, message_id: int) -> ChatMessage:
        """
        Return one chat message; the API's notification CHAT_MESSAGE_SENT tells its ids.

        Raises:
            RateLimitError: Too many requests; come back in `.retry_after` seconds.
            APIError: The API refused it; `.errors` are all its reasons.
            ValueError, TypeError: An id is no whole number from 1.
        """
        ids = {"business_id": business_id, "chat_id": chat_id, "message_id": message_id}
        for name, value in ids.items():
            if type(value) is not int:
                raise TypeError(f"{name}: a whole number")
            if value < 1:
                raise ValueError(f"{name}: 1 or above")
        return await self._session.call(
            _CHAT_MESSAGE,
            path={"business_id": business_id},
            query={"chatId": chat_id, "messageId": message_id},
            read=_read_message,
        )
