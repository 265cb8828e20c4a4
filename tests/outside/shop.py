"""The tests of a project elsewhere: only pytest and the emulator's extra are installed there."""

import importlib.util
import json
import os
import subprocess
import sys
import urllib.request

import pytest

PHONE = "79161234567"
SEND = """
import asyncio
from gosms_async import AsyncGoSMS

async def main():
    async with AsyncGoSMS() as gosms:
        print((await gosms.send("79161234567", "from a process")).id)

asyncio.run(main())
"""


@pytest.fixture
def anyio_backend():
    return "asyncio"


def test_nothing_is_installed_but_the_emulator_and_pytest():
    others = ("pytest_asyncio", "respx", "rich", "cyclopts", "dbos", "redis", "psycopg")

    assert [name for name in others if importlib.util.find_spec(name)] == []
    assert not {"starlette", "gosms_async._client"} & sys.modules.keys()


@pytest.mark.anyio
async def test_a_code_is_sent_once_though_the_answer_was_lost(gosms_client, gosms_emulator):
    gosms_emulator.fail("500_after", times=1)

    await gosms_client.send(PHONE, "Your code: 482064")

    message = await gosms_emulator.wait_for(to=PHONE)
    assert (message.code, message.seen) == ("482064", "500")
    gosms_emulator.assert_no_duplicates()


@pytest.mark.anyio
async def test_it_arrives_when_time_passes(gosms_client, gosms_emulator):
    sent = await gosms_client.send(PHONE, "hi")
    gosms_emulator.clock.advance(minutes=5)

    assert (await gosms_client.get(sent.id)).status == 4


def test_each_test_starts_empty(gosms_emulator):
    assert gosms_emulator.messages() == []


def test_another_process_sends_to_a_real_port(gosms_emulator_url, gosms_emulator):
    settings = {"GOSMS_TOKEN": "dev", "GOSMS_BASE_URL": gosms_emulator_url}
    out = subprocess.check_output([sys.executable, "-c", SEND], env=os.environ | settings)

    assert gosms_emulator.assert_sent(1, text="process")[0].id == out.decode().strip()


def test_the_page_is_served_too(gosms_emulator_url):
    with urllib.request.urlopen(gosms_emulator_url.removesuffix("/v1")) as answer:
        page = answer.read().decode()
    with urllib.request.urlopen(gosms_emulator_url.replace("/v1", "/_emulator/ready")) as answer:
        assert json.load(answer)["base_url"] == gosms_emulator_url
    assert "Send your first SMS" in page
