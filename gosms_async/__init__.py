"""
Asyncio SDK for the GoSMS.ru SMS API: no message lost silently, none sent twice blindly.

    async with AsyncGoSMS("token") as gosms:
        sent = await gosms.send("79161234567", "Your order is ready")
"""

from ._checks import DoubtfulTextWarning
from ._client import AsyncGoSMS
from ._codes import ErrorCode
from ._models import (
    Device,
    Draft,
    Message,
    MessagePage,
    MessageStatus,
    SendResult,
    SentMessage,
    SimCard,
)
from ._rules import Verify
from ._version import __version__
from ._waiting import WaitTimeoutError
from .core.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CallError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnreadableResponseError,
)
from .core.limits import RateLimit
from .core.retry import RetryPolicy

GoSMSError = CallError
"""All that this package raises about a call."""

__all__ = [
    "APIError",
    "AsyncGoSMS",
    "AuthenticationError",
    "BadRequestError",
    "Device",
    "DoubtfulTextWarning",
    "Draft",
    "ErrorCode",
    "GoSMSError",
    "Message",
    "MessagePage",
    "MessageStatus",
    "NotFoundError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RetryPolicy",
    "SendResult",
    "SentMessage",
    "ServerError",
    "SimCard",
    "TransportError",
    "UnreadableResponseError",
    "Verify",
    "WaitTimeoutError",
    "__version__",
]
