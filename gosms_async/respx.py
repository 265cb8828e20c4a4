"""Makes `@respx.mock` see the requests of a client's default transport, in tests."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

from respx.mocks import HTTPCoreMocker
from respx.models import PassThrough

from gosms_async.core.transport import AsyncioTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@contextmanager
def intercept_with_respx() -> Iterator[None]:
    """
    Offer every request of an AsyncioTransport to the routes of respx that are active.

    respx patches httpcore, which httpx's own transport uses and this one does not. Without an
    active route, and for routes that pass through, the transport works as always.
    """
    send = AsyncioTransport.handle_async_request

    async def handle_async_request(
        self: AsyncioTransport, request: httpx.Request
    ) -> httpx.Response:
        if not HTTPCoreMocker.routers:
            return await send(self, request)
        await request.aread()  # patterns look at the content
        try:
            response: httpx.Response = await HTTPCoreMocker.async_handler(request)  # type: ignore[no-untyped-call]  # respx has no types
        except PassThrough:
            return await send(self, request)
        return response

    with mock.patch.object(AsyncioTransport, "handle_async_request", handle_async_request):
        yield
