"""send_many: one result for each draft as it comes, and no draft the end of another."""

import asyncio
import itertools

import httpx
import pytest
from fakes import Held
from verbs import ID, PHONE, SEND

from gosms_async import BadRequestError, Draft, OutcomeUnknownError, RateLimit

pytestmark = pytest.mark.virtual_time
FAST = RateLimit(10**6)


def draft(number):
    return Draft(phone_number=PHONE, message=f"{number}")


def taking(seconds):
    """A transport that takes so many seconds for the draft of each number."""

    async def handler(request):
        number = int(request.content.split(b'"')[-2])
        await asyncio.sleep(seconds(number))
        return httpx.Response(200, json={"id": f"{number:024x}"})

    return httpx.MockTransport(handler)


def numbers(results):
    return [int(result.draft.message) for result in results]


async def test_results_come_in_order_of_completion(make):
    gosms = make(transport=taking(lambda number: 9 - number), rate_limit=FAST)

    results = [result async for result in gosms.send_many(map(draft, range(8)))]

    assert numbers(results) == [7, 6, 5, 4, 3, 2, 1, 0]
    assert [int(result.sent.id, 16) for result in results] == numbers(results)


async def test_a_failure_is_a_result_and_ends_no_neighbour(make):
    def handler(request):
        if b'"3"' in request.content:
            return httpx.Response(400, json={"errors": {"code": 2001}})
        if b'"5"' in request.content:
            return httpx.Response(502)
        if b'"6"' in request.content:
            raise ZeroDivisionError
        return SEND.good()

    gosms = make(transport=httpx.MockTransport(handler), rate_limit=FAST)
    drafts = [*map(draft, range(8)), Draft(phone_number="x", message="8")]

    results = {r.draft.message: r async for r in gosms.send_many(drafts)}

    assert len(results) == 9
    assert {m: type(r.error) for m, r in results.items() if r.error} == {
        "3": BadRequestError,
        "5": OutcomeUnknownError,
        "6": OutcomeUnknownError,
        "8": ValueError,
    }
    assert all((r.sent is None) is (r.error is not None) for r in results.values())


@pytest.mark.parametrize("concurrency", [1, 3, 100])
async def test_so_many_are_under_way_at_a_time(make, concurrency):
    held = Held(SEND.good)
    gosms = make(transport=held, rate_limit=FAST)
    drafts = itertools.count()
    reading = asyncio.ensure_future(
        anext(gosms.send_many(map(draft, drafts), concurrency=concurrency))
    )
    await asyncio.sleep(0.1)

    assert held.waiting == min(concurrency, 20)
    assert next(drafts) == concurrency + 1
    held.go.set()
    await reading


async def test_drafts_may_come_asynchronously(make):
    async def source():
        for number in range(5):
            await asyncio.sleep(1)
            yield draft(number)

    gosms = make(transport=taking(lambda _: 0), rate_limit=FAST)

    results = [result async for result in gosms.send_many(source())]

    assert numbers(results) == [0, 1, 2, 3, 4]


async def test_no_drafts_are_no_results(make):
    assert [result async for result in make().send_many([])] == []


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_source_that_fails_is_raised_after_the_results(make, asynchronous):
    """What was begun is not lost: its results come first."""

    def source():
        yield from map(draft, range(3))
        raise ZeroDivisionError

    async def later():
        for each in source():
            yield each

    gosms = make(transport=taking(lambda number: number), rate_limit=FAST)
    sending = gosms.send_many(later() if asynchronous else source())

    assert numbers([await anext(sending) for _ in range(3)]) == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        await anext(sending)


async def test_a_reader_that_leaves_early_leaves_no_task_behind(make):
    gosms = make(transport=taking(lambda _: 1), rate_limit=FAST)
    before = asyncio.all_tasks()

    sending = gosms.send_many(map(draft, itertools.count()), concurrency=50)
    async for _ in sending:
        break
    await sending.aclose()
    await asyncio.sleep(2)

    assert asyncio.all_tasks() == before


async def test_a_reader_that_leaves_early_does_not_hear_of_a_late_failure(make, caplog):
    """Neither asyncio nor anybody else complains of an error that nobody can take any more."""

    def source():
        yield draft(0)
        yield draft(1)
        raise ZeroDivisionError

    gosms = make(transport=taking(lambda number: number), rate_limit=FAST)
    sending = gosms.send_many(source())
    async for _ in sending:
        break
    await sending.aclose()
    await asyncio.sleep(0)

    assert "never retrieved" not in caplog.text


async def test_an_endless_source_is_read_no_faster_than_results_are(make):
    drafts = itertools.count()
    gosms = make(transport=taking(lambda _: 0), rate_limit=FAST)
    seen = 0

    sending = gosms.send_many(map(draft, drafts), concurrency=10)
    async for result in sending:
        assert result.sent
        seen += 1
        if seen == 1000:
            break
    await sending.aclose()

    assert next(drafts) <= 1000 + 12


async def test_an_accepted_draft_is_told_with_its_id(make, api):
    SEND.route(api).mock(return_value=SEND.good())

    (result,) = [result async for result in make().send_many([draft(0)])]

    assert (result.sent.id, result.error) == (ID, None)
