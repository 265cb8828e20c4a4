"""The examples of queues, each by its one command alone: SIGTERM lets them finish."""

import importlib.util
import re

import httpx
import pytest
from processes import end, line_with, running_example, until

pytestmark = pytest.mark.slow

NOTHING = dict.fromkeys(("GOSMS_TOKEN", "GOSMS_BASE_URL", "REDIS_URL"), "")
ORDERS = 15
SLOW = {"kind": "latency", "seconds": 30, "p": 1, "match": "send"}  # half a second


@pytest.mark.parametrize("queue", ["taskiq", "arq", "celery"])
async def test_a_worker_finishes_at_sigterm_what_it_has_begun(queue, tmp_path):
    """It brings its account and its Redis; the account says that no answer was lost."""
    if importlib.util.find_spec(queue) is None:
        pytest.skip(f"{queue} is not installed here: arq lives in an environment of its own")
    async with (
        running_example(f"{queue}_worker.py", {**NOTHING, "TMPDIR": str(tmp_path)}) as example,
        httpx.AsyncClient(trust_env=False, timeout=60) as http,
    ):
        control = (await line_with(example, "emulator")).split()[-1] + "/_emulator"
        (await http.post(f"{control}/faults", json=SLOW)).raise_for_status()

        async def begun():
            return (await http.get(f"{control}/requests")).json()

        await until(begun, 60)
        code, output = await end(example)

    sent = len(re.findall(r"^accepted [0-9a-f]{24}$", output, re.MULTILINE))
    (left,) = map(int, re.findall(r"^left in the queue (\d+)$", output, re.MULTILINE))
    assert f"emulator  stored {sent}, doubled 0, answers lost 0\n" in output
    assert (sent > 0, sent + left, code) == (True, ORDERS, 0)
    assert list(tmp_path.iterdir()) == []
