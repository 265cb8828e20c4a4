"""No record that is there all the time is passed over or repeated, whatever the list does."""

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gosms_async.core.pages import paginate
from gosms_async.core.walk import Walk


@attrs.frozen
class Page:
    items: tuple
    total_records: int


class Server:
    """A list, newest first, that lives by a script while it is read."""

    def __init__(self, records, by_records, lives=(), largest=100):
        self.records = list(range(records))
        self.by_records = by_records
        self.lives = iter(lives)
        self.largest = largest
        self.newest = 1_000_000
        self.vanished = set()
        self.answers = 0

    def page(self, limit, offset):
        self.live(limit)
        self.answers += 1
        size = min(limit, self.largest)
        start = offset - 1 if self.by_records else (offset - 1) * size
        found = self.records[start : start + size]
        return Page(tuple(found), len(self.records))

    def live(self, limit):
        """Let fewer than half a page arrive and anything vanish between two answers."""
        arrivals, victims = next(self.lives, (0, ()))
        if self.answers:
            for _ in range(min(arrivals, (limit - 1) // 2)):
                self.newest += 1
                self.records.insert(0, self.newest)
            for victim in victims:
                if self.records:
                    self.vanished.add(self.records.pop(victim % len(self.records)))


def read(server, limit):
    """Walk the whole list; return what came out of it, in order."""
    walk, out = Walk(limit), []
    while not walk.done:
        page = server.page(limit, walk.offset)
        out += [page.items[place] for place in walk.take(page.items, page.total_records)]
        assert server.answers < 2000
    return out


lives = st.lists(
    st.tuples(st.integers(0, 50), st.lists(st.integers(0, 500), max_size=4)), max_size=40
)


@example(5, 2, True, [(0, []), (0, [0])])
@example(37, 9, True, [(0, []), (4, [0, 0, 2, 2])])
@example(7, 3, True, [(0, []), (1, [4]), (1, [5]), (1, [6])])
@settings(max_examples=1000, deadline=None, derandomize=True)
@given(
    records=st.integers(0, 120),
    limit=st.integers(1, 20),
    by_records=st.booleans(),
    script=lives,
)
def test_what_was_there_all_the_time_comes_out_once(records, limit, by_records, script):
    """Under growth and shrinkage, and both readings of `offset`."""
    server = Server(records, by_records, script)

    out = read(server, limit)

    assert len(out) == len(set(out))
    assert set(range(records)) - server.vanished <= set(out)


@given(records=st.integers(0, 200), limit=st.integers(1, 100), by_records=st.booleans())
def test_a_list_at_rest_is_read_in_order(records, limit, by_records):
    assert read(Server(records, by_records), limit) == list(range(records))


@given(records=st.integers(1, 200), limit=st.integers(1, 50))
def test_a_list_at_rest_costs_no_page_too_many(records, limit):
    """Counted in pages: each once; the end is known by the total."""
    server = Server(records, by_records=False)

    read(server, limit)

    assert server.answers == -(-records // limit)


@pytest.mark.parametrize("total", [0, -1, -(10**9), 1, 10**9])
@pytest.mark.parametrize("by_records", [True, False])
def test_a_total_that_lies_loses_nothing_it_has_shown(total, by_records):
    """Huge: the list ends where pages are empty. Too small: the walk ends after what it read."""
    server = Server(55, by_records)
    walk, out = Walk(10), []

    for _ in range(200):
        page = server.page(10, walk.offset)
        out += [page.items[place] for place in walk.take(page.items, total)]
        if walk.done:
            break

    assert walk.done
    assert out == list(range(len(out)))
    assert len(out) == 55 or total <= 55


@pytest.mark.parametrize("total", [0, 10, 1000])
def test_the_same_page_for_ever_ends(total):
    walk, answers = Walk(10), 0

    while not walk.done:
        walk.take(range(10), total)
        answers += 1

    assert answers <= 22


def test_pages_without_anything_new_end():
    """However the server shuffles the same records under a total it never reaches."""
    walk, answers = Walk(10), 0

    while not walk.done:
        start = answers % 7
        walk.take([*range(start, 10), *range(start)], 1000 + answers)
        answers += 1

    assert answers < 50


@given(records=st.integers(0, 60), largest=st.integers(1, 12), by_records=st.booleans())
def test_a_server_that_caps_its_pages_is_read_to_the_end(records, largest, by_records):
    """Shorter pages than asked for lose nothing."""
    server = Server(records, by_records, largest=largest)

    assert read(server, 10) == list(range(records))


@settings(max_examples=200, deadline=None)
@given(
    records=st.integers(0, 60),
    limit=st.integers(1, 10),
    prefetch=st.integers(0, 4),
    by_records=st.booleans(),
)
async def test_pages_are_the_same_however_many_are_asked_for_ahead(
    records, limit, prefetch, by_records
):
    server = Server(records, by_records)

    async def fetch(offset):
        return server.page(limit, offset)

    pages = paginate(fetch, lambda item: item, limit=limit, prefetch=prefetch)

    assert [item async for _, fresh in pages for item in fresh] == list(range(records))


@pytest.mark.parametrize("by_records", [True, False])
@pytest.mark.parametrize("at", [1, 5, 50])
@pytest.mark.parametrize(
    ("arrive", "oldest_vanish"),
    [(60, 0), (100, 0), (2500, 0), (0, 3000), (80, 81)],
    ids=["most of a page", "a page", "pages", "a purge", "both"],
)
def test_a_slow_reader_passes_over_nothing(by_records, at, arrive, oldest_vanish):
    """Between two of its pages any number may arrive in front, and vanish at the end."""
    server, walk, out = Server(8000, by_records), Walk(100), set()

    while not walk.done:
        if server.answers == at:
            server.records[:0] = range(-arrive, 0)
            del server.records[len(server.records) - oldest_vanish :]
        page = server.page(100, walk.offset)
        out.update(page.items[place] for place in walk.take(page.items, page.total_records))

    assert set(range(8000)) & set(server.records) <= out
    assert server.answers < 200
