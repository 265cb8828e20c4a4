"""Webhooks are called on every change, as often and as late as one wants to see."""

from __future__ import annotations

import json

import pytest

from gosms_async.emulator.server import serving


class Receiver:
    """An ASGI application that keeps what it is sent."""

    def __init__(self, status=200):
        self.status = status
        self.got = []

    async def __call__(self, _scope, receive, send):
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        self.got.append(json.loads(body))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def statuses(self):
        return [payload["status"] for payload in self.got]


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
async def webhook(emulator, receiver):
    yield emulator.webhooks.add("http://hooks.test/gosms", app=receiver)
    await emulator.aclose()


async def let_time_pass(emulator, *seconds):
    for step in seconds:
        emulator.clock.advance(step)
        await emulator.webhooks.settled()


@pytest.mark.usefixtures("webhook")
async def test_every_change_is_told_once_and_in_order(emulator, receiver, send):
    await send()
    await let_time_pass(emulator, 1, 2, 5, 100)

    assert receiver.statuses == [1, 2, 4]
    assert receiver.got[0]["id"] == emulator.messages()[0].id
    assert "not documented" in receiver.got[0]["format"]
    assert {d.state for d in emulator.webhooks.of(emulator.messages()[0])} == {"delivered"}


@pytest.mark.usefixtures("webhook")
async def test_the_postman_needs_nobody_to_ask(emulator, receiver, send, until):
    await send()
    emulator.clock.advance(10)
    await until(lambda: len(receiver.got) >= 3)

    assert sorted(receiver.statuses) == [1, 2, 4]


@pytest.mark.usefixtures("webhook")
async def test_callback_id_chooses_one_webhook(emulator, receiver, send):
    other = Receiver()
    chosen = emulator.webhooks.add("http://other.test/", app=other)
    await send(callback_id=chosen.id)
    await let_time_pass(emulator, 1)

    assert (receiver.statuses, other.statuses) == ([], [1])


@pytest.mark.usefixtures("webhook")
async def test_a_webhook_of_another_inbox_is_left_alone(emulator, send):
    other = Receiver()
    emulator.webhooks.add("http://other.test/", token="other", app=other)
    await send()
    await let_time_pass(emulator, 1)

    assert other.statuses == []


async def test_a_removed_webhook_is_not_called(emulator, webhook, receiver, send):
    await send()
    known = emulator.webhooks.remove(webhook.id)
    await let_time_pass(emulator, 1)

    assert (known, emulator.webhooks.remove(webhook.id), receiver.statuses) == (True, False, [])


@pytest.mark.usefixtures("webhook")
async def test_a_receiver_that_refuses_is_noted(emulator, receiver, send):
    receiver.status = 500
    await send()
    await let_time_pass(emulator, 1)

    (delivery,) = emulator.webhooks.deliveries
    assert (delivery.state, delivery.answer) == ("failed", "500")


async def test_an_application_that_fails_is_noted(emulator, webhook, send):
    async def broken(_scope, _receive, _send):
        raise ZeroDivisionError

    emulator.webhooks.remove(webhook.id)
    emulator.webhooks.add("http://hooks.test/", app=broken)
    await send()
    await let_time_pass(emulator, 1)

    (delivery,) = emulator.webhooks.deliveries
    assert (delivery.state, delivery.answer) == ("failed", "500")


@pytest.mark.usefixtures("webhook")
async def test_a_reset_ends_the_calls_about_what_was_there(emulator, receiver, send):
    """The webhook stays: what is sent afterwards is told."""
    await send("before")
    emulator.fail("webhook_delay", seconds=60)
    await let_time_pass(emulator, 1)
    emulator.reset()
    await let_time_pass(emulator, 100)
    await send("after")
    after = emulator.messages()[0]
    await let_time_pass(emulator, 1)

    assert [payload["id"] for payload in receiver.got] == [after.id]
    assert [delivery.state for delivery in emulator.webhooks.deliveries] == ["delivered"]


async def test_a_receiver_that_is_not_there_is_noted(emulator, webhook, send):
    emulator.webhooks.remove(webhook.id)
    emulator.webhooks.add("http://127.0.0.1:1/")
    await send()
    await let_time_pass(emulator, 1)

    assert emulator.webhooks.deliveries[0].state == "failed"


@pytest.mark.usefixtures("webhook")
async def test_a_call_can_be_repeated(emulator, receiver, send):
    await send()
    await let_time_pass(emulator, 1)
    again = emulator.webhooks.resend(emulator.webhooks.deliveries[0].number)
    await emulator.webhooks.settled()

    assert receiver.statuses == [1, 1]
    assert again.state == "delivered"
    assert emulator.webhooks.resend(99) is None


@pytest.mark.usefixtures("webhook")
async def test_calls_can_be_dropped_doubled_and_delayed(emulator, receiver, send, until):
    await send()
    emulator.fail("webhook_drop")
    await let_time_pass(emulator, 1)
    emulator.fail("webhook_duplicate")
    await let_time_pass(emulator, 2)
    emulator.fail("webhook_delay", seconds=60)
    await let_time_pass(emulator, 5)
    before = list(receiver.statuses)
    emulator.clock.advance(minutes=1)
    await until(lambda: len(receiver.got) >= 3)

    assert (before, receiver.statuses) == ([2, 2], [2, 2, 4])
    states = [d.state for d in emulator.webhooks.deliveries]
    assert states[0] == "dropped"


@pytest.mark.usefixtures("webhook")
async def test_calls_can_overtake_each_other(emulator, receiver, send):
    await send()
    emulator.fail("webhook_reorder")
    await let_time_pass(emulator, 1, 2, 3)

    assert receiver.statuses == [2, 1]


@pytest.mark.usefixtures("webhook")
async def test_other_faults_do_not_touch_webhooks(emulator, receiver, send):
    await send()
    emulator.fail("429_storm", p=1.0)
    await let_time_pass(emulator, 1)

    assert receiver.statuses == [1]


async def test_a_webhook_fault_does_not_touch_requests(emulator, send):
    emulator.fail("webhook_drop", match="*", p=1.0)

    assert (await send()).status_code == 200


@pytest.mark.usefixtures("webhook")
async def test_a_waiting_message_is_told_when_its_phone_returns(emulator, receiver, send):
    emulator.set_online(False)
    await send()
    await let_time_pass(emulator, 100)
    emulator.set_online(True)
    await let_time_pass(emulator, 1)

    assert receiver.statuses == [1]


async def test_a_receiver_behind_a_socket_is_called_again_after_a_stop(emulator, receiver, send):
    async with serving(receiver, "127.0.0.1", 0) as port:
        emulator.webhooks.add(f"http://127.0.0.1:{port}/")
        await send()
        await let_time_pass(emulator, 1, 2, 5)
        await emulator.aclose()
        emulator.webhooks.resend(emulator.webhooks.deliveries[0].number)
        await emulator.webhooks.settled()
        await emulator.aclose()

    assert receiver.statuses == [1, 2, 4, 1]
