"""A state machine that changes the account between any two steps of a real walk."""

import asyncio
import weakref

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from verbs import MESSAGE_JSON
from virtual import VirtualLoop

from gosms_async import AsyncGoSMS, RateLimit

COUNT = st.integers(1, 12)  #: about a page


class Account(httpx.AsyncBaseTransport):
    """Messages by number, newest first, that are listed by either reading of `offset`."""

    def __init__(self, size, largest, *, by_records):
        self.numbers = list(range(size))
        self.largest = largest  #: messages that a page may hold
        self.by_records = by_records
        self.lie = 0  #: what is added to the total
        self.answers = 0
        self._arrived = size

    async def handle_async_request(self, request):
        self.answers += 1
        query = {name: int(value) for name, value in request.url.params.items()}
        size = self.page_size(query["limit"])
        start = (query["offset"] - 1) * (1 if self.by_records else size)
        found = self.numbers[start : start + size]
        pagination = query | {"total_records": len(self.numbers) + self.lie}
        messages = [MESSAGE_JSON | {"id": f"{number:024x}"} for number in found]
        return httpx.Response(200, json={"pagination": pagination, "sms_list": messages})

    def page_size(self, limit):
        return min(limit, self.largest)

    def arrive(self, count):
        self.numbers[:0] = range(self._arrived + count - 1, self._arrived - 1, -1)
        self._arrived += count


class WalkOfAChangingAccount(RuleBasedStateMachine):
    """
    Whatever was there all the time comes exactly once, and the walk ends.

    Only less than half a page vanishes between two answers, or the oldest, however many. A total
    that lies by ever another number may end a walk early, yet it repeats nothing and hangs nowhere.
    """

    @initialize(
        size=st.integers(40, 90),
        largest=st.sampled_from([100, 6]),
        by_records=st.booleans(),
        honest=st.booleans(),
    )
    def open(self, size, largest, by_records, honest):
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.account = Account(size, largest, by_records=by_records)
        self.gosms = self.runner.run(self.client())
        self.honest = honest
        self.walk = None
        self.shown = weakref.WeakSet()

    async def client(self):
        return AsyncGoSMS("token", transport=self.account, rate_limit=RateLimit(10**6))

    @precondition(lambda self: self.walk is None)
    @rule(
        page_size=st.sampled_from([8, 10, 2, 5]),
        prefetch=st.integers(0, 1),
        lie=st.sampled_from([0, 1, 1000]),
    )
    def begin(self, page_size, prefetch, lie):
        self.page_size, self.account.lie = page_size, lie
        self.walk = self.gosms.messages(page_size=page_size, prefetch=prefetch).pages()
        self.all_the_time = set(self.account.numbers)
        self.seen = []
        self.can_be_believed = True
        self.began_after = self.last_answer = self.account.answers
        self.vanished = 0

    @precondition(lambda self: self.walk is not None)
    @rule(pages=st.integers(1, 3))
    def read(self, pages):
        for _ in range(pages):
            if self.walk is not None:
                self.read_a_page()

    def read_a_page(self):
        page = self.runner.run(self.next_page())
        if page is None:
            self.check_the_end()
        else:
            self.shown.update(page.items)
            self.seen += [int(message.id, 16) for message in page.items]

    async def next_page(self):
        return await anext(self.walk, None)

    @rule()
    def let_time_pass(self):
        """A page that is asked for ahead comes in now, or later."""
        self.runner.run(asyncio.sleep(1))

    @rule(count=COUNT)
    def some_arrive(self, count):
        self.account.arrive(count)

    @rule(places=st.lists(st.integers(0, 100), min_size=1, max_size=4))
    def some_vanish(self, places):
        for place in places:
            if place < len(self.account.numbers) and self.may_vanish():
                self.vanish([self.account.numbers[place]])

    @rule(count=COUNT)
    def the_oldest_vanish(self, count):
        self.vanish(self.account.numbers[-count:])

    @precondition(lambda self: not self.honest)
    @rule(lie=st.sampled_from([0, 1, 1000, -1, -7, -1000]))
    def the_total_lies(self, lie):
        self.account.lie, self.can_be_believed = lie, False

    def may_vanish(self):
        if self.walk is None:
            return True
        if self.account.answers > self.last_answer:
            self.last_answer, self.vanished = self.account.answers, 0
        self.vanished += 1
        return 2 * self.vanished < self.account.page_size(self.page_size)

    def vanish(self, numbers):
        gone = set(numbers)
        self.account.numbers = [each for each in self.account.numbers if each not in gone]
        if self.walk is not None:
            self.all_the_time -= gone

    def check_the_end(self):
        self.walk = None
        if self.can_be_believed:
            assert self.all_the_time <= set(self.seen)

    @invariant()
    def nothing_comes_twice(self):
        if self.walk is not None:
            assert len(self.seen) == len(set(self.seen))

    @invariant()
    def no_page_is_kept(self):
        """What a walk remembers of a page that was read is its ids."""
        if self.walk is not None:
            assert len(self.shown) <= 2 * self.page_size

    def teardown(self):
        if not hasattr(self, "runner"):
            return
        try:
            while self.walk is not None:
                self.read_a_page()
                assert self.account.answers < 1000
        finally:
            self.runner.run(self.gosms.aclose())
            self.runner.close()


TestWalkOfAChangingAccount = WalkOfAChangingAccount.TestCase
TestWalkOfAChangingAccount.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, derandomize=True
)
