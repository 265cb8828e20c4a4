"""
Asyncio SDK for the GoSMS.ru SMS API: no message lost silently, none sent twice blindly.

    async with AsyncGoSMS("token") as gosms:
        sent = await gosms.send("79161234567", "Your order is ready")
"""

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._checks import DoubtfulTextWarning, checked_draft
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
    "checked_draft",
]

_NAMES_OF = {
    "_checks": ("DoubtfulTextWarning", "checked_draft"),
    "_client": ("AsyncGoSMS",),
    "_codes": ("ErrorCode",),
    "_errors": ("GoSMSError",),
    "_models": (
        "Device",
        "Draft",
        "Message",
        "MessagePage",
        "MessageStatus",
        "SendResult",
        "SentMessage",
        "SimCard",
    ),
    "_rules": ("Verify",),
    "_waiting": ("WaitTimeoutError",),
    "core.errors": (
        "APIError",
        "AuthenticationError",
        "BadRequestError",
        "NotFoundError",
        "OutcomeUnknownError",
        "PermissionDeniedError",
        "RateLimitError",
        "ServerError",
        "TransportError",
        "UnreadableResponseError",
    ),
    "core.limits": ("RateLimit",),
    "core.retry": ("RetryPolicy",),
}
_HOME_OF = {name: home for home, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for: some rooms need no client."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
