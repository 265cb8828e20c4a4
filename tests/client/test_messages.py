"""messages() walks the account page by page, ahead of its reader, and leaves nothing behind."""

import asyncio

import httpx
import pytest
from verbs import LIST, MESSAGE_JSON, error

from gosms_async import AsyncGoSMS, GoSMSError, MessagePage, RateLimit
from gosms_async.emulator import Emulator

pytestmark = pytest.mark.virtual_time


def account(size, *, total=None, pause=0.0, fails_at=None):
    """An account of so many messages as a transport that notes the offsets asked for."""

    async def handler(request):
        query = {name: int(value) for name, value in request.url.params.items() if name != "search"}
        handler.offsets.append(query["offset"])
        await asyncio.sleep(pause)
        if query["offset"] == fails_at:
            return error(403, 1007)
        start = (query["offset"] - 1) * query["limit"]
        found = range(start, min(start + query["limit"], size))
        return httpx.Response(
            200,
            json={
                "pagination": query | {"total_records": size if total is None else total},
                "sms_list": [MESSAGE_JSON | {"id": f"{n:024x}"} for n in found],
            },
        )

    handler.offsets = []
    return handler


@pytest.fixture
def walker(make):
    """Make a client of an account."""
    return lambda handler: make(transport=httpx.MockTransport(handler), rate_limit=RateLimit(10**6))


def numbers(messages):
    return [int(message.id, 16) for message in messages]


@pytest.mark.parametrize("prefetch", [0, 1, 2, 4])
@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 95])
async def test_every_message_comes_once_and_in_order(walker, size, prefetch):
    handler = account(size)
    messages = walker(handler).messages(page_size=10, prefetch=prefetch)

    assert numbers([message async for message in messages]) == [*range(size)]
    assert sorted(handler.offsets) == [*range(1, max(1, -(-size // 10)) + 1)]


async def test_pages_hold_what_is_new_on_them(walker):
    pages = [page async for page in walker(account(25)).messages(page_size=10).pages()]

    assert all(isinstance(page, MessagePage) for page in pages)
    assert [len(page.items) for page in pages] == [10, 10, 5]
    assert {page.total_records for page in pages} == {25}


async def test_each_iteration_walks_anew(walker):
    messages = walker(account(15)).messages(page_size=10)

    assert len([m async for m in messages]) == len([m async for m in messages]) == 15


async def test_a_walk_may_look_for_something(make, api):
    route = LIST.route(api).mock(return_value=LIST.good())

    async for _ in make().messages(search="Иван"):
        break

    assert route.calls.last.request.url.params["search"] == "Иван"


@pytest.mark.parametrize(("prefetch", "ahead"), [(0, 1), (1, 2), (2, 2)])
async def test_pages_are_asked_for_ahead_of_the_reader(walker, prefetch, ahead):
    """One at most until two pages have shown what `offset` counts."""
    handler = account(100)
    walk = walker(handler).messages(page_size=10, prefetch=prefetch).pages()

    await anext(walk)
    await asyncio.sleep(1)

    assert len(handler.offsets) == ahead
    await walk.aclose()


async def test_many_pages_are_on_their_way_at_once(walker):
    """Four ahead take a quarter of the time."""
    loop = asyncio.get_running_loop()
    gosms, start = walker(account(1000, pause=1)), loop.time()

    async for _ in gosms.messages(page_size=10, prefetch=4):
        pass

    assert loop.time() - start < 30


@pytest.mark.parametrize("prefetch", [0, 1, 4])
async def test_a_reader_that_leaves_early_leaves_no_task_behind(walker, prefetch):
    gosms = walker(account(1000, pause=1))
    before = asyncio.all_tasks()

    async for message in gosms.messages(page_size=10, prefetch=prefetch):
        if message.id.endswith("19"):  # on the third page
            break
    await asyncio.sleep(5)

    assert asyncio.all_tasks() == before


async def test_a_failure_on_a_page_nobody_wants_any_more_is_not_heard_of(walker, caplog):
    walk = walker(account(100, fails_at=2)).messages(page_size=10).pages()
    await anext(walk)
    await asyncio.sleep(1)

    await walk.aclose()
    del walk
    await asyncio.sleep(0)

    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("prefetch", [0, 1, 4])
async def test_a_failure_comes_out_where_its_page_does(walker, prefetch):
    seen = []
    walk = walker(account(100, fails_at=3)).messages(page_size=10, prefetch=prefetch).pages()

    for _ in range(2):
        seen += (await anext(walk)).items
    with pytest.raises(GoSMSError):
        await anext(walk)

    assert numbers(seen) == [*range(20)]


@pytest.mark.parametrize("total", [0, -5, 1, 10**9])
async def test_a_total_that_lies_neither_hangs_nor_repeats(walker, total):
    walk = walker(account(35, total=total)).messages(page_size=10)

    found = numbers([message async for message in walk])

    assert found == [*range(len(found))]
    assert len(found) >= min(35, max(total, 10))


@pytest.mark.parametrize("by_records", [True, False])
@pytest.mark.parametrize("prefetch", [0, 1, 3])
async def test_the_emulator_is_walked_under_both_readings(by_records, prefetch):
    """Messages arrive and vanish meanwhile; those of the beginning all come out, once."""
    emulator = Emulator(window=None, clock="manual")
    transport = httpx.ASGITransport(app=emulator.app)
    fast = RateLimit(10**6)
    async with AsyncGoSMS("t", transport=transport, rate_limit=fast, on_unknown="raise") as gosms:
        first = {(await gosms.send("79161234567", f"{n}")).id for n in range(57)}
        emulator.clock.advance(400)
        if by_records:
            emulator.fail("offset_by_record", p=1)
        seen, removed = [], set()

        async for message in gosms.messages(page_size=10, prefetch=prefetch):
            seen.append(message.id)
            if len(seen) % 10 == 3:
                await gosms.send("79161234567", f"new {len(seen)}")
                removed.add(seen[0])
                if len(seen) == 13:
                    await gosms.delete(seen[0])

    assert len(seen) == len(set(seen))
    assert first - removed <= set(seen)
