"""The stand-ins hold the limits that the tests of their clients rely on."""

import asyncio

import httpx
import pytest

pytestmark = pytest.mark.virtual_time


async def test_the_stand_in_refuses_a_fifth_and_a_foreign_key(shop):
    shop.latency = 1.0
    shop.write(1, 2, 3, "hi")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(shop.app), base_url="http://shop", headers={"Api-Key": "key"}
    ) as client:
        url = "/v2/businesses/1/chats/message?chatId=2&messageId=3"
        answers = await asyncio.gather(*(client.get(url) for _ in range(5)))
        foreign = await client.get(url, headers={"Api-Key": "another"})

    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [420]
    assert foreign.status_code == 403
