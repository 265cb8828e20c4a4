"""Webhooks' calls are hints: what is told is what `get` says, once and in order."""

import asyncio
import datetime as dt
import itertools
import json

import httpx
import pytest

from gosms_async import Message, MessageStatus, RateLimit
from gosms_async.webhooks import Progress, Receiver, Router
from gosms_async.webhooks.looks import Looks

ID = "6654a4e8f1527149588c89f2"
PHONE = "79161234567"
SECRET = "s" * 32
JSON = {"Content-Type": "application/json"}


def hint(*ids):
    return json.dumps([{"id": each, "status": 5} for each in ids]).encode()


def message(status, id_=ID):
    return Message(
        id=id_,
        text="hi",
        status=MessageStatus(status),
        phone_number=PHONE,
        created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


async def let_time_pass(served, *seconds):
    for step in seconds:
        served.emulator.clock.advance(step)
        await served.emulator.webhooks.settled()
        await served.receiver.settled()


async def test_each_status_is_told_once_and_in_order(served, router_told):
    served.listen()
    await served.gosms.send(PHONE, "hi")

    await let_time_pass(served, 1, 2, 5)

    assert router_told == [MessageStatus.PROCESSING, MessageStatus.SENT, MessageStatus.DELIVERED]
    assert {d.answer for d in served.emulator.webhooks.deliveries} == {"204"}


async def test_handlers_are_chosen_by_status(served, router):
    delivered = []

    @router.on(MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED)
    async def _(message):
        delivered.append(message)

    served.listen()
    sent = await served.gosms.send(PHONE, "hi")

    await let_time_pass(served, 1, 2, 5)

    assert [(m.id, m.text, m.is_final) for m in delivered] == [(sent.id, "hi", True)]


async def test_a_wait_ends_when_the_webhook_is_called(served):
    """Long before it would look again by itself."""
    served.listen()
    sent = await served.gosms.send(PHONE, "hi")
    waiting = asyncio.ensure_future(served.gosms.wait(sent.id, timeout=60))
    await let_time_pass(served, 10)

    assert (await asyncio.wait_for(waiting, 0.4)).status is MessageStatus.DELIVERED


async def test_what_a_call_says_of_a_status_is_not_believed(served, router_told):
    sent = await served.gosms.send(PHONE, "hi")

    await served.post(SECRET, hint(sent.id), headers=JSON)
    await served.receiver.settled()

    assert router_told == [MessageStatus.WAITING]


async def test_a_replay_tells_and_asks_nothing(served, router_told):
    served.listen()
    await served.gosms.send(PHONE, "hi")
    await let_time_pass(served, 10)
    told, looks = list(router_told), served.looks()

    for delivery in list(served.emulator.webhooks.deliveries) * 3:
        served.emulator.webhooks.resend(delivery.number)
    await let_time_pass(served, 1)

    assert (router_told, served.looks()) == (told, looks)


@pytest.mark.parametrize("fault", ["webhook_reorder", "webhook_duplicate", "webhook_delay"])
async def test_calls_out_of_order_make_no_step_back(served, fault, router_told):
    served.emulator.fail(fault, times=2)
    served.listen()
    await served.gosms.send(PHONE, "hi")

    await let_time_pass(served, 1, 2, 5, 5)

    assert router_told == sorted(set(router_told))
    assert router_told[-1] is MessageStatus.DELIVERED


def test_repeats_and_steps_back_are_not_taken():
    """A lagging copy of the account may answer a look; a status of tomorrow is no end."""
    progress = Progress(10)
    steps = [1, 2, 1, 2, 6, 4, 6, 0]

    taken = [step for step in steps if progress.takes(message(step))]

    assert (taken, progress.is_over(ID)) == ([1, 2, 6], False)


def test_nothing_follows_an_end():
    progress = Progress(10)

    taken = [step for step in [3, 4, 5, 6, 2] if progress.takes(message(step))]

    assert (taken, progress.is_over(ID.upper())) == ([3], True)


async def test_invented_ids_are_asked_for_and_forgotten(served, router_told):
    await served.post(SECRET, hint(ID, "f" * 24), headers=JSON)
    await served.receiver.settled()

    assert (router_told, served.looks()) == ([], 2)


@pytest.mark.slow
async def test_a_flood_of_invented_ids_takes_no_more_than_its_budget(
    served_slowly, router, router_told
):
    """After 2 400 of them the real one is looked at next: the newest is the first."""
    served, news, loop = served_slowly, asyncio.Event(), asyncio.get_running_loop()

    @router.on()
    async def tell(_):
        news.set()

    sent = await served.gosms.send(PHONE, "hi")
    numbers = itertools.count()

    async def flood(calls):
        for _ in range(calls):
            ids = [f"{next(numbers):024x}" for _ in range(100)]
            assert (await served.post(SECRET, hint(*ids), headers=JSON)).status_code == 204

    began = loop.time()
    await flood(24)
    await served.post(SECRET, hint(sent.id), headers=JSON)
    async with asyncio.timeout(5):
        await news.wait()

    assert router_told == [MessageStatus.WAITING]
    assert served.looks() <= 5 * (2 + loop.time() - began)
    assert served.receiver.dropped >= 1300


@pytest.mark.virtual_time
async def test_a_look_that_fails_for_the_moment_is_made_again(receiver, router_told, api):
    answer = {"id": ID, "message": "hi", "phone_number": PHONE, "time_create": 1, "status": 4}
    api.post("/sms/get").mock(
        side_effect=[*[httpx.Response(500)] * 3, httpx.Response(200, json=answer)]
    )

    await receiver.receive(SECRET, one(ID))
    await receiver.settled()
    before = list(router_told)
    await asyncio.sleep(5.1)
    await receiver.settled()

    assert (before, router_told) == ([], [MessageStatus.DELIVERED])


async def one(message_id):
    yield message_id.encode()


@pytest.mark.virtual_time
async def test_a_look_that_is_refused_for_good_is_not_made_again(receiver, api):
    route = api.post("/sms/get").mock(return_value=httpx.Response(403))

    await receiver.receive(SECRET, one(ID))
    await receiver.settled()
    await asyncio.sleep(60)

    assert route.call_count == 1


@pytest.mark.virtual_time
async def test_a_look_that_fails_by_a_bug_of_a_transport_ends_no_other(receiver, router_told, api):
    answer = {"id": ID, "message": "hi", "phone_number": PHONE, "time_create": 1, "status": 4}
    api.post("/sms/get").mock(
        side_effect=[*[RuntimeError("a bug")] * 3, httpx.Response(200, json=answer)]
    )

    for message_id in ("f" * 24, ID):
        await receiver.receive(SECRET, one(message_id))
        await receiver.settled()

    assert router_told == [MessageStatus.DELIVERED]


@pytest.mark.virtual_time
async def test_no_look_is_made_after_the_end(receiver, api):
    """Not even one that was to be made again."""
    route = api.post("/sms/get").mock(return_value=httpx.Response(500))

    await receiver.receive(SECRET, one(ID))
    await receiver.settled()
    calls = route.call_count
    await receiver.aclose()
    await asyncio.sleep(60)

    assert route.call_count == calls == 3


async def test_a_hint_without_news_tells_nothing(served, router_told):
    sent = await served.gosms.send(PHONE, "hi")

    for _ in range(3):
        await served.post(SECRET, hint(sent.id), headers=JSON)
        await served.receiver.settled()

    assert (router_told, served.looks()) == ([MessageStatus.WAITING], 3)


@pytest.mark.parametrize("failure", [RuntimeError("a bug"), asyncio.CancelledError()])
async def test_a_handler_that_fails_ends_no_other_and_no_look(served, caplog, failure):
    """A cancel may be that of a task which it waits for."""
    router = Router()
    told = []

    @router.on()
    async def broken(_):
        raise failure

    @router.on()
    async def sound(message):
        told.append(message.id)

    sent = await served.gosms.send(PHONE, "private text")
    async with Receiver(served.gosms, router, secret=SECRET, budget=RateLimit(1000)) as receiver:
        await receiver.receive(SECRET, one(sent.id))
        await receiver.settled()
        served.emulator.clock.advance(10)
        await receiver.receive(SECRET, one(sent.id))

    assert told == [sent.id] * 2
    assert "a webhook's handler failed" in caplog.text
    assert PHONE not in caplog.text
    assert "private text" not in caplog.text


async def test_closing_looks_at_what_is_left(served, router_told):
    sent = await served.gosms.send(PHONE, "hi")
    await served.post(SECRET, hint(sent.id), headers=JSON)

    await served.receiver.aclose()

    assert router_told == [MessageStatus.WAITING]


@pytest.mark.virtual_time
async def test_closing_does_not_wait_for_ever(receiver, api, caplog):
    async def hang(_):
        await asyncio.Event().wait()

    api.post("/sms/get").mock(side_effect=hang)

    async def body():
        yield hint(ID, "f" * 24)

    await receiver.receive(SECRET, body())

    await receiver.aclose(grace=1)

    assert "hints left" in caplog.text


def test_what_is_kept_is_bounded():
    """The oldest hint and the oldest status go first."""
    progress = Progress(2)
    looks = Looks(None, Router(), budget=RateLimit(5), backlog=2, memory=2)
    ids = [f"{number:024x}" for number in range(5)]

    for each in ids:
        looks.add(each)
        progress.takes(message(4, each))

    assert (list(looks._hints), looks.dropped) == (ids[3:], 3)
    assert [progress.is_over(each) for each in ids] == [False] * 3 + [True] * 2
