"""A client's life: what it is made of, how it is opened and closed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final, Self

from . import _wire
from ._sending import OnUnknown, Sender
from ._version import __version__
from .core.limits import RateLimit
from .core.retry import RetryPolicy
from .core.secret import Secret
from .core.session import Session, Wiring

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    import httpx

    from ._rules import Verify

BASE_URL: Final = "https://api.gosms.ru/v1"


class Lifecycle:
    """An async context manager that owns the connections of one account."""

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
        rate_limit: RateLimit = RateLimit(),  # noqa: B008 - a frozen value
        on_unknown: OnUnknown | Verify = "verify",
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        secret = Secret(token or os.environ.get("GOSMS_TOKEN") or "")
        del token  # no traceback that shows locals is to show it
        if not secret:
            raise ValueError("token: none given, and GOSMS_TOKEN is not set")
        self._base_url = base_url or os.environ.get("GOSMS_BASE_URL") or BASE_URL
        self._session = Session(
            Wiring(
                base_url=self._base_url,
                token=secret,
                user_agent=f"gosms-async/{__version__}",
                read_error=_wire.read_error,
                retry=retry,
                rate_limit=rate_limit,
                account=_account(self._base_url, secret),
                timeout=timeout,
                transport=transport,
                http_client=http_client,
                proxy=proxy,
                ssl_context=ssl_context,
            )
        )
        self._sender = Sender(self._session, on_unknown, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self, *, grace: float = 5.0) -> None:
        """
        Close the client; a second time does nothing.

        Who waits for a turn gets a TransportError at once: nothing of it left. What is in flight
        has *grace* seconds to end; a send that has not by then raises OutcomeUnknownError.
        """
        await self._session.aclose(grace)

    def __del__(self) -> None:
        session = getattr(self, "_session", None)
        if session is not None:
            session.warn_if_forgotten(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"


def _account(base_url: str, token: Secret) -> str:
    """Name the account for a shared rate limit without telling its token."""
    return hashlib.sha256(f"{base_url}\n{token.reveal()}".encode()).hexdigest()[:32]
