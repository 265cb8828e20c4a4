"""The queue of an endpoint: each begins in its turn, and what is abandoned harms nobody."""

import asyncio
import contextvars
import gc
import weakref

import pytest

from gosms_async.core.endpoint import Endpoint
from gosms_async.core.errors import TransportError
from gosms_async.core.limits import Limiter, RateLimit
from gosms_async.core.limits_line import Line, Slot
from gosms_async.core.places import Places
from gosms_async.core.queue import Queue
from gosms_async.core.session import loop_time

pytestmark = pytest.mark.virtual_time
WHO = contextvars.ContextVar("WHO", default="nobody")


def make_queue(size, requests=10**6):
    limiter = Limiter(RateLimit(requests), clock=loop_time)
    return Queue(Places(size), limiter.line("POST /sms/send"), set())


async def work(seconds, failure=None):
    await asyncio.sleep(seconds)
    if failure:
        raise failure
    return loop_time()


def nothing():
    pass


async def test_no_more_than_there_are_places_are_in_flight_and_the_first_comes_first():
    queue, most, began = make_queue(2), [], []

    def on_start(number):
        return lambda: (began.append(number), most.append(len(queue.in_flight)))

    exchanges = [queue.submit(work(1), on_start(number)) for number in range(6)]
    ended = await asyncio.gather(*(exchange.outcome for exchange in exchanges))

    assert (began, max(most), ended) == ([*range(6)], 2, [1001, 1001, 1002, 1002, 1003, 1003])
    assert (queue.in_flight, queue.places.free) == (set(), 2)


async def test_a_queue_uses_its_limit_up():
    queue = make_queue(20, 3)

    exchanges = [queue.submit(work(0), nothing) for _ in range(7)]
    began = await asyncio.gather(*(exchange.outcome for exchange in exchanges))

    assert began[:3] == [1000] * 3
    assert began[3] > 1001
    assert began[6] < 1003


async def test_who_withdraws_leaves_the_permit_to_the_next():
    """All who wait leave; the next one gets the slot that was waited for, not a later one."""
    queue = make_queue(20, 1)
    first, *others = [queue.submit(work(0), nothing) for _ in range(4)]
    await first.outcome
    await asyncio.sleep(0.5)
    for exchange in others:
        exchange.outcome.cancel()
        queue.withdraw(exchange)

    next_one = queue.submit(work(0), nothing)

    assert 1001 < await next_one.outcome < 1001.5
    assert queue.places.free == 20


async def test_an_exchange_whose_caller_has_just_left_never_begins():
    """It was cancelled in the turn in which its place became free, and could not say so yet."""
    queue, began = make_queue(1), []

    async def last_words():
        await asyncio.sleep(1)
        left.outcome.cancel()

    queue.submit(last_words(), nothing)
    left = queue.submit(work(1), lambda: began.append("left"))
    stays = queue.submit(work(1), lambda: began.append("stays"))

    await stays.outcome
    queue.withdraw(left)

    assert began == ["stays"]


async def test_who_waits_begins_in_the_context_of_its_caller():
    queue, seen = make_queue(1), []

    async def look():
        seen.append(WHO.get())

    def submit(name):
        WHO.set(name)
        return queue.submit(look(), lambda: seen.append(WHO.get()))

    first, second = (contextvars.copy_context().run(submit, name) for name in ("one", "two"))
    await asyncio.gather(first.outcome, second.outcome)

    assert seen == ["one", "one", "two", "two"]


async def test_a_stranger_that_cancels_every_task_leaves_no_queue_without_service():
    """Those who wait begin all the same."""
    queue = make_queue(1)
    exchanges = [queue.submit(work(1), nothing) for _ in range(3)]
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task(), exchanges[0].task}:
        task.cancel()

    assert await asyncio.gather(*(each.outcome for each in exchanges)) == [1001, 1002, 1003]


class AwayOnce:
    """A book that has to ask, and the first time in vain."""

    def __init__(self):
        self.failures = [OSError("disk")]

    def reserve_at_once(self, *_, **__):
        return None

    async def reserve(self, **_):
        if self.failures:
            raise self.failures.pop()
        return Slot(loop_time(), loop_time() + 1)


async def test_a_limit_that_fails_is_the_failure_of_the_first_only():
    queue = Queue(Places(20), Line(AwayOnce(), loop_time), set())

    fails, *others = [queue.submit(work(0), nothing) for _ in range(3)]

    with pytest.raises(OSError, match="disk"):
        await fails.outcome
    assert [await other.outcome for other in others] == [1000, 1000]
    assert queue.places.free == 20


async def test_a_failure_that_nobody_waits_for_is_silent(caplog):
    queue = make_queue(1)
    exchange = queue.submit(work(1, ZeroDivisionError()), nothing)

    await asyncio.wait([exchange.task])
    await asyncio.sleep(0)
    del exchange

    assert queue.in_flight == set()
    assert "never retrieved" not in caplog.text


async def test_an_exchange_that_is_ended_frees_its_place():
    queue = make_queue(1)
    exchange = queue.submit(work(1000), nothing)

    exchange.end()
    with pytest.raises(TransportError, match="the task was cancelled"):
        await exchange.outcome  # for nobody has cancelled its caller

    assert (queue.in_flight, queue.places.free) == (set(), 1)


def test_endpoints_of_one_method_and_path_share_a_limit():
    first, second = Endpoint("GET", "/sms"), Endpoint("GET", "/sms", name="look")

    assert first != second
    assert first.key == second.key == "GET /sms"


async def test_an_exchange_begins_at_once_when_nothing_stands_in_its_way():
    queue = make_queue(2)

    exchanges = [queue.submit(work(1), nothing) for _ in range(3)]

    assert [exchange.task is not None for exchange in exchanges] == [True, True, False]
    await exchanges[2].outcome


async def test_an_exchange_that_is_cancelled_before_its_first_step_frees_its_place():
    """Its work was never begun, and nobody is warned of that."""
    queue = make_queue(1)
    exchange = queue.submit(work(1), nothing)

    exchange.task.cancel()
    with pytest.raises(TransportError):
        await exchange.outcome

    assert (queue.in_flight, queue.places.free) == (set(), 1)


async def test_a_failure_is_no_circle_that_only_the_garbage_collector_undoes():
    queue = make_queue(1)
    gc.collect()
    gc.disable()
    try:
        exchange = queue.submit(work(0, ZeroDivisionError()), nothing)
        outcome = weakref.ref(exchange.outcome)
        with pytest.raises(ZeroDivisionError):
            await exchange.outcome
        del exchange
        await asyncio.sleep(0)
        assert outcome() is None
    finally:
        gc.enable()
