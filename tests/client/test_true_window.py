"""Against the API's true window nothing is refused, and the window is used up."""

import asyncio
import os
import time

import pytest
from verbs import PHONE, TOKEN

from gosms_async import AsyncGoSMS
from gosms_async.emulator import Emulator

SENDS = int(os.environ.get("GOSMS_WINDOW_SENDS", "120"))  # 600 take 66 s


@pytest.mark.slow
async def test_no_send_is_refused_and_no_second_wasted():
    async with (
        Emulator() as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url, on_unknown="raise", timeout=SENDS) as gosms,
    ):
        start = time.monotonic()
        sent = await asyncio.gather(*(gosms.send(PHONE, f"hi {n}") for n in range(SENDS)))
        took = time.monotonic() - start

    assert len({message.id for message in sent}) == SENDS
    assert {request.status for request in emulator.requests} == {200}
    assert took <= (66 if SENDS >= 600 else SENDS / 8)  # a short run has its start and its end
