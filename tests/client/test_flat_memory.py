"""Ten thousand sends at once, endless drafts and long walks need little memory."""

import subprocess
import sys

import pytest

PRELUDE = """
import asyncio, gc, itertools, json, resource
import httpx
from gosms_async import AsyncGoSMS, Draft, RateLimit

MESSAGE = {"status": 4, "phone_number": "79161234567", "message": "hi " * 50, "time_create": 1}

async def handler(request):
    await asyncio.sleep(0)
    if request.method == "POST":
        return httpx.Response(200, json={"id": "6654a4e8f1527149588c89f2"})
    query = {name: int(value) for name, value in request.url.params.items()}
    start = (query["offset"] - 1) * query["limit"]
    found = [MESSAGE | {"id": f"{n:024x}"} for n in range(start, start + query["limit"])]
    page = {"pagination": query | {"total_records": 100_000}, "sms_list": found}
    return httpx.Response(200, json=page)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def client():
    limit = RateLimit(10**9)
    wire = httpx.MockTransport(handler)
    return AsyncGoSMS("t", transport=wire, rate_limit=limit, timeout=300, on_unknown="raise")
"""
BURST = """
async def main():
    async with client() as gosms:
        await asyncio.gather(*(gosms.send("79161234567", f"warm {n}") for n in range(100)))
        before = peak()
        sent = await asyncio.gather(*(gosms.send("79161234567", f"{n}") for n in range(10_000)))
        assert len(sent) == 10_000
        assert gosms._session._dispatcher.in_flight == set()
        return peak() - before
"""
ENDLESS = """
async def main():
    drafts = (Draft(phone_number="79161234567", message=f"{n}") for n in itertools.count())
    async with client() as gosms:
        sending, seen, before = gosms.send_many(drafts), 0, 0
        async for result in sending:
            seen += 1
            if seen == 2000:
                before = peak()
            if seen == 7000:
                break
        await sending.aclose()
        return peak() - before
"""
WALK = """
async def main():
    async with client() as gosms:
        seen, before = 0, 0
        async for message in gosms.messages():
            seen += 1
            if seen == 10_000:
                before = peak()
        assert seen == 100_000
        return peak() - before
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "megabytes"),
    [
        pytest.param(BURST, 60, id="gather of 10 000 sends"),
        pytest.param(ENDLESS, 5, id="5 000 drafts of an endless source"),
        pytest.param(WALK, 20, id="a walk over 100 000 messages"),
    ],
)
def test_memory_stays_flat(script, megabytes):
    """A walk remembers 90 000 more ids of 12 bytes; nothing else grows."""
    code = PRELUDE + script + "print(asyncio.run(main()))"

    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.stderr == ""
    assert float(ended.stdout) < megabytes
