"""What a client of an API is made of: where its requests go, what carries them, at what pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs
from attrs.validators import gt, instance_of

from .answer import USUAL, ErrorReader, Statuses, WaitReader, retry_after
from .limits import RateLimit
from .origin import checked_base_url
from .retry import RetryPolicy
from .secret import Secret

if TYPE_CHECKING:
    import ssl  # noqa: TC004 - attrs evaluates no annotation

    import httpx  # noqa: TC004 - as above


@attrs.frozen(kw_only=True, eq=False, repr=False)  # a half-made one stands in tracebacks
class Wiring:
    """Where a session's requests go, what carries them and at what pace."""

    base_url: str = attrs.field(converter=checked_base_url)
    token: Secret = attrs.field(validator=lambda *given: given[-1].check())
    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"  #: stands before the token; may be empty
    user_agent: str
    read_error: ErrorReader
    read_wait: WaitReader = retry_after
    statuses: Statuses = USUAL
    retry: RetryPolicy = attrs.field(validator=instance_of(RetryPolicy))
    rate_limit: RateLimit = attrs.field(validator=instance_of(RateLimit))
    adaptive: bool = True  #: one call that was too many makes all the others slower
    account: str = ""  #: who shares the rate limit, for a shared store
    timeout: float = attrs.field(default=30.0, validator=[instance_of((int, float)), gt(0)])
    connect_timeout: float = 5.0  #: seconds
    connections: int = 20  #: exchanges at a time
    transport: httpx.AsyncBaseTransport | Literal["fast"] | None = None
    http_client: httpx.AsyncClient | None = None
    proxy: str | None = None
    ssl_context: ssl.SSLContext | None = None

    def __attrs_post_init__(self) -> None:
        ways = [self.http_client, self.transport, self.proxy or self.ssl_context]
        if len(ways) - ways.count(None) > 1:
            raise ValueError("http_client, transport, or proxy and ssl_context: one way out only")
