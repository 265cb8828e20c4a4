"""The taskiq room: a client per worker, and a send that no worker repeats blindly."""

import asyncio
import uuid

import httpx
import pytest
from processes import end, kill, running, until
from taskiq import InMemoryBroker
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from gosms_async import AsyncGoSMS, RetryPolicy, Verify
from gosms_async.emulator import Emulator
from gosms_async.taskiq import GoSMS, open_client, send_task

pytest_plugins = "servers"

PHONE = "79161234567"


@pytest.fixture
def emulator():
    return Emulator(clock="manual", window=None)


@pytest.fixture
async def broker(emulator):
    """A broker in memory, whose worker is this process."""
    broker = InMemoryBroker(await_inplace=True)
    modes = {"on_unknown": "raise", "transport": httpx.ASGITransport(app=emulator.app)}
    open_client(broker, lambda: AsyncGoSMS("dev", **modes))
    yield broker
    await broker.shutdown()


async def result_of(task):
    return await task.wait_result(timeout=20)


async def test_the_ready_task_sends(broker, emulator):
    send_sms = send_task(broker)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))

    assert result.return_value == {
        "outcome": "accepted",
        "id": emulator.assert_sent(1, to=PHONE)[0].id,
        "attempts": 1,
        "recovered": False,
        "duplicates": (),
    }


async def test_a_task_of_ones_own_is_given_the_client(broker, emulator):
    @broker.task
    async def greet(phone, gosms: GoSMS):
        return (await gosms.send(phone, "hello")).id

    await broker.startup()

    result = await result_of(await greet.kiq(PHONE))

    assert result.return_value == emulator.assert_sent(1, text="hello")[0].id


async def test_the_client_lives_as_long_as_the_worker(broker):
    await broker.startup()
    gosms = broker.state.gosms
    before = gosms._session._dispatcher.closed

    await broker.shutdown()

    assert (before, gosms._session._dispatcher.closed) == (False, True)


async def test_a_doubt_is_resolved_by_the_task(broker, emulator):
    emulator.fail("drop_after")
    send_sms = send_task(broker)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))

    assert result.return_value["outcome"] == "accepted"
    assert result.return_value["id"] == emulator.assert_sent(1)[0].id


async def test_a_doubt_that_stays_is_a_result_and_no_error(broker, emulator):
    """An error would have the task run again where a worker retries."""
    emulator.fail("drop_before")
    send_sms = send_task(broker, resolve_timeout=0.01)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))

    assert (result.is_err, result.return_value) == (False, {"outcome": "unknown"})


async def test_what_a_look_finds_not_to_have_been_sent_is_an_error(emulator):
    """Its server has failed and says so; a moment later the message is not there."""
    emulator.fail("500_before")
    rules = Verify(looks=(0.0,), patience=0.0, settle_failed=0.0)
    broker = InMemoryBroker(await_inplace=True)
    settings = {
        "transport": httpx.ASGITransport(app=emulator.app),
        "retry": RetryPolicy(attempts=1),
    }
    open_client(broker, lambda: AsyncGoSMS("dev", on_unknown=rules, **settings))
    send_sms = send_task(broker)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))
    await broker.shutdown()

    assert (result.is_err, type(result.error).__name__) == (True, "TransportError")
    emulator.assert_sent(0)


async def test_a_refusal_is_an_error_that_a_worker_may_retry(broker, emulator):
    emulator.fail("blocked")
    send_sms = send_task(broker)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))

    assert (result.is_err, type(result.error).__name__) == (True, "PermissionDeniedError")


async def test_without_a_client_the_developer_is_told():
    broker = InMemoryBroker(await_inplace=True)
    send_sms = send_task(broker)
    await broker.startup()

    result = await result_of(await send_sms.kiq(PHONE, "hi"))
    await broker.shutdown()

    assert "open_client(broker)" in str(result.error)


# On a real broker, by real worker processes

WORKER = """
import os
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker
from gosms_async.taskiq import open_client, send_task

url, queue = os.environ["REDIS_URL"], os.environ["QUEUE"]
broker = RedisStreamBroker(url, queue_name=queue, idle_timeout=100)
broker = broker.with_result_backend(RedisAsyncResultBackend(url, prefix_str=queue))
open_client(broker)
send_sms = send_task(broker)
"""
COMMAND = ("-m", "taskiq", "worker", "--workers", "1", "--no-configure-logging")


@pytest.fixture
async def account():
    async with Emulator(clock="x60", window=None) as emulator:
        yield emulator


@pytest.fixture
async def queue(redis_url):
    """A stream of the test's own, seen from who gives work; acknowledged or given again."""
    name = uuid.uuid4().hex
    broker = RedisStreamBroker(redis_url, queue_name=name)
    broker = broker.with_result_backend(RedisAsyncResultBackend(redis_url, prefix_str=name))
    await broker.startup()
    yield broker
    await broker.shutdown()


@pytest.fixture
def env(account, redis_url, queue, tmp_path):
    (tmp_path / "work.py").write_text(WORKER)
    return {
        "GOSMS_TOKEN": "dev",
        "GOSMS_BASE_URL": account.base_url,
        "REDIS_URL": redis_url,
        "QUEUE": queue.queue_name,
        "PYTHONPATH": str(tmp_path),
    }


async def arrived(account):
    return account.requests


@pytest.mark.slow
async def test_a_worker_that_is_terminated_finishes_its_sends(queue, env, account):
    account.fail("latency", seconds=30, match="send")  # half a second
    send_sms = send_task(queue)
    async with running(*COMMAND, "work:broker", env=env) as worker:
        task = await send_sms.kiq(PHONE, "hi")
        await until(lambda: arrived(account))
        code, _ = await end(worker)
        result = await result_of(task)

    assert result.return_value["id"] == account.assert_sent(1)[0].id
    assert code == 0


@pytest.mark.slow
async def test_what_a_killed_worker_had_begun_is_not_begun_again(queue, env, account):
    """The stream gives a task again after a tenth of a second, unless it was acknowledged."""
    account.fail("hang", match="send text:first")
    send_sms = send_task(queue)
    async with running(*COMMAND, "work:broker", env=env) as worker:
        await send_sms.kiq(PHONE, "first")
        await until(lambda: arrived(account))
        kill(worker)
    async with running(*COMMAND, "work:broker", env=env):
        for text in ("second", "third"):
            await asyncio.sleep(0.2)
            await result_of(await send_sms.kiq(PHONE, text))

    texts = [request.text for request in account.requests if request.endpoint == "send"]
    assert texts == ["first", "second", "third"]
