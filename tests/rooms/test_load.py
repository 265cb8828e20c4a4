"""The FastAPI example under a crowd, with an account that fails now and then."""

import asyncio
import contextlib

import httpx
import pytest
from processes import (
    end,
    favour,
    free_port,
    line_with,
    listening,
    running,
    running_example,
    until,
)

pytestmark = pytest.mark.slow

FAULTS = {"429_storm": 1, "500_before": 36, "500_after": 60, "drop_after": 90, "html_502": 99}
SIGN_UPS, NOTICES = 40, 80


@contextlib.asynccontextmanager
async def account_in_a_process():
    """An emulator that shares no event loop with what is measured; its address."""
    port = free_port()
    command = "from gosms_async.cli import main; main()"
    async with running("-c", command, "emulator", "--port", port) as process:
        favour(process)
        await line_with(process, "emulator")
        yield f"http://127.0.0.1:{port}"


async def test_two_hundred_at_once_over_an_account_with_faults(tmp_path):
    """
    5 % of the sends to the account fail, in each of five ways by 1 %; each notice is asked twice.

    The service never fails by itself; what it says was sent is stored once; what it says was not
    sent is not stored; each notice becomes one SMS; and the account never counts more than 10
    sends within a second.
    """
    # Each request on a connection of its own: one that has idled for 5 s is closed by uvicorn, just
    # when httpx might still use it.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with (
        account_in_a_process() as account,
        httpx.AsyncClient(trust_env=False, timeout=120, limits=limits) as http,
    ):
        for kind, seed in FAULTS.items():  # which strike by the 45th send, and again by the 95th
            fault = {"kind": kind, "p": 0.01, "seed": seed, "match": "send"}
            (await http.post(f"{account}/_emulator/faults", json=fault)).raise_for_status()

        async def stored():
            """Return the ids by phone, once there are as many as notices."""
            messages = (await http.get(f"{account}/_emulator/messages")).json()
            found = {message["phone_number"]: message["id"] for message in messages}
            assert len(found) == len(messages)
            return notices.keys() <= found.keys() and found

        port = free_port()
        url = f"http://127.0.0.1:{port}"
        sign_ups = {f"7915{n:07}": f"{url}/signup" for n in range(SIGN_UPS)}
        notices = {f"7916{n:07}": f"{url}/orders/{n + 1}/notices/ready" for n in range(NOTICES)}
        env = {
            "GOSMS_TOKEN": "dev",
            "GOSMS_BASE_URL": f"{account}/v1",
            "GOSMS_DATABASE_URL": str(tmp_path / "journal.db"),
            "PORT": str(port),
        }
        async with running_example("fastapi_service.py", env) as service:
            favour(service)
            await line_with(service, "service")
            await listening(http, url)
            asked = [("PUT", *each) for each in [*notices.items(), *notices.items()]]
            asked += [("POST", *each) for each in sign_ups.items()]
            answers = await asyncio.gather(
                *(
                    http.request(method, to, json={"phone": phone, "text": "is ready"})
                    for method, phone, to in asked
                )
            )
            await until(stored, seconds=120)
            code, _ = await end(service)
        found = await stored()
        requests = (await http.get(f"{account}/_emulator/requests?limit=10000")).json()

    told = list(zip([phone for _, phone, _ in asked], answers, strict=True))
    taken = [answer.status_code for phone, answer in told if phone in notices]
    ok = {p: a.json()["id"] for p, a in told if p in sign_ups and a.status_code == 200}
    not_sent = {phone for phone, answer in told if answer.status_code == 503}
    sends = [request for request in requests if request["endpoint"] == "send"]
    assert (len(answers), code) == (200, 0)
    assert taken == [202] * 2 * NOTICES
    assert {answer.status_code for _, answer in told} <= {200, 202, 503}
    assert len(ok) >= 0.9 * SIGN_UPS
    assert ok.items() <= found.items()
    assert not_sent.isdisjoint(found)
    assert {fault for send in sends for fault in send["faults"]} == FAULTS.keys()
    assert [s for s in sends if s["status"] == 429 and not s["faults"]] == []
