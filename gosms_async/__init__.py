"""
Asyncio SDK for the GoSMS.ru SMS API: no message lost silently, none sent twice blindly.

    async with AsyncGoSMS("token") as gosms:
        sent = await gosms.send("79161234567", "Your order is ready")
"""

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._checks import DoubtfulTextWarning
    from ._client import AsyncGoSMS
    from ._codes import ErrorCode
    from ._errors import GoSMSError
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
    from ._waiting import WaitTimeoutError
    from .core.errors import (
        APIError,
        AuthenticationError,
        BadRequestError,
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

_HOMES = (
    "_client",
    "_checks",
    "_codes",
    "_errors",
    "_models",
    "_rules",
    "_waiting",
    "core.errors",
    "core.limits",
    "core.retry",
)


def __getattr__(name: str) -> Any:
    """Load the client when the first of its names is asked for: some rooms need none of it."""
    for home in _HOMES if name in __all__ else ():
        module = importlib.import_module(f".{home}", __name__)
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
