"""Many pages as one async iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from .tasks import give_up
from .walk import Walk

Item_co = TypeVar("Item_co", covariant=True)


class Page(Protocol[Item_co]):
    """What a page shows of itself."""

    @property
    def items(self) -> Sequence[Item_co]:
        """The records, in the order of the list."""
        ...

    @property
    def total_records(self) -> int:
        """How many records the whole list has, as the server says."""
        ...


P = TypeVar("P", bound=Page[Any])
Fetch = Callable[[int], Awaitable[P]]


async def paginate(
    fetch: Fetch[P],
    key: Callable[[Any], Hashable],
    *,
    limit: int,
    prefetch: int,
    first: int = 1,
    counts_pages: bool = False,
) -> AsyncGenerator[tuple[P, list[Any]], None]:
    """
    Yield each page that *fetch* returns for an offset, with those of its items that are new.

    No record that is in the list all the time is passed over or repeated, whether the server
    counts offsets in pages or in records. *prefetch* pages are asked for ahead of the reader.
    *first* is the first page's offset; *counts_pages* says that pages are documented to count.
    """
    walk = Walk(limit, first=first, counts_pages=counts_pages)
    ahead = _Ahead(fetch)
    try:
        while not walk.done:
            page = await ahead.get(walk.offset)
            fresh = walk.take([key(item) for item in page.items], page.total_records)
            ahead.ask(_next_offsets(walk, page.total_records, prefetch))
            if fresh:
                yield page, [page.items[place] for place in fresh]
    finally:
        ahead.ask(())


def _next_offsets(walk: Walk, total: int, prefetch: int) -> range:
    """Return the offsets worth asking for now: one only, while it is unclear what they count."""
    if walk.done or not prefetch:
        return range(0)
    if walk.by_records is not False:
        return range(walk.offset, walk.offset + 1)
    last_page = max(walk.offset, walk.first - 1 - (-total // walk.limit))
    return range(walk.offset, min(walk.offset + prefetch, last_page + 1))


class _Ahead(Generic[P]):
    """Pages that are being fetched before they are wanted."""

    def __init__(self, fetch: Fetch[P]) -> None:
        self._fetch = fetch
        self._tasks: dict[int, asyncio.Task[P]] = {}

    def ask(self, offsets: Sequence[int]) -> None:
        """Fetch the pages at *offsets* and give up all others."""
        for offset in set(self._tasks).difference(offsets):
            give_up(self._tasks.pop(offset))
        for offset in set(offsets).difference(self._tasks):
            self._tasks[offset] = asyncio.ensure_future(self._fetch(offset))

    async def get(self, offset: int) -> P:
        """Return the page at *offset*, fetched ahead or now."""
        task = self._tasks.pop(offset, None)
        return await (task or self._fetch(offset))
