"""Every block of the two READMEs runs, what they show is what comes, and what they claim holds."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks, code, dead_links, read, skeleton

from gosms_async import AsyncGoSMS, OutcomeUnknownError, RateLimit, TransportError
from gosms_async.emulator import Emulator

PHONE = "79161234567"
TWINS = ["README.md", "README.ru.md"]
NEEDS_A_NETWORK = re.compile(r"python3 -m venv|\S*pip install|\S*pytest$")


def shell_commands():
    """Every command of the shell blocks that can be run without a network."""
    for block in blocks("README.md", "sh"):
        for command in re.split(r"\n|&&", block):
            if command.strip() and not NEEDS_A_NETWORK.match(command.strip()):
                yield command.strip()


@pytest.fixture
async def emulator(monkeypatch):
    """The account that the documents' examples send to."""
    async with Emulator(clock="x60") as emulator:
        monkeypatch.setenv("GOSMS_TOKEN", "dev")
        monkeypatch.setenv("GOSMS_BASE_URL", emulator.base_url)
        yield emulator


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("document", TWINS)
async def test_each_python_block_runs(emulator, document, number, capsys):
    block = blocks(document, "python")[number]
    program = compile(
        block.replace("http://127.0.0.1:8026/v1", emulator.base_url), document, "exec"
    )

    await asyncio.to_thread(exec, program, {"__name__": "__main__"})

    assert len(emulator.messages()) == {0: 1, 1: 6, 2: 0}[number]
    assert "Error" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [c for c in shell_commands() if not c.endswith("demo")], ids=lambda c: c[:25]
)
async def test_each_shell_command_succeeds(emulator, command):
    home = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = command.replace("GOSMS_TOKEN=…", "GOSMS_TOKEN=dev")

    ended = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-ec", command],
        env={**os.environ, "PATH": home, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr.count("Traceback")) == (0, 0)


@pytest.mark.slow
def test_the_demo_prints_what_is_shown_of_it():
    """The port and the progress differ from run to run."""
    shown_out, shown_err = blocks("README.md", "text")

    ended = subprocess.run(
        [Path(sys.executable).with_name("gosms"), "demo"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    said, shown = (
        re.sub(r"^(demo \d|⠴ demo).*\n", "", text, flags=re.MULTILINE)
        for text in (ended.stderr, shown_err)
    )
    assert (ended.stdout, re.sub(r":\d{4,5}\b", ":8026", said)) == (shown_out, shown)


def test_the_twins_have_the_same_parts_and_the_same_code():
    english, russian = TWINS

    assert skeleton(english) == skeleton(russian)
    for language in ("sh", "text"):
        assert blocks(english, language) == blocks(russian, language)
    assert code(english) == code(russian)


@pytest.mark.parametrize("document", TWINS)
def test_the_first_python_comes_within_20_lines(document):
    assert read(document).splitlines().index("```python") < 20


@pytest.mark.parametrize("document", TWINS)
def test_what_is_linked_is_there(document):
    assert dead_links(document) == []


# "What happens when…", row by row


@pytest.fixture
async def account():
    async with Emulator(window=None) as emulator:
        yield emulator


async def send(account, **options):
    async with AsyncGoSMS("dev", base_url=account.base_url, **options) as gosms:
        return await gosms.send(PHONE, "hi")


async def test_a_429_is_repeated(account):
    account.fail("429_storm", retry_after=0)

    sent = await send(account)

    assert (sent.attempts, len(account.messages())) == (2, 1)


@pytest.mark.parametrize("fault", ["500_after", "drop_after", "truncate", "garbage", "html_502"])
async def test_what_was_stored_is_found(account, fault):
    account.fail(fault)

    sent = await send(account)

    assert (sent.recovered, sent.id) == (True, account.assert_sent(1)[0].id)


@pytest.mark.slow
async def test_what_failed_and_was_not_stored_is_sent_again(account):
    """It takes the five seconds after which an absence is taken for sure."""
    account.fail("500_before")

    sent = await send(account)

    assert (sent.attempts, sent.recovered, len(account.messages())) == (2, False, 1)


async def test_what_was_lost_and_is_not_found_is_not_repeated(account):
    account.fail("drop_before")

    with pytest.raises(OutcomeUnknownError):
        await send(account, timeout=1)

    assert [request.endpoint for request in account.requests].count("send") == 1


async def test_without_a_connection_nothing_left(account):
    account.port = 9

    with pytest.raises(TransportError) as caught:
        await send(account)

    assert not caught.value.may_have_been_sent


@pytest.mark.parametrize("fault", ["tariff_limit", "blocked", "bad_token"])
async def test_what_a_wait_cannot_heal_is_not_repeated(account, fault):
    account.fail(fault, p=1)

    with pytest.raises(Exception, match=r"code \d{4}: ") as caught:
        await send(account)

    assert (caught.value.may_have_been_sent, len(account.requests)) == (False, 1)


@pytest.mark.parametrize(
    ("fault", "error"), [("hang", OutcomeUnknownError), (None, TransportError)]
)
async def test_a_call_ends_with_its_time(account, fault, error):
    """A request that had left leaves a doubt, one that waited for its turn leaves none."""
    if fault:
        account.fail(fault)
    limit = RateLimit(1, per=60)
    async with AsyncGoSMS("dev", base_url=account.base_url, rate_limit=limit, timeout=0.3) as gosms:
        if not fault:
            await gosms.send(PHONE, "first")

        with pytest.raises(error):
            await gosms.send(PHONE, "hi")


async def test_a_cancelled_send_costs_no_connection(account):
    account.fail("hang")
    async with AsyncGoSMS("dev", base_url=account.base_url) as gosms:
        sending = asyncio.ensure_future(gosms.send(PHONE, "hi"))
        await account.wait_for(to=PHONE)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

        sent = await gosms.send("79160000000", "hi")
        await gosms.aclose(grace=0)

    assert sent.attempts == 1


@pytest.mark.parametrize(("mode", "stored"), [("raise", 1), ("resend", 2)])
async def test_the_other_two_modes_do_not_look(account, mode, stored):
    account.fail("500_after")

    if mode == "raise":
        with pytest.raises(OutcomeUnknownError):
            await send(account, on_unknown=mode)
    else:
        await send(account, on_unknown=mode)

    assert len(account.messages()) == stored
    assert {request.endpoint for request in account.requests} == {"send"}
