"""Each example runs by one command, end to end, and SIGTERM leaves nothing unsettled."""

import asyncio
import contextlib
import re
from collections import Counter

import httpx
import pytest
from processes import (
    EXAMPLES,
    ROOT,
    command_of,
    end,
    free_port,
    line_with,
    listening,
    over,
    running,
    running_example,
    until,
)

from gosms_async.campaign import Journal, Outbox
from gosms_async.emulator import Emulator

pytest_plugins = "servers"
pytestmark = pytest.mark.slow

PHONE = "79161234567"
NO_ACCOUNT = {"GOSMS_TOKEN": "", "GOSMS_BASE_URL": ""}


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


@contextlib.asynccontextmanager
async def service(example, http, env):
    """Run a service of the examples; give its process, its address and what it has said."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with running_example(example, {**env, "PORT": str(port)}) as process:
        said = await line_with(process, "emulator") if not env["GOSMS_TOKEN"] else ""
        await line_with(process, "service")
        await listening(http, url)
        yield process, url, said


@pytest.fixture
def serve(http, env):
    """Run a service of the examples over *account*."""
    return lambda example, **more: service(example, http, {**env, **more})


@pytest.fixture
async def alone(http, tmp_path):
    """Run a service by one command; it brings the emulator, and clears away what it made."""

    @contextlib.asynccontextmanager
    async def run(example, stored):
        async with service(example, http, {**NO_ACCOUNT, "TMPDIR": str(tmp_path)}) as its:
            process, url, said = its
            yield process, url, said.split()[-1] + "/_emulator"
            code, output = await end(process)
        assert f"emulator  stored {stored}, doubled 0, answers lost 0\n" in output
        assert code == 0

    yield run
    assert list(tmp_path.iterdir()) == []


async def arrived(account, number):
    """Whether so many sends have come in, answered or not."""
    return sum(request.endpoint == "send" for request in account.requests) >= number


async def test_the_fastapi_example_signs_up_and_notifies(alone, http):
    """The notice that is asked for twice is one SMS, and another one under its name none."""
    async with alone("fastapi_service.py", stored=2) as (process, url, emulator):
        sent, again, wrong = [
            await http.post(url + "/signup", json={"phone": phone})
            for phone in ("+7 916 123-45-67", PHONE, "1")
        ]
        shown = (await http.get(f"{url}/messages/{sent.json()['id']}")).json()
        code = shown["text"].split()[-1]
        answers = [
            await http.post(url + "/signup/confirm", json={"phone": PHONE, "code": typed})
            for typed in ("wrong", code, code)
        ]
        notices = [
            await http.put(url + "/orders/7/notices/ready", json={"phone": PHONE, "text": text})
            for text in ("is ready", "is ready", "is late", "`")
        ]
        delivered = {(await line_with(process, "DELIVERED")).split()[0] for _ in range(2)}

        async def notice():
            state = (await http.get(f"{url}/orders/7/notices/ready")).json()
            return state["state"] == "delivered" and state

        known, unknown = await until(notice), await http.get(f"{url}/orders/8/notices/ready")
        stored = {m["id"]: m["text"] for m in (await http.get(emulator + "/messages")).json()}

    assert [answer.status_code for answer in (sent, again, wrong)] == [200, 429, 422]
    assert [answer.status_code for answer in answers] == [403, 204, 403]
    assert [answer.status_code for answer in notices] == [202, 202, 409, 422]
    assert unknown.status_code == 404
    assert stored == {shown["id"]: shown["text"], known["id"]: "Order 7: is ready"}
    assert delivered == stored.keys()


async def test_the_fastapi_example_leaves_nothing_unsettled_at_sigterm(
    account, serve, http, tmp_path
):
    """What is under way ends and is known; what is not is sent after the next start, once."""
    journal = str(tmp_path / "journal.db")
    slow = account.fail("latency", seconds=30, p=1, match="send")  # half a second
    keys = [f"{order} ready" for order in range(1, 41)]
    async with serve("fastapi_service.py", GOSMS_DATABASE_URL=journal) as (process, url, _):
        puts = [
            http.put(f"{url}/orders/{order}/notices/ready", json={"phone": PHONE, "text": "!"})
            for order in range(1, 41)
        ]
        taken = await asyncio.gather(*puts)
        asking = asyncio.ensure_future(http.post(url + "/signup", json={"phone": "79160000001"}))
        await until(lambda: arrived_from(account, "79160000001"))
        was_over = asking.done()
        exit_code, output = await end(process)
    signed_up, before = await asking, len(account.messages())
    async with Journal(journal) as opened:
        entries = [await Outbox(opened).get(key) for key in keys]

    assert {answer.status_code for answer in taken} == {202}
    assert (was_over, signed_up.status_code, exit_code) == (False, 200, 0)
    assert "unclosed" not in output
    assert Counter(e.state for e in entries) == {"accepted": before - 1, "planned": 41 - before}
    assert 1 < before < 41

    slow.clear()
    async with serve("fastapi_service.py", GOSMS_DATABASE_URL=journal) as (process, *_):
        await until(lambda: arrived(account, 41))
        assert (await end(process))[0] == 0

    assert len(account.messages()) == len({m.text for m in account.messages()}) == 41


async def arrived_from(account, phone):
    return any(request.phone_number == phone for request in account.requests)


async def test_the_aiohttp_example_notifies_and_shows_statuses(alone, http):
    async with alone("aiohttp_service.py", stored=1) as (_, url, emulator):
        body = {"phone": PHONE, "text": "is ready"}
        sent = (await http.post(url + "/orders/7/notice", json=body)).json()
        wrong = [
            await http.post(url + "/orders/7/notice", content=content)
            for content in ('{"phone": "1", "text": "x"}', "{}", "[]", "{")
        ]
        await http.post(emulator + "/faults", json={"kind": "blocked", "match": "send"})
        refused = await http.post(url + "/orders/8/notice", json=body)

        async def delivered():
            statuses = (await http.get(f"{url}/messages/{sent['id']}")).json()
            return "DELIVERED" in statuses and statuses

        seen = await until(delivered)
        stored = [m["text"] for m in (await http.get(emulator + "/messages")).json()]

    assert [answer.status_code for answer in (*wrong, refused)] == [422] * 4 + [503]
    assert refused.json()["may_have_been_sent"] is False
    assert seen[-1] == "DELIVERED"
    assert stored == ["Order 7: is ready"]


async def test_the_aiohttp_example_finishes_a_request_under_way_at_sigterm(account, serve, http):
    account.fail("latency", seconds=30, match="send")  # half a second
    async with serve("aiohttp_service.py") as (process, url, _):
        body = {"phone": PHONE, "text": "is ready"}
        asking = asyncio.ensure_future(http.post(url + "/orders/7/notice", json=body))
        await until(lambda: arrived(account, 1))
        was_over = asking.done()
        code, output = await end(process)
        sent = (await asking).json()

    assert not was_over
    assert sent["id"] == account.assert_sent(1)[0].id
    assert "unclosed" not in output
    assert code == 0


async def test_the_bulk_example_sends_all(env, account):
    async with running("bulk_gather.py", env=env) as process:
        line = await line_with(process, "sent")

    assert line == "sent 15, not sent 0, unknown 0\n"
    account.assert_no_duplicates()


async def test_the_bulk_example_knows_at_sigterm_what_was_sent(env, account):
    async with running("bulk_gather.py", env=env) as process:
        await account.wait_for(timeout=20)
        code, output = await end(process)

    sent, not_sent, unknown = (int(word.split()[-1]) for word in output.strip().split(","))
    assert (sent, unknown, sent + not_sent) == (len(account.messages()), 0, 15)
    assert not_sent > 0
    assert code == 0


async def test_the_plain_worker_finishes_what_it_has_taken(env, account):
    account.fail("latency", seconds=30, times=3, match="send")  # half a second
    async with running("plain_worker.py", env=env, stdin=asyncio.subprocess.PIPE) as process:
        await line_with(process, "ready")
        process.stdin.write(b"79160000001 one\n79160000002 two\nx wrong\n79160000003 three\n")
        await process.stdin.drain()
        await until(lambda: arrived(account, 3))
        process.terminate()
        output = (await process.stdout.read()).decode()
        await process.wait()

    assert output.count("sent ") == len(account.messages()) == 3
    assert output.count("wrong phone_number") == 1
    assert process.returncode == 0


async def test_the_plain_worker_reads_a_file(env, account, tmp_path):
    (tmp_path / "lines").write_text(f"{PHONE} one\n{PHONE} two\n")
    with (tmp_path / "lines").open() as lines:
        async with running("plain_worker.py", env=env, stdin=lines) as process:
            code, _ = await over(process)

    assert {message.text for message in account.assert_sent(2)} == {"one", "two"}
    assert code == 0


async def test_the_taskiq_example_sends_all_by_a_redis_that_is_there(redis_url, env, account):
    async with running_example("taskiq_worker.py", {**env, "REDIS_URL": redis_url}) as process:
        code, output = await over(process, 90)

    assert {f"accepted {message.id}" for message in account.assert_sent(15)} <= set(
        output.splitlines()
    )
    assert "left in the queue 0\n" in output
    assert code == 0


@pytest.mark.parametrize(
    ("example", "said", "stored"),
    [("bulk_gather.py", "sent 15, not sent 0, unknown 0\n", 15), ("plain_worker.py", "sent ", 1)],
)
async def test_a_script_runs_by_one_command(example, said, stored):
    async with running_example(example, NO_ACCOUNT) as process:
        code, output = await over(process)

    assert said in output
    assert f"emulator  stored {stored}, doubled 0, answers lost 0\n" in output
    assert code == 0


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_cookbook_names_the_command_of_each_example(language):
    page = (ROOT / f"docs/{language}/cookbook/index.md").read_text()

    named = [
        command.replace("\\|", "|") for command in re.findall(r"^\| `(.+?)` \|", page, re.MULTILINE)
    ]

    assert sorted(named) == sorted(
        command_of(path.name) for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text()
    )
