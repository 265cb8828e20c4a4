"""What once broke every call: an event loop that begins tasks at once."""

import asyncio
import sys

import httpx
import pytest
from verbs import TOKEN, VERBS

from gosms_async import AsyncGoSMS


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
async def test_a_call_may_begin_and_end_within_the_making_of_its_task(verb):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    transport = httpx.MockTransport(lambda _: verb.good())
    async with AsyncGoSMS(TOKEN, transport=transport) as gosms:
        assert await verb.call(gosms) == verb.result
