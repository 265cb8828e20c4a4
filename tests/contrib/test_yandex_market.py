"""Every status of the chat message call, its two limits, and every field of its answer."""

import asyncio
import datetime as dt
import email.utils
import itertools

import httpx
import pytest
from fake_apis.yandex_market import FakeYandexMarket

from gosms_async.contrib.yandex_market import AsyncYandexMarket, ChatFile, ChatSender
from gosms_async.core.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ErrorDetail,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnreadableResponseError,
)
from gosms_async.core.limits import RateLimit

pytestmark = pytest.mark.virtual_time
NOW = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
MESSAGE = {
    "messageId": 3,
    "createdAt": "2017-11-21T00:00:00+03:00",
    "sender": "CUSTOMER",
    "message": "Where is my order?",
    "payload": [{"name": "a.jpg", "url": "https://market.example/a.jpg", "size": 1024}],
}


def http_date(moment):
    return email.utils.format_datetime(moment, usegmt=True)


def ok(**fields):
    return httpx.Response(200, json={"status": "OK", "result": MESSAGE | fields})


def no(status, *errors, until=None):
    headers = {"Date": http_date(NOW)}
    if until is not None:
        headers["X-RateLimit-Resource-Until"] = http_date(NOW + dt.timedelta(seconds=until))
    return httpx.Response(status, json={"status": "OK", "errors": errors}, headers=headers)


@pytest.fixture
async def market_that_answers():
    """Make a client of a server that gives *answers* in order, the last one for ever."""
    clients = []

    def make(*answers, **options):
        script = itertools.chain(answers, itertools.repeat(answers[-1]))
        moments = []

        def answer(request):
            moments.append((asyncio.get_running_loop().time(), request))
            return next(script)

        transport = httpx.MockTransport(answer)
        clients.append(AsyncYandexMarket("ACMA:key:1f", transport=transport, **options))
        return clients[-1], moments

    yield make
    for client in clients:
        await client.aclose()


async def test_the_request_is_the_documented_one(market_that_answers):
    market, moments = market_that_answers(ok())

    await market.chat_message(1, 2, 3)

    ((_, request),) = moments
    assert (request.method, request.headers["api-key"]) == ("GET", "ACMA:key:1f")
    assert "authorization" not in request.headers
    assert str(request.url) == (
        "https://api.partner.market.yandex.ru/v2/businesses/1/chats/message?chatId=2&messageId=3"
    )


async def test_each_field_is_decoded_and_an_unknown_one_is_not_minded(market_that_answers):
    market, _ = market_that_answers(ok(brandNew={"x": 1}))

    message = await market.chat_message(1, 2, 3)

    assert (message.id, message.sender, message.text) == (
        3,
        ChatSender.CUSTOMER,
        MESSAGE["message"],
    )
    assert message.created_at == dt.datetime(2017, 11, 20, 21, tzinfo=dt.UTC)
    assert message.created_at.utcoffset() == dt.timedelta(0)
    assert message.files == (ChatFile(name="a.jpg", url="https://market.example/a.jpg", size=1024),)
    assert "order" not in repr(message)


@pytest.mark.parametrize("sender", ["PARTNER", "CUSTOMER", "MARKET", "SUPPORT", "ROBOT"])
async def test_each_sender_is_known_and_a_new_one_is_kept(market_that_answers, sender):
    market, _ = market_that_answers(ok(sender=sender))

    message = await market.chat_message(1, 2, 3)

    assert message.sender == sender
    assert (message.sender in list(ChatSender)) == (sender != "ROBOT")


@pytest.mark.parametrize(
    ("fields", "text", "files"),
    [
        ({"payload": None}, MESSAGE["message"], 0),
        ({"message": None}, None, 1),
        ({"message": "", "payload": [{"url": "u"}, {"url": "v", "size": "5"}]}, "", 2),
    ],
)
async def test_a_message_has_a_text_or_files_or_both(market_that_answers, fields, text, files):
    market, _ = market_that_answers(ok(**fields))

    message = await market.chat_message(1, 2, 3)

    assert (message.text, len(message.files)) == (text, files)


@pytest.mark.parametrize("body", [{"status": "OK"}, {"status": "OK", "result": []}, []])
async def test_a_yes_without_a_message_is_unreadable(market_that_answers, body):
    market, _ = market_that_answers(httpx.Response(200, json=body))

    with pytest.raises(UnreadableResponseError, match="ChatMessage"):
        await market.chat_message(1, 2, 3)


@pytest.mark.parametrize(
    ("status", "kind", "requests_made"),
    [
        (400, BadRequestError, 1),
        (401, AuthenticationError, 1),
        (403, PermissionDeniedError, 1),
        (404, NotFoundError, 1),
        (420, RateLimitError, 3),
        (429, RateLimitError, 3),
        (500, ServerError, 3),
        (405, APIError, 1),  # not documented: by its class
        (502, ServerError, 3),
    ],
)
async def test_each_status_has_its_error_whatever_the_body_says(
    market_that_answers, status, kind, requests_made
):
    """The samples of error bodies say "OK" too."""
    market, moments = market_that_answers(no(status, {"code": "NO", "message": "words"}))

    with pytest.raises(APIError) as caught:
        await market.chat_message(1, 2, 3)

    assert (type(caught.value), caught.value.status) == (kind, status)
    assert (caught.value.code, caught.value.message) == ("NO", "words")
    assert len(moments) == requests_made


async def test_the_list_of_errors_is_kept_whole(market_that_answers):
    first, second = {"code": "A", "message": "a"}, {"code": "B", "extra": 1}
    market, _ = market_that_answers(no(400, first, "no object", second))

    with pytest.raises(BadRequestError) as caught:
        await market.chat_message(1, 2, 3)

    assert caught.value.errors == (ErrorDetail("A", "a", first), ErrorDetail("B", None, second))


@pytest.mark.parametrize("body", [{"errors": []}, {"errors": "words"}, [], None])
async def test_an_error_in_another_form_is_still_that_status(market_that_answers, body):
    market, _ = market_that_answers(httpx.Response(404, json=body))

    with pytest.raises(NotFoundError) as caught:
        await market.chat_message(1, 2, 3)

    assert (caught.value.code, caught.value.errors) == (None, ())


async def test_too_many_an_hour_waits_until_the_named_moment(market_that_answers):
    hourly = {"code": "LIMIT_EXCEEDED", "message": "Hit rate limit of the resource"}
    market, moments = market_that_answers(no(420, hourly, until=20), ok())

    await market.chat_message(1, 2, 3)

    assert moments[1][0] - moments[0][0] == pytest.approx(20)


async def test_too_many_at_a_time_waits_shortly_though_the_hour_ends_late(market_that_answers):
    crowd = {"code": "420", "message": "Hit rate limit of 4 parallel requests for businessId 1"}
    market, moments = market_that_answers(no(420, crowd, until=3000), ok())

    await market.chat_message(1, 2, 3)

    assert moments[1][0] - moments[0][0] == pytest.approx(0.5)


async def test_a_wait_beyond_the_deadline_is_not_begun(market_that_answers):
    market, moments = market_that_answers(no(420, {"code": "X"}, until=1800))
    began = asyncio.get_running_loop().time()

    with pytest.raises(RateLimitError) as caught:
        await market.chat_message(1, 2, 3)

    assert caught.value.retry_after == 1800
    assert (len(moments), asyncio.get_running_loop().time()) == (1, began)


async def test_a_deadline_of_an_hour_gives_time_for_the_wait(market_that_answers):
    market, moments = market_that_answers(no(420, {"code": "X"}, until=1800), ok(), timeout=3600)

    await market.chat_message(1, 2, 3)

    assert moments[1][0] - moments[0][0] == pytest.approx(1800)


async def test_one_refusal_does_not_slow_the_calls_that_follow(market_that_answers):
    market, moments = market_that_answers(no(420, {"code": "X"}, until=10), ok())

    for _ in range(4):
        await market.chat_message(1, 2, 3)

    assert moments[-1][0] - moments[1][0] < 1


async def test_no_hour_sees_more_than_its_limit(shop):
    """The thousand and first call waits for the next hour."""
    transport = httpx.ASGITransport(shop.app)
    shop.write(1, 2, 3, "hi")
    async with AsyncYandexMarket("key", transport=transport, timeout=7200) as market:
        began = asyncio.get_running_loop().time()
        for _ in range(1000):
            await market.chat_message(1, 2, 3)
        at_once = asyncio.get_running_loop().time() - began
        shop.renew()
        await market.chat_message(1, 2, 3)

    assert at_once < 60
    assert asyncio.get_running_loop().time() - began >= 3600


async def test_each_business_sees_four_requests_at_a_time_and_holds_up_no_other():
    shop = FakeYandexMarket(latency=1.0)
    for business_id in (1, 2, 3):
        shop.write(business_id, 2, 3, "hi")
    transport = httpx.ASGITransport(shop.app)
    async with AsyncYandexMarket("key", transport=transport, timeout=60) as market:
        began = asyncio.get_running_loop().time()
        calls = [market.chat_message(1 + number % 3, 2, 3) for number in range(36)]
        await asyncio.gather(*calls)
        took = asyncio.get_running_loop().time() - began

    assert shop.most_parallel == {1: 4, 2: 4, 3: 4}
    assert took == pytest.approx(3.0, abs=0.5)  # 12 calls each, four at a time, one second each


async def test_a_caller_that_leaves_keeps_its_place_until_its_exchange_is_over():
    """Five at a time are never asked for, however many callers lose patience."""
    shop = FakeYandexMarket(latency=1.0)
    shop.write(1, 2, 3, "hi")
    async with AsyncYandexMarket("key", transport=httpx.ASGITransport(shop.app)) as market:
        crowd = [asyncio.ensure_future(market.chat_message(1, 2, 3)) for _ in range(8)]
        await asyncio.sleep(0.5)
        for impatient in crowd[:6]:
            impatient.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)

    assert shop.most_parallel == {1: 4}


@pytest.mark.parametrize("ids", [(0, 2, 3), (1, -2, 3), (1, 2, "3"), (True, 2, 3), (1, None, 3)])
async def test_a_wrong_id_is_refused_before_anything_leaves(market_that_answers, ids):
    market, moments = market_that_answers(ok())

    with pytest.raises((ValueError, TypeError), match="_id"):
        await market.chat_message(*ids)

    assert moments == []


async def test_a_limit_can_be_chosen(market_that_answers):
    market, moments = market_that_answers(ok(), rate_limit=RateLimit(1, 5.0))

    await market.chat_message(1, 2, 3)
    await market.chat_message(1, 2, 3)

    assert moments[1][0] - moments[0][0] >= 5
