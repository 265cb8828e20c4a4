"""Each example runs by one command, end to end, and SIGTERM leaves nothing unsettled."""

import asyncio
import functools
import signal

import httpx
import pytest
from processes import end, free_port, line_with, running, until

from gosms_async.emulator import Emulator

pytest_plugins = "servers"
pytestmark = pytest.mark.slow

PHONE = "79161234567"


@pytest.fixture
async def account():
    """An account of the test's own, so that it sees what an example leaves behind."""
    async with Emulator(clock="x60", window=None) as emulator:
        yield emulator


@pytest.fixture
def env(account):
    return {"GOSMS_TOKEN": "dev", "GOSMS_BASE_URL": account.base_url, "WEBHOOK_SECRET": "s" * 32}


@pytest.fixture
async def http():
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        yield client


async def test_the_fastapi_example_signs_up_and_notifies(account, env, http):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    account.webhooks.add(f"{url}/gosms/{'s' * 32}")
    async with running("fastapi_service.py", port, env=env) as process:
        await line_with(process, "service")
        sent = await up(http, url + "/signup", {"phone": "+7 916 123-45-67"})
        code = account.messages()[0].text.split()[-1]
        answers = [
            await http.post(url + "/signup/confirm", json={"phone": PHONE, "code": typed})
            for typed in ("wrong", code, code)
        ]
        again = await http.post(url + "/signup", json={"phone": "1"})
        notice = await http.post(
            url + "/orders/7/notice", json={"phone": PHONE, "text": "is ready"}
        )
        delivered = await line_with(process, "DELIVERED")
        shown = await http.get(f"{url}/messages/{sent['id']}")
        code_of_end, _ = await end(process)

    assert [answer.status_code for answer in answers] == [403, 204, 403]
    assert (again.status_code, notice.status_code) == (422, 200)
    assert delivered.split()[0] in {sent["id"], notice.json()["id"]}
    assert (shown.json()["phone_number"], shown.json()["id"]) == (PHONE, sent["id"])
    assert [m.text for m in account.messages()][1:] == ["Order 7: is ready"]
    assert code_of_end in {0, -signal.SIGTERM}


async def arrived(account, number):
    """Whether so many requests have come in, answered or not."""
    return len(account.requests) >= number


async def up(http, url, body):
    """Post to a service that says it is about to listen."""
    for _ in range(100):
        try:
            return (await http.post(url, json=body)).raise_for_status().json()
        except httpx.ConnectError:
            await asyncio.sleep(0.05)
    raise AssertionError("it does not listen")


async def test_the_aiohttp_example_notifies_and_shows_statuses(account, env, http):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    account.webhooks.add(f"{url}/gosms/{'s' * 32}")
    async with running("aiohttp_service.py", port, env=env) as process:
        await line_with(process, "service")
        body = {"phone": PHONE, "text": "is ready"}
        sent = (await http.post(url + "/orders/7/notice", json=body)).json()
        wrong = await http.post(url + "/orders/7/notice", json={"phone": "1", "text": "x"})
        account.fail("blocked")
        refused = await http.post(url + "/orders/8/notice", json=body)

        async def delivered():
            statuses = (await http.get(f"{url}/messages/{sent['id']}")).json()
            return "DELIVERED" in statuses and statuses

        seen = await until(delivered)
        code, _ = await end(process)

    assert (wrong.status_code, refused.status_code) == (422, 503)
    assert refused.json()["may_have_been_sent"] is False
    assert seen[-1] == "DELIVERED"
    assert code == 0
    account.assert_sent(1, to=PHONE, text="Order 7: is ready")


@pytest.mark.parametrize("example", ["fastapi_service.py", "aiohttp_service.py"])
async def test_a_request_under_way_at_sigterm_is_finished(account, env, http, example):
    """Its SMS is stored and its answer comes 1.5 s after the signal."""
    account.fail("latency", seconds=1.5, match="send")
    port = free_port()
    async with running(example, port, env=env) as process:
        await line_with(process, "service")
        body = {"phone": PHONE, "text": "is ready"}
        asking = asyncio.ensure_future(up(http, f"http://127.0.0.1:{port}/orders/7/notice", body))
        await until(functools.partial(arrived, account, 1))
        code, output = await end(process)
        sent = await asking

    assert sent["id"] == account.assert_sent(1)[0].id
    assert "unclosed" not in output
    assert code in {0, -signal.SIGTERM}


async def test_the_bulk_example_sends_all(env, account):
    async with running("bulk_gather.py", env=env) as process:
        line = await line_with(process, "sent")

    assert line == "sent 25, not sent 0, unknown 0\n"
    account.assert_no_duplicates()


async def test_the_bulk_example_knows_at_sigterm_what_was_sent(env, account):
    async with running("bulk_gather.py", env=env) as process:
        await account.wait_for(timeout=20)
        code, output = await end(process)

    sent, not_sent, unknown = (int(word.split()[-1]) for word in output.strip().split(","))
    assert (sent, unknown, sent + not_sent) == (len(account.messages()), 0, 25)
    assert not_sent > 0
    assert code == 0


async def test_the_plain_worker_finishes_what_it_has_taken(env, account):
    account.fail("latency", seconds=1.0, times=3, match="send")
    async with running("plain_worker.py", env=env, stdin=asyncio.subprocess.PIPE) as process:
        await line_with(process, "ready")
        process.stdin.write(b"79160000001 one\n79160000002 two\nx wrong\n79160000003 three\n")
        await process.stdin.drain()
        await until(functools.partial(arrived, account, 3))
        process.terminate()
        output = (await process.stdout.read()).decode()
        await process.wait()

    assert output.count("sent ") == len(account.messages()) == 3
    assert output.count("wrong phone_number") == 1
    assert process.returncode == 0


async def test_the_taskiq_example_sends_by_a_worker(redis_url, env, account):
    async with running("taskiq_worker.py", env={**env, "REDIS_URL": redis_url}) as process:
        async with asyncio.timeout(90):
            output, _ = await process.communicate()

    assert output.decode().count("accepted ") == 3
    assert process.returncode == 0
    assert len(account.messages()) == 3


@pytest.mark.parametrize("example", ["bulk_gather.py"])
async def test_without_a_token_an_example_brings_the_emulator(example):
    async with running(example, env={"GOSMS_TOKEN": "", "GOSMS_BASE_URL": ""}) as process:
        await line_with(process, "emulator")
        line = await line_with(process, "sent")

    assert line.startswith("sent 25")
