"""The emulator on a real socket: up when entered, gone when left, faulty where it is told to be."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import time

import httpx
import pytest

from gosms_async.emulator import Clock, Emulator, serve

FIELDS = {"message": "hi", "phone_number": "79161234567"}


@pytest.fixture
async def served():
    async with Emulator(window=None) as emulator:
        yield emulator


@pytest.fixture
async def http(served):
    headers = {"authorization": "Bearer dev"}
    async with httpx.AsyncClient(base_url=served.base_url, headers=headers) as client:
        yield client


async def test_it_listens_on_a_free_port_and_answers_there(served, http):
    answer = await http.post("/sms/send", json=FIELDS)

    assert served.url == f"http://127.0.0.1:{served.port}"
    assert answer.json() == {"id": served.messages()[0].id}
    assert "server" not in answer.headers


async def test_the_date_is_the_emulators():
    async with Emulator(clock=Clock(0, start=0)) as emulator, httpx.AsyncClient() as client:
        answer = await client.get(f"{emulator.base_url}/sms?limit=1")

    assert answer.headers.get_list("date") == ["Thu, 01 Jan 1970 00:00:00 GMT"]


async def test_small_answers_leave_at_once(http):
    """A socket without TCP_NODELAY would hold each of them back for some 40 ms."""
    took = []
    for _ in range(25):
        begun = time.perf_counter()
        await http.post("/sms/send", json=FIELDS)
        took.append(time.perf_counter() - begun)

    assert statistics.median(took) < 0.04


async def test_a_taken_port_is_an_os_error(served):
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{served.port}"):
        await Emulator(port=served.port).__aenter__()


async def test_leaving_ends_hanging_requests_and_frees_the_port():
    async with Emulator() as emulator:
        emulator.fail("hang")
        client = httpx.AsyncClient(headers={"authorization": "Bearer dev"})
        hanging = asyncio.ensure_future(client.post(f"{emulator.base_url}/sms/send", json=FIELDS))
        await emulator.wait_for(to="7916")
    with pytest.raises(httpx.TransportError):
        await hanging
    await client.aclose()

    with socket.socket() as free:
        assert free.connect_ex(("127.0.0.1", emulator.port)) != 0


async def test_an_emulator_can_be_entered_again():
    emulator = Emulator()
    for _ in range(2):
        async with emulator:
            assert emulator.port


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate"])
async def test_a_dropped_connection_is_broken_on_the_wire(served, http, kind):
    served.fail(kind)
    with pytest.raises(httpx.RemoteProtocolError):
        await http.post("/sms/send", json=FIELDS)

    assert len(served.messages()) == (kind != "drop_before")


@pytest.mark.parametrize("kind", ["hang", "latency", "dribble"])
async def test_a_client_that_loses_patience_saw_no_answer(served, http, kind, until):
    served.fail(kind, seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        await http.post("/sms/send", json=FIELDS, timeout=0.05)
    await until(lambda: served.messages()[0].seen)

    assert served.messages()[0].answer_lost


async def test_a_body_of_megabytes_is_refused_as_a_proxy_would(served, http):
    answer = await http.post("/sms/send", content=b" " * (2 << 20))

    assert (answer.status_code, served.requests[0].seen) == (413, "413")


async def test_a_request_broken_off_in_its_body_stores_nothing(served, until):
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"POST /v1/sms/send HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\n{")
    await writer.drain()
    await until(lambda: served.requests)
    writer.close()
    await until(lambda: served.requests[0].seen)

    assert (served.requests[0].seen, served.messages()) == ("no answer", [])
    assert await reader.read() == b""


async def test_serve_runs_until_it_is_cancelled():
    ready = asyncio.get_running_loop().create_future()
    running = asyncio.ensure_future(serve(port=0, on_ready=ready.set_result))
    emulator = await ready
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{emulator.url}/_emulator/ready")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert answer.json()["base_url"] == emulator.base_url


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serve_ends_well_on_a_signal(number):
    ready = asyncio.get_running_loop().create_future()
    running = asyncio.ensure_future(serve(port=0, on_ready=ready.set_result))
    await ready
    os.kill(os.getpid(), number)

    assert await running is None
