"""The recipes for other workers run on a real broker; SIGTERM lets them finish."""

import asyncio
import importlib.util
import os
import sys

import pytest
from processes import EXAMPLES, end, running, until

from gosms_async.emulator import Emulator

pytest_plugins = "servers"
pytestmark = pytest.mark.slow

PHONE = "79161234567"
#: gives a worker one task and prints its result
ARQ = """
import asyncio
from arq import create_pool
from arq_worker import WorkerSettings

async def main():
    pool = await create_pool(WorkerSettings.redis_settings)
    job = await pool.enqueue_job("send_sms", "79161234567", "hi")
    print(await job.result(timeout=30))

asyncio.run(main())
"""
CELERY = """
from celery_worker import send_sms
print(send_sms.delay("79161234567", "hi").get(timeout=30))
"""
RECIPES = {
    "arq": (("-m", "arq", "arq_worker.WorkerSettings"), ARQ),
    "celery": (("-m", "celery", "-A", "celery_worker", "worker", "-c", "1"), CELERY),
}


@pytest.mark.parametrize("name", RECIPES)
async def test_a_worker_sends_and_finishes_at_sigterm(name, redis_url):
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed here; arq and celery each run in a session of nox")
    command, give = RECIPES[name]
    async with Emulator(clock="x60", window=None) as account:
        account.fail("latency", seconds=30, match="send")  # half a second
        env = {
            "GOSMS_TOKEN": "dev",
            "GOSMS_BASE_URL": account.base_url,
            "REDIS_URL": redis_url,
            "PYTHONPATH": os.pathsep.join([str(EXAMPLES), *filter(None, sys.path)]),
        }

        async def arrived():
            return account.requests

        async with running(*command, env=env) as worker, running("-c", give, env=env) as giver:
            await until(arrived, 60)
            code, _ = await end(worker)
            async with asyncio.timeout(30):
                output, _ = await giver.communicate()

        (message,) = account.assert_sent(1, to=PHONE)
    assert f"'outcome': 'accepted', 'id': '{message.id}'" in output.decode()
    assert code == 0
