"""The account's messages as an async iterator, page by page underneath."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import attrs

from ._models import Message, MessagePage
from .core.pages import paginate


@attrs.frozen
class MessageList:
    """
    What `AsyncGoSMS.messages` returns: iterate over it, or over its `pages`.

    Each iteration walks anew. No message that is there all the time is lost or repeated, though
    others arrive or vanish meanwhile.
    """

    _fetch: Callable[[int, int], Awaitable[MessagePage]] = attrs.field(repr=False)
    page_size: int
    prefetch: int

    async def __aiter__(self) -> AsyncGenerator[Message, None]:
        async with aclosing(self._walk()) as pages:
            async for page in pages:
                for message in page.items:
                    yield message

    def pages(self) -> AsyncGenerator[MessagePage, None]:
        """Iterate over pages; their items are the messages not seen on an earlier page."""
        return self._walk()

    async def _walk(self) -> AsyncGenerator[MessagePage, None]:
        walk = paginate(
            lambda offset: self._fetch(self.page_size, offset),
            lambda message: bytes.fromhex(message.id),
            limit=self.page_size,
            prefetch=self.prefetch,
        )
        async with aclosing(walk) as pages:
            async for page, fresh in pages:
                yield attrs.evolve(page, items=tuple(fresh))
