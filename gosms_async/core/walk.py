"""
Which page comes next, though the list grows and shrinks while it is read.

Newest records come first. Arrivals push known records on to later pages: they are recognised by
their key. Deletions pull unread records forward past the reader: the total is then smaller than
it was an answer ago, and the reader steps back by the difference. (A record can only be passed
over if more records left in front of it than arrived, and then the total fell.)

Whether `offset` counts pages or records shows in how far the second page lies behind the first,
after what has arrived in between: a page or a record. Read as records, pages overlap by one: a
wrong guess shows at the next page, which does not, and is taken back. Nothing has to be guessed
where the API says that it counts pages.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import attrs

_FRUITLESS = 20  #: pages in a row without anything new after which no total is believed


@attrs.define(eq=False, repr=False)
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
    _changes: int = 0  #: in the total so far, up and down
    _guessed_at: int = 0  #: the offset of the page that showed that records are counted
    _overlaps: bool = False  #: by that guess, the next page begins with a known record

    def __attrs_post_init__(self) -> None:
        self.offset = self.first
        self.by_records = False if self.counts_pages else None

    def take(self, keys: Sequence[Hashable], total: int) -> list[int]:
        """Take in the page at `offset`; return the places of its new records and move on."""
        fresh = self._fresh(keys)
        change = 0 if self._total is None else total - self._total
        self._total = total
        self._size = max(self._size, len(keys))
        self._changes += abs(change)
        self._fruitless = 0 if fresh else self._fruitless + 1
        self._note_reading(keys, change)
        if self._is_stuck():
            self.done = True
        elif change < 0:
            self._step_back(-change)
        elif self._overlaps and (not keys or 0 in fresh):
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

    def _is_stuck(self) -> bool:
        """Tell whether more pages in a row showed nothing new than changes can put there."""
        moved = min(self._changes, len(self._seen))
        return self._fruitless > _FRUITLESS + moved / max(1, self._size - 1)

    def _note_reading(self, keys: Sequence[Hashable], change: int) -> None:
        """See from two pages in a row what `offset` counts."""
        if not self._previous or self.by_records or self.counts_pages:
            return
        distance = self._distance(keys)
        if distance is None:
            if 0 <= change < self._size:  # else what was common may have vanished or moved on
                self.by_records = False
        elif 2 * (distance + change) <= self._size and (distance or change):
            self.by_records = True
            self._guessed_at = self.offset

    def _distance(self, keys: Sequence[Hashable]) -> int | None:
        """Return by how many records a page lies behind the one before; None: not one in common."""
        places = {key: place for place, key in enumerate(self._previous)}
        common = (places[key] - place for place, key in enumerate(keys) if key in places)
        return next(common, None)

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
        self._overlaps = self._overlaps and self.offset > self.first
        self._previous = ()

    def _count_pages_again(self) -> None:
        self.by_records = None
        self.offset = self._guessed_at + 1  # what was read until then was read in pages
        self._overlaps = False
        self._previous = ()

    def _move_on(self, keys: Sequence[Hashable]) -> None:
        self._overlaps = bool(self.by_records) and len(keys) > 1
        self.offset += len(keys) - 1 if self._overlaps else 1
        self._previous = keys
