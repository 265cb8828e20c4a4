"""Batches are sent, read, listed and canceled; what was lost is found by its reference."""

import asyncio
import datetime as dt

import httpx
import pytest

from gosms_async.contrib.sinch import AsyncSinch
from gosms_async.core.errors import NotFoundError, OutcomeUnknownError, TransportError

pytestmark = pytest.mark.virtual_time
PHONE = "46701234567"


async def test_each_documented_field_is_decoded_and_an_unknown_one_is_not_minded():
    times = dict.fromkeys(("created_at", "modified_at", "send_at"), "2024-06-06T09:22:14.304Z")
    answer = {
        "id": "B1",
        "to": [PHONE, "46701234568"],
        "from": "Shop",
        "body": "hi",
        "type": "mt_text",
        "delivery_report": "summary",
        "expire_at": "2024-06-06T12:22:14+03:00",
        "callback_url": "https://shop.example/reports",
        "client_reference": "r1",
        "canceled": "False",  # as an old sample has it
        "flash_message": False,
        "brand_new": {"x": 1},
        **times,
    }
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    async with AsyncSinch("plan", "token", transport=transport) as sinch:
        batch = await sinch.get("B1")

    noted = dt.datetime(2024, 6, 6, 9, 22, 14, 304000, tzinfo=dt.UTC)
    assert (batch.id, batch.to, batch.from_) == ("B1", (PHONE, "46701234568"), "Shop")
    assert (batch.body, batch.type, batch.delivery_report) == ("hi", "mt_text", "summary")
    assert (batch.created_at, batch.modified_at, batch.send_at) == (noted, noted, noted)
    assert batch.expire_at == dt.datetime(2024, 6, 6, 9, 22, 14, tzinfo=dt.UTC)
    assert (batch.callback_url, batch.client_reference) == ("https://shop.example/reports", "r1")
    assert (batch.canceled, batch.recovered) == (False, False)
    assert PHONE not in repr(batch)
    assert "hi" not in repr(batch)


async def test_a_batch_is_sent_read_reported_and_canceled(sinch, plan):
    sent = await sinch.send([f"+{PHONE}", "0046701234568"], "hi", from_="Shop")

    summary = await sinch.delivery_report(sent.id)
    full = await sinch.delivery_report(sent.id, full=True)
    canceled = await sinch.cancel(sent.id)

    assert sent.to == (PHONE, "46701234568")
    assert (await sinch.get(sent.id)).canceled
    assert canceled.canceled
    assert (summary.total_message_count, summary.statuses[0].recipients) == (2, ())
    assert full.statuses[0].recipients == sent.to


async def test_what_is_not_there_is_not_found(sinch):
    with pytest.raises(NotFoundError):
        await sinch.get("B1")


async def test_each_send_has_a_reference_of_its_own(sinch, plan):
    await asyncio.gather(*(sinch.send(PHONE, "hi") for _ in range(5)))

    assert len({batch["client_reference"] for batch in plan.batches}) == 5


@pytest.mark.parametrize("status", [502, 504, 408])
async def test_a_batch_whose_answer_was_lost_is_found_by_its_reference(sinch, plan, status):
    plan.faults.append(("after", status))

    batch = await sinch.send(PHONE, "hi")

    assert [stored["id"] for stored in plan.batches] == [batch.id]
    assert batch.recovered


async def test_a_batch_that_is_not_seen_is_not_sent_again_and_can_be_resolved_later(sinch, plan):
    """The request is lost on the way, and reaches Sinch only after the send has given up."""
    plan.faults.append(("before", 502))

    with pytest.raises(OutcomeUnknownError) as caught:
        await sinch.send(PHONE, "hi", client_reference="r1")
    with pytest.raises(OutcomeUnknownError):
        await caught.value.resolve(timeout=10)
    plan.store({"to": [PHONE], "body": "hi", "client_reference": "r1"})
    found = await caught.value.resolve(timeout=10)

    assert (found.client_reference, found.recovered) == ("r1", True)
    assert len(plan.batches) == 1


async def test_only_the_very_reference_counts_when_a_server_ignores_the_filter():
    """Another batch in the list is not taken for the lost one, and a failed look for no answer."""
    other = {"id": "B0", "to": [PHONE], "body": "hi", "client_reference": "another"}
    looks = iter([httpx.Response(401), httpx.Response(200, json={"count": 1, "batches": [other]})])
    posts = []

    def answer(request):
        if request.method == "POST":
            posts.append(request)
            raise httpx.ReadError("reset")
        return next(looks, httpx.Response(200, json={"count": 1, "batches": [other]}))

    async with AsyncSinch("plan", "token", transport=httpx.MockTransport(answer)) as sinch:
        with pytest.raises(OutcomeUnknownError):
            await sinch.send(PHONE, "hi")

    assert len(posts) == 1


async def test_a_yes_without_an_id_is_looked_up():
    listed = {"id": "B1", "client_reference": "r1"}

    def answer(request):
        if request.method == "POST":
            return httpx.Response(201, json={"to": [PHONE]})
        return httpx.Response(200, json={"count": 1, "batches": [listed]})

    async with AsyncSinch("plan", "token", transport=httpx.MockTransport(answer)) as sinch:
        batch = await sinch.send(PHONE, "hi", client_reference="r1")

    assert (batch.id, batch.recovered) == ("B1", True)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("prefetch", [0, 1, 3])
async def test_the_walk_gives_every_batch_once(sinch, plan, count, prefetch):
    for number in range(count):
        plan.store({"to": [PHONE], "body": str(number)})

    seen = [batch.body async for batch in sinch.batches(prefetch=prefetch)]

    assert seen == [str(number) for number in reversed(range(count))]


async def test_the_walk_loses_and_repeats_nothing_while_the_list_grows_and_shrinks(sinch, plan):
    for number in range(60):
        plan.store({"to": [PHONE], "body": str(number)})
    seen = []

    async for batch in sinch.batches(page_size=10, prefetch=0):
        seen.append(batch.body)
        if len(seen) % 10 == 5:
            plan.store({"to": [PHONE], "body": f"new {len(seen)}"})
        if len(seen) in {12, 33}:
            del plan.batches[59], plan.batches[55]  # read already: the newest of the first

    known = [body for body in seen if not body.startswith("new")]
    stays = {batch["body"] for batch in plan.batches if not batch["body"].startswith("new")}
    assert len(known) == len(set(known))
    assert stays <= set(known)


async def test_a_list_can_be_narrowed_to_a_reference(sinch, plan):
    await sinch.send(PHONE, "one", client_reference="r1")
    await sinch.send(PHONE, "two", client_reference="r2")

    page = await sinch.list(client_reference="r2")

    assert ([b.body for b in page.items], page.total_records, page.page) == (["two"], 1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda sinch: sinch.send([], "hi"),
        lambda sinch: sinch.send([PHONE] * 1001, "hi"),
        lambda sinch: sinch.send("", "hi"),
        lambda sinch: sinch.send(PHONE, None),
        lambda sinch: sinch.send(PHONE, "hi", send_at=dt.datetime(2030, 1, 1)),  # noqa: DTZ001 - naive is the point
        lambda sinch: sinch.list(page=-1),
        lambda sinch: sinch.list(page_size=101),
        lambda sinch: sinch.get(""),
        lambda sinch: sinch.get(".."),
    ],
)
async def test_a_wrong_argument_is_refused_before_anything_leaves(sinch, plan, wrong):
    with pytest.raises((ValueError, TypeError)):
        await wrong(sinch)

    assert plan.batches == []


@pytest.mark.parametrize(
    "given",
    [("plan", "token", "mars"), ("../plan", "token"), ("", "token"), ("plan", ""), ("plan", "a b")],
)
def test_a_client_that_cannot_work_is_not_made(given):
    with pytest.raises(ValueError, match=r"region|service_plan_id|token"):
        AsyncSinch(*given)


@pytest.mark.parametrize("region", ["us", "eu", "au", "br", "ca"])
async def test_each_region_has_its_host(region):
    urls = []

    def answer(request):
        urls.append(str(request.url))
        return httpx.Response(200, json={"id": "a/b"})

    async with AsyncSinch("plan", "token", region, transport=httpx.MockTransport(answer)) as sinch:
        await sinch.get("a/b")

    assert urls == [f"https://{region}.sms.api.sinch.com/xms/v1/plan/batches/a%2Fb"]


async def test_a_closed_client_sends_nothing(plan):
    sinch = AsyncSinch("plan", "token", transport=httpx.ASGITransport(plan.app))
    await sinch.aclose()

    with pytest.raises(TransportError):
        await sinch.send(PHONE, "hi")
