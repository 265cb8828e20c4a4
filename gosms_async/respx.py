"""Makes `@respx.mock` see the requests of a client's default transport, in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from respx.mocks import HTTPCoreMocker
from respx.models import PassThrough

from gosms_async.core.transport import AsyncioTransport

if TYPE_CHECKING:
    import httpx


_send = AsyncioTransport.handle_async_request


async def _handle_async_request(self: AsyncioTransport, request: httpx.Request) -> httpx.Response:
    if not HTTPCoreMocker.routers:
        return await _send(self, request)
    await request.aread()  # patterns look at the content
    try:
        response: httpx.Response = await HTTPCoreMocker.async_handler(request)  # type: ignore[no-untyped-call]  # respx has no types
    except PassThrough:
        return await _send(self, request)
    return response


def intercept_with_respx() -> None:
    """
    Offer every request of an AsyncioTransport to the routes of respx that are active.

    respx patches httpcore, which httpx's own transport uses and this one does not. Without an
    active route, and for routes that pass through, the transport works as always. The pytest
    plugin of this package calls it; a second time changes nothing.
    """
    AsyncioTransport.handle_async_request = _handle_async_request  # type: ignore[method-assign]
