"""One account: its token, address and settings become a session."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final, Literal

from . import _wire
from ._sending import OnUnknown, Sender
from ._version import __version__
from ._waiting import Waits
from .core.client import Client
from .core.limits import RateLimit
from .core.origin import checked_base_url
from .core.retry import RetryPolicy
from .core.secret import Secret
from .core.wiring import Wiring

if TYPE_CHECKING:
    import ssl

    import httpx

    from ._rules import Verify

BASE_URL: Final = "https://api.gosms.ru/v1"


class Account(Client):
    """An async context manager that owns the connections to one account."""

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
        rate_limit: RateLimit = RateLimit(),  # noqa: B008 - a frozen value
        on_unknown: OnUnknown | Verify = "verify",
        transport: httpx.AsyncBaseTransport | Literal["fast"] | None = None,
        http_client: httpx.AsyncClient | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        secret = Secret(token or os.environ.get("GOSMS_TOKEN") or "")
        del token  # no traceback that shows locals is to show it
        if not secret:
            raise ValueError("token: none given, and GOSMS_TOKEN is not set")
        base_url = checked_base_url(base_url or os.environ.get("GOSMS_BASE_URL") or BASE_URL)
        super().__init__(
            Wiring(
                base_url=base_url,
                token=secret,
                user_agent=f"gosms-async/{__version__}",
                read_error=_wire.read_error,
                retry=retry,
                rate_limit=rate_limit,
                account=_account(base_url, secret),
                timeout=timeout,
                transport=transport,
                http_client=http_client,
                proxy=proxy,
                ssl_context=ssl_context,
            )
        )
        self._waits = Waits()
        self._sender = Sender(self._session, on_unknown)


def _account(base_url: str, token: Secret) -> str:
    """Name the account for a shared rate limit without telling its token."""
    return hashlib.sha256(f"{base_url}\n{token.reveal()}".encode()).hexdigest()[:32]
