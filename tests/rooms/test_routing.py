"""SMS are spread over phones and SIM cards, and none is sent twice on the way."""

import asyncio
import datetime as dt
from collections import Counter

import httpx
import pytest

from gosms_async import (
    AsyncGoSMS,
    BadRequestError,
    Device,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
)
from gosms_async.emulator import Emulator
from gosms_async.routing import DeviceRouter, NoRouteError, Route, health_of

PHONE = "79161234567"
PIXEL = "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
REDMI = "5c0e3f5e-90f4-4f5b-9a5f-2a5d8a6f7c11"
NOW = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 2)


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
async def connect(emulator):
    """Open a client of an account of the emulator."""
    opened = []

    def open_(token="dev"):
        transport = httpx.ASGITransport(app=emulator.app)
        client = AsyncGoSMS(
            token,
            transport=transport,
            retry=RetryPolicy(attempts=1),
            rate_limit=RateLimit(1_000),
            on_unknown="raise",
        )
        opened.append(client)
        return client

    yield open_
    for client in opened:
        await client.aclose()


@pytest.fixture
def gosms(connect):
    return connect()


@pytest.fixture
def phones(gosms):
    """Routes by the emulator's two phones."""
    return [
        Route(name="pixel", gosms=gosms, device_id=PIXEL),
        Route(name="redmi", gosms=gosms, device_id=REDMI),
    ]


async def taken(router, number, text="hi"):
    return [(await router.send(PHONE, f"{text} {n}")).route for n in range(number)]


@pytest.mark.parametrize(
    ("age", "online"), [(0, True), (299, True), (300, True), (301, False), (None, False)]
)
def test_a_phone_that_has_not_reported_itself_for_five_minutes_is_away(age, online):
    last = None if age is None else NOW - dt.timedelta(seconds=age)
    device = Device(id=PIXEL, is_active=True, battery=5, last_online_at=last)

    health = health_of(device, NOW)

    assert (health.online, health.can_send, health.battery) == (online, online, 5)


def test_a_phone_that_is_switched_off_cannot_send():
    health = health_of(Device(id=PIXEL, is_active=False, last_online_at=NOW), NOW)

    assert (health.online, health.active, health.can_send) == (True, False, False)


async def test_turns_are_dealt_by_weight(gosms):
    routes = [Route(name="a", gosms=gosms, weight=2), Route(name="b", gosms=gosms)]

    assert await taken(DeviceRouter(routes), 6) == ["a", "b", "a"] * 2


async def test_phone_and_sim_are_those_of_the_route(gosms, emulator):
    route = Route(name="mts", gosms=gosms, device_id=PIXEL, to_sim=1)

    routed = await DeviceRouter([route]).send(PHONE, "hi")

    (message,) = emulator.assert_sent(1)
    assert (message.device_id, message.to_sim, message.id) == (PIXEL, 1, routed.sent.id)


async def test_a_phone_that_is_away_is_passed_over_and_comes_back(phones, emulator):
    router = DeviceRouter(phones, check_every=0)
    emulator.set_online(False, device_id=PIXEL)
    emulator.clock.advance(minutes=6)
    away = await taken(router, 3, "away")
    emulator.set_online(True, device_id=PIXEL)
    back = await taken(router, 4, "back")

    assert away == ["redmi"] * 3
    assert set(back) == {"pixel", "redmi"}


async def test_phones_are_asked_only_now_and_then(phones, emulator):
    await taken(DeviceRouter(phones), 10)

    assert [request.endpoint for request in emulator.requests].count("device") == 2


@pytest.mark.parametrize("switch", ["off", "gone"])
async def test_a_phone_that_is_switched_off_or_gone_is_passed_over(phones, gosms, emulator, switch):
    if switch == "off":
        await gosms.edit_device(PIXEL, is_active=False)
    else:
        await gosms.delete_device(PIXEL)

    assert set(await taken(DeviceRouter(phones), 3)) == {"redmi"}


async def test_a_phone_that_cannot_be_asked_is_tried(phones, emulator):
    emulator.fail("500_before", match="device", p=1)

    assert set(await taken(DeviceRouter(phones), 2)) == {"pixel", "redmi"}


async def test_a_cap_counts_parts_and_holds_in_a_crowd(gosms):
    """Two of the twenty have two parts each."""
    days = [DAY]
    routes = [
        Route(name="capped", gosms=gosms, weight=100, daily_cap=5),
        Route(name="other", gosms=gosms),
    ]
    router = DeviceRouter(routes, today=lambda: days[0])
    texts = ["я" * 71, "ю" * 71, *(f"hi {n}" for n in range(18))]

    routed = await asyncio.gather(*(router.send(PHONE, text) for text in texts))

    assert Counter(each.route for each in routed) == {"capped": 3, "other": 17}
    assert router.used == {"capped": 5, "other": 17}
    days[0] += dt.timedelta(days=1)
    assert router.used == {"capped": 0, "other": 0}
    assert (await router.send(PHONE, "tomorrow")).route == "capped"


@pytest.mark.parametrize("fault", ["429_storm", "tariff_limit", "blocked", "no_devices"])
async def test_the_next_one_is_asked_when_nothing_was_sent(connect, emulator, fault):
    routes = [
        Route(name="one", gosms=connect("one"), weight=9, daily_cap=9),
        Route(name="two", gosms=connect("two")),
    ]
    emulator.fail(fault)
    router = DeviceRouter(routes)

    routed = await router.send(PHONE, "hi")

    assert (routed.route, list(routed.refusals)) == ("two", ["one"])
    assert router.used == {"one": 0, "two": 1}
    emulator.assert_sent(1)


@pytest.mark.parametrize("fault", ["500_before", "500_after", "drop_before", "drop_after"])
async def test_a_doubt_goes_nowhere_else(phones, emulator, fault):
    emulator.fail(fault, match="send")
    router = DeviceRouter(phones)

    with pytest.raises(OutcomeUnknownError):
        await router.send(PHONE, "hi")

    assert [request.endpoint for request in emulator.requests].count("send") == 1
    assert sum(router.used.values()) == 1


async def test_a_wrong_number_is_wrong_by_every_route(phones, api, wire, emulator):
    body = {"errors": {"code": 2001}}
    route = api.post("/sms/send").mock(return_value=httpx.Response(400, json=body))
    async with AsyncGoSMS("t", transport=wire) as gosms:
        router = DeviceRouter([Route(name=name, gosms=gosms) for name in "ab"])

        with pytest.raises(BadRequestError):
            await router.send(PHONE, "hi")

    assert (route.call_count, router.used) == (1, {"a": 0, "b": 0})


async def test_a_wrong_argument_uses_nothing_up(gosms, emulator):
    router = DeviceRouter([Route(name="a", gosms=gosms, daily_cap=1)])

    with pytest.raises(ValueError, match="phone_number"):
        await router.send("1", "hi")

    assert router.used == {"a": 0}


async def test_when_no_route_is_left_it_says_why(phones, emulator):
    emulator.fail("blocked", p=1)

    with pytest.raises(NoRouteError, match=r"pixel: HTTP 403.*redmi: HTTP 403") as caught:
        await DeviceRouter(phones).send(PHONE, "hi")

    assert set(caught.value.refusals) == {"pixel", "redmi"}
    assert not caught.value.may_have_been_sent


async def test_when_no_route_may_be_used_it_says_so(gosms):
    router = DeviceRouter([Route(name="a", gosms=gosms, daily_cap=0)])

    with pytest.raises(NoRouteError, match="away, switched off or at its cap"):
        await router.send(PHONE, "hi")


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_routes_have_names_of_their_own(names):
    with pytest.raises(ValueError, match="a name of its own"):
        DeviceRouter([Route(name=name, gosms=None) for name in names])


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"daily_cap": -1}])
def test_a_route_without_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Route(name="a", gosms=None, **wrong)
