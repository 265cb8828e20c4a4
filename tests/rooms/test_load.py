"""The FastAPI example under a crowd, with an account that fails now and then."""

import asyncio
import contextlib

import httpx
import pytest
from processes import free_port, line_with, running, until

pytestmark = pytest.mark.slow

FAULTS = ["429_storm", "500_before", "500_after", "drop_after", "html_502"]


@contextlib.asynccontextmanager
async def account_in_a_process():
    """An emulator that shares no event loop with what is measured; its control address."""
    port = free_port()
    command = "from gosms_async.cli import main; main()"
    async with running("-c", command, "emulator", "--port", port) as process:
        await line_with(process, "emulator")
        yield f"http://127.0.0.1:{port}"


async def test_two_hundred_at_once_over_an_account_with_faults():
    """
    5 % of the sends to the account fail, in each of five ways by 1 %.

    The service never fails by itself; what it says was sent is stored once; what it says was not
    sent is not stored; and the account never counts more than 10 sends within a second.
    """
    limits = httpx.Limits(max_connections=None)
    async with (
        account_in_a_process() as account,
        httpx.AsyncClient(trust_env=False, timeout=120, limits=limits) as http,
    ):
        for seed, kind in enumerate(FAULTS, 3):
            fault = {"kind": kind, "p": 0.01, "seed": seed, "match": "send"}
            (await http.post(f"{account}/_emulator/faults", json=fault)).raise_for_status()
        port = free_port()
        env = {"GOSMS_TOKEN": "dev", "GOSMS_BASE_URL": f"{account}/v1"}
        async with running("fastapi_service.py", port, env=env) as service:
            await line_with(service, "service")
            url = f"http://127.0.0.1:{port}"

            async def listening():
                with contextlib.suppress(httpx.ConnectError):
                    return await http.get(f"{url}/openapi.json")

            await until(listening)
            answers = await asyncio.gather(
                *(
                    http.post(
                        f"{url}/orders/{number}/notice",
                        json={"phone": f"7916{number:07}", "text": "is ready"},
                    )
                    for number in range(200)
                )
            )
        messages = (await http.get(f"{account}/_emulator/messages")).json()
        requests = (await http.get(f"{account}/_emulator/requests?limit=10000")).json()

    stored = {message["phone_number"]: message["id"] for message in messages}
    told = {f"7916{number:07}": answer for number, answer in enumerate(answers)}
    ok = {
        phone: answer.json()["id"]
        for phone, answer in told.items()
        if answer.is_success and answer.status_code == 200
    }
    not_sent = {phone for phone, answer in told.items() if answer.status_code == 503}
    sends = [request for request in requests if request["endpoint"] == "send"]
    assert {answer.status_code for answer in answers} <= {200, 202, 503}
    assert len(ok) >= 190
    assert len(stored) == len(messages)
    assert ok.items() <= stored.items()
    assert not_sent.isdisjoint(stored)
    assert sum(bool(send["faults"]) for send in sends) >= 5
    assert [s for s in sends if s["status"] == 429 and not s["faults"]] == []
