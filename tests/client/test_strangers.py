"""What others do to a client, its tasks and its transport comes out as the client's own errors."""

import asyncio
import json

import httpx
import pytest
from fakes import Held
from raw_server import raw_server
from verbs import ID, PHONE, SEND, TOKEN

from gosms_async import AsyncGoSMS, OutcomeUnknownError

SENT = json.dumps({"id": ID})


async def answer(peer):
    while await peer.request():
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(SENT)}\r\n\r\n"
        await peer.send((head + SENT).encode())


async def send_with_hook(hook, **settings):
    hooks = {"response": [hook]}
    async with (
        raw_server(answer) as server,
        httpx.AsyncClient(event_hooks=hooks, trust_env=False) as http_client,
        AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", http_client=http_client, **settings) as gosms,
    ):
        return await gosms.send(PHONE, "hi")


async def test_a_hook_of_the_given_client_may_read_the_answer():
    async def log(response):
        await response.aread()

    assert (await send_with_hook(log)).id == ID


async def test_a_hook_that_breaks_leaves_a_doubt():
    """The SMS is stored by then, so its own error would not say enough."""

    async def broken(response):
        raise RuntimeError("a hook")

    with pytest.raises(OutcomeUnknownError, match="RuntimeError: a hook"):
        await send_with_hook(broken, on_unknown="raise")


async def test_a_program_that_cancels_every_task_but_its_own_has_a_doubt_and_no_cancellation():
    """A task group would let a CancelledError go by in silence."""
    held, me = Held(SEND.good), asyncio.current_task()

    def cancel_the_others():
        for task in asyncio.all_tasks() - {me}:
            task.cancel()

    async with AsyncGoSMS(TOKEN, transport=held, on_unknown="raise") as gosms:
        asyncio.get_running_loop().call_later(0.01, cancel_the_others)
        with pytest.raises(OutcomeUnknownError, match="the task was cancelled"):
            await gosms.send(PHONE, "hi")
