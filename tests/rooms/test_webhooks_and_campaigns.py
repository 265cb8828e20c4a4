"""A webhook's news reaches those who wait for many messages at once."""

import asyncio

from gosms_async import MessageStatus
from gosms_async.campaign import Deliveries


async def test_a_webhook_makes_the_next_look_of_deliveries_come_at_once(served, router):
    """By itself it would look again in a minute."""
    deliveries = Deliveries(served.gosms, every=60)

    @router.on()
    async def hint(_):
        deliveries.hint()

    served.listen()
    sent = await served.gosms.send("79161234567", "hi")
    waiting = asyncio.ensure_future(deliveries.wait(sent.id, timeout=30))
    while served.looks() < 1:  # noqa: ASYNC110 - nobody announces it
        await asyncio.sleep(0)
    served.emulator.clock.advance(10)
    await served.emulator.webhooks.settled()

    message = await asyncio.wait_for(waiting, 5)

    assert message.status is MessageStatus.DELIVERED
    await deliveries.aclose()
