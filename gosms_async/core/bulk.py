"""Many pieces of work at a time: results as they come, and no failure stops the others."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
)
from typing import TypeVar

from .tasks import give_up

T = TypeVar("T")
R = TypeVar("R")


async def each(
    work: Callable[[T], Awaitable[R]], items: Iterable[T] | AsyncIterable[T], concurrency: int
) -> AsyncGenerator[R, None]:
    """
    Yield what *work* returns for each of *items*, in order of completion.

    At most *concurrency* pieces are under way or finished and not yet read, so memory stays flat.
    Closing the iterator cancels those that are under way.
    """
    finished: asyncio.Queue[asyncio.Task[R] | None] = asyncio.Queue()
    places = asyncio.Semaphore(concurrency)
    running: set[asyncio.Task[R]] = set()

    async def begin_all() -> None:
        async for item in _asynchronous(items):
            await places.acquire()
            task = asyncio.ensure_future(work(item))
            running.add(task)
            task.add_done_callback(finished.put_nowait)

    beginning = asyncio.ensure_future(begin_all())
    beginning.add_done_callback(lambda _: finished.put_nowait(None))
    try:
        while running or not beginning.done():
            if (task := await finished.get()) is not None:
                running.discard(task)
                yield task.result()
                places.release()
        beginning.result()
    finally:
        for unfinished in (beginning, *running):
            give_up(unfinished)


async def _asynchronous(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
