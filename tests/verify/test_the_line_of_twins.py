"""Identical sends wait for one another, and never longer than they may."""

import asyncio

import httpx
import pytest

from gosms_async import AsyncGoSMS, TransportError

pytestmark = pytest.mark.virtual_time


class Silent(httpx.AsyncBaseTransport):
    """Takes requests and never answers."""

    taken = 0

    async def handle_async_request(self, _):
        self.taken += 1
        await asyncio.sleep(10_000)


async def test_a_twin_is_turned_away_at_once_when_the_client_is_closed():
    gosms = AsyncGoSMS("token", transport=Silent())
    first, twin = (asyncio.ensure_future(gosms.send("79161234567", "hi")) for _ in range(2))
    await asyncio.sleep(1)

    closing = asyncio.ensure_future(gosms.aclose(grace=5))
    await asyncio.sleep(0.1)

    assert (twin.done(), first.done()) == (True, False)
    with pytest.raises(TransportError, match="it never left: the client was closed"):
        await twin
    await asyncio.gather(first, closing, return_exceptions=True)


async def test_a_twin_whose_turn_does_not_come_in_time_never_left():
    async with AsyncGoSMS("token", transport=Silent(), timeout=5) as gosms:
        first = asyncio.ensure_future(gosms.send("79161234567", "hi"))
        await asyncio.sleep(0)

        with pytest.raises(TransportError, match="it never left: 5 s are over") as caught:
            await gosms.send("+7 916 123-45-67", "hi")

        assert not caught.value.may_have_been_sent
        await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize("wrong", ["", "Verify", [], None, 1])
def test_a_mode_that_is_none_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="on_unknown"):
        AsyncGoSMS("token", on_unknown=wrong)


async def test_a_twin_that_gives_up_waiting_lets_nobody_past_the_first():
    silent = Silent()
    async with AsyncGoSMS("token", transport=silent, timeout=20) as gosms:
        first = asyncio.ensure_future(gosms.send("79161234567", "hi"))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(gosms.send("79161234567", "hi"))
        third = asyncio.ensure_future(gosms.send("79161234567", "hi"))
        await asyncio.sleep(1)
        second.cancel()
        await asyncio.sleep(1)

        assert (silent.taken, third.done()) == (1, False)
        third.cancel()
        first.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)
