"""
Which page comes next, though the list grows and shrinks while it is read.

Newest records come first. Arrivals push known records on to later pages: they are recognised by
their key. Deletions pull unread records forward past the reader: the total is then smaller than
it was an answer ago, and the reader steps back by the difference. (A record can only be passed
over if more records left in front of it than arrived, and then the total fell.)

Whether `offset` counts pages or records shows on the second page, which shares all but one of
its records with the first where it counts records. Read so, pages overlap by one record: a wrong
guess, which needs arrivals that look just like it, shows at the next page and is taken back.
Nothing has to be guessed where the API says that it counts pages.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import attrs

_FRUITLESS = 20  #: pages in a row without anything new after which no total is believed


@attrs.define
class Walk:
    """A reader's place in a list that is asked for by limit and offset."""

    limit: int
    first: int = attrs.field(default=1, kw_only=True)  #: the offset of the first page
    counts_pages: bool = attrs.field(default=False, kw_only=True)
    """The API says that `offset` counts pages."""
    offset: int = attrs.field(init=False)  #: of the page to ask for next
    done: bool = attrs.field(default=False, init=False)
    by_records: bool | None = attrs.field(init=False)  #: what `offset` counts; None: unknown yet
    _seen: set[Hashable] = attrs.field(factory=set)
    _previous: Sequence[Hashable] = ()  #: the page before, if this one follows it
    _total: int | None = None
    _size: int = 1  #: of a full page: the limit, unless the server gives less
    _fruitless: int = 0
    _same_page: bool = False

    def __attrs_post_init__(self) -> None:
        self.offset = self.first
        self.by_records = False if self.counts_pages else None

    def take(self, keys: Sequence[Hashable], total: int) -> list[int]:
        """Take in the page at `offset`; return the places of its new records and move on."""
        fresh = self._fresh(keys)
        change = 0 if self._total is None else total - self._total
        self._total = total
        self._size = max(self._size, len(keys))
        self._note_progress(keys, fresh, change)
        self._note_reading(keys, change)
        if self._fruitless > _FRUITLESS:
            self.done = True
        elif change < 0:
            self._step_back(-change)
        elif self.by_records and self._previous and 0 in fresh:
            self._count_pages_again()
        elif not keys or self._is_complete(len(keys)):
            self.done = True
        else:
            self._move_on(keys)
        return fresh

    def _fresh(self, keys: Sequence[Hashable]) -> list[int]:
        fresh = []
        for place, key in enumerate(keys):
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(place)
        return fresh

    def _note_progress(self, keys: Sequence[Hashable], fresh: list[int], change: int) -> None:
        self._fruitless = 0 if fresh else self._fruitless + 1
        self._same_page = change == 0 and list(keys) == list(self._previous)

    def _note_reading(self, keys: Sequence[Hashable], change: int) -> None:
        """See from two pages in a row what `offset` counts."""
        if self._previous and not self.by_records and not self.counts_pages:
            common = len(set(keys).intersection(self._previous))
            if common * 2 > self._size and not self._same_page:
                self.by_records = True
            elif common == 0 and change >= 0:  # what vanished cannot be in common
                self.by_records = False

    def _is_complete(self, count: int) -> bool:
        """Tell whether the total says that the end is reached, and can be believed."""
        if self.by_records is None:
            return self.offset == self.first and count == self._total
        before = self.offset - self.first
        before *= 1 if self.by_records else self._size
        return before + count == self._total

    def _step_back(self, fell: int) -> None:
        step = math.ceil(fell / self._size) if self.by_records is False else fell
        self.offset = max(self.first, self.offset - step)
        self._previous = ()

    def _count_pages_again(self) -> None:
        self.by_records = None
        self.offset = self.first + 2  # two pages were read when the guess was made
        self._previous = ()

    def _move_on(self, keys: Sequence[Hashable]) -> None:
        self.offset += len(keys) - 1 if self.by_records and len(keys) > 1 else 1
        self._previous = keys
