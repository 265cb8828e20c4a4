"""What a hostile caller does to a receiver, byte by byte, behind each of its three doors."""

import asyncio
import contextlib
import json
import logging
import urllib.parse

import pytest
import uvicorn
from aiohttp import web
from fastapi import FastAPI
from processes import until

from gosms_async import AsyncGoSMS
from gosms_async.aiohttp import webhook_handler
from gosms_async.emulator import Emulator
from gosms_async.fastapi import webhook_router
from gosms_async.webhooks import Receiver
from gosms_async.webhooks import receiver as module

ID, OTHER = "6654a4e8f1527149588c89f2", "6654a4e8f1527149588c89f3"
SECRET = "-._~" + "s" * 32
PATH = f"/gosms/{SECRET}"


@contextlib.asynccontextmanager
async def by_uvicorn(app, **settings):
    """Serve *app* as `uvicorn app:app` does, its access log on, and give the port."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, log_level=20, **settings)
    server = uvicorn.Server(config)
    logging.getLogger("uvicorn.access").propagate = True  # a server without this log turns it off
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.force_exit = True
    await server.shutdown()


@contextlib.asynccontextmanager
async def by_aiohttp(receiver):
    app = web.Application()
    app.router.add_post("/gosms/{secret}", webhook_handler(lambda _: receiver))
    runner = web.AppRunner(app, lingering_time=0.1)  # seconds; aiohttp's own are ten
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


def by_fastapi(receiver):
    app = FastAPI()
    app.include_router(webhook_router(lambda _: receiver), prefix="/gosms")
    return by_uvicorn(app)


DOORS = {
    "asgi": by_uvicorn,
    "asgi-h11": lambda receiver: by_uvicorn(receiver, http="h11"),
    "fastapi": by_fastapi,
    "aiohttp": by_aiohttp,
}


@pytest.fixture
async def receiver(gosms, router):
    async with Receiver(gosms, router, secret=SECRET) as receiver:
        yield receiver


@pytest.fixture
def asked(api):
    """The ids that were looked for; the account knows none of them."""
    route = api.post("/sms/get").respond(404)
    return lambda: [json.loads(call.request.content)["id"] for call in route.calls]


@pytest.fixture
def reading(monkeypatch):
    """Set as soon as the receiver begins to read a body."""
    read, begun = module._read, asyncio.Event()

    def told(body):
        begun.set()
        return read(body)

    monkeypatch.setattr(module, "_read", told)
    return begun


@pytest.fixture(params=DOORS)
async def connect(request, receiver, caplog):
    """Open a connection to the receiver; in the end nothing was logged as a fault of ours."""
    caplog.set_level(logging.INFO)
    async with DOORS[request.param](receiver) as port:
        yield lambda: asyncio.open_connection("127.0.0.1", port)
    assert [
        record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR
    ] == []


def head(path, *fields):
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


async def status_of(reader):
    line = await reader.readline()
    return int(line.split()[1])


async def call(connect, content, path=PATH):
    """Make a decent call, and return the status of the answer."""
    reader, writer = await connect()
    with contextlib.closing(writer):
        writer.write(head(path, f"Content-Length: {len(content)}") + content)
        return await status_of(reader)


async def test_a_body_that_drips_is_cut_off(connect, monkeypatch):
    """It is answered in time, and the connection ends: it cannot be held by dripping on."""
    monkeypatch.setattr(module, "_READ_WITHIN", 0.2)
    reader, writer = await connect()
    writer.write(head(PATH, "Transfer-Encoding: chunked"))

    async def drip():
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"1\r\n{\r\n")
                await writer.drain()
                await asyncio.sleep(0.02)

    dripping = asyncio.ensure_future(drip())
    async with asyncio.timeout(60):
        status = await status_of(reader)
        with contextlib.suppress(ConnectionError):
            await reader.read()
        await dripping
    writer.close()

    assert status == 408


@pytest.mark.parametrize("path", ["/gosms/wrong", "/gosms/" + SECRET[:-1]])
async def test_who_does_not_know_the_secret_cannot_hold_a_connection_by_its_body(connect, path):
    reader, writer = await connect()
    writer.write(head(path, "Content-Length: 1000000"))

    async with asyncio.timeout(60):
        status, _ = await status_of(reader), await reader.read()
    writer.close()

    assert status == 404


async def test_a_body_without_an_end_is_read_no_further_than_16_kib(connect, asked):
    reader, writer = await connect()
    writer.write(head(PATH, "Transfer-Encoding: chunked") + b"5000\r\n" + b" " * 0x5000)

    async with asyncio.timeout(60):
        status = await status_of(reader)
        with contextlib.suppress(ConnectionError):
            await reader.read()
    writer.close()

    assert (status, asked()) == (413, [])


@pytest.mark.parametrize(
    "rest",
    [
        head(PATH, "Content-Length: 100") + b'{"id":',
        head(PATH, "Transfer-Encoding: chunked") + b'6\r\n{"id":\r\n',
    ],
)
async def test_who_leaves_in_the_middle_of_a_body_does_no_harm(
    connect, receiver, asked, reading, rest
):
    _, writer = await connect()
    writer.write(rest)
    await asyncio.wait_for(reading.wait(), 60)
    writer.transport.abort()

    assert await call(connect, ID.encode()) == 204
    await receiver.settled()
    assert asked() == [ID]


async def test_broken_chunks_do_no_harm(connect, receiver, asked, reading, monkeypatch):
    """The connection ends, also where the server, aiohttp, lets the reader wait for ever."""
    monkeypatch.setattr(module, "_READ_WITHIN", 0.5)
    reader, writer = await connect()
    writer.write(head(PATH, "Transfer-Encoding: chunked"))
    async with asyncio.timeout(60):
        await reading.wait()
        writer.write(b"zz\r\n")
        with contextlib.suppress(ConnectionError):  # a reset, if time was up before
            await reader.read()
    writer.close()

    assert await call(connect, ID.encode()) == 204
    await receiver.settled()
    assert asked() == [ID]


BODIES = {
    "nested deeply": b"[" * 16_000 + ID.encode(),
    "a key twice": json.dumps({"id": ID}).encode()[:-1] + f', "id": "{OTHER}"}}'.encode(),
    "thousands of fields": urllib.parse.urlencode(
        [("id", ID), *((str(n), "") for n in range(2_500)), ("id", OTHER)]
    ).encode(),
    "not UTF-8": b"\xff\xfe" + ID.encode() + b"\xc3\x28\x00",
    "nothing but escapes": b"%25" * 2_000 + b"\\" * 10_000,
    "a number of digits": b"1" * 16_000,
    "broken JSON": b'{"id": "' + ID.encode(),
}
IDS = {"a key twice": [ID, OTHER], "thousands of fields": [ID, OTHER]}
NONE = {"nothing but escapes", "a number of digits"}


@pytest.mark.parametrize("name", BODIES)
async def test_a_strange_body_is_taken_for_the_ids_in_it(connect, receiver, asked, name):
    assert await call(connect, BODIES[name]) == 204
    await receiver.settled()

    assert sorted(asked()) == ([] if name in NONE else IDS.get(name, [ID]))


async def test_the_access_log_does_not_show_the_secret(connect, caplog):
    await call(connect, b"")
    await call(connect, b"", "/gosms/wrong")

    async def is_logged():  # aiohttp does so after its answer
        return "/gosms/wrong" in caplog.text

    await until(is_logged)

    logged = [record for record in caplog.records if record.name.endswith(".access")]
    shown = "".join(f"{record.getMessage()} {vars(record)}" for record in logged)
    assert SECRET not in shown
    assert "/gosms/***" in shown
    assert "/gosms/wrong" in shown


async def test_a_closed_receiver_leaves_the_access_log_alone(receiver):
    logger = logging.getLogger("uvicorn.access")
    before = list(logger.filters)

    await receiver.aclose()

    assert (len(before), logger.filters) == (1, [])


async def test_a_flood_is_kept_within_its_bounds(router):
    """65 000 invented ids: a thousand wait, and none of them costs more than its look."""
    emulator = Emulator(clock="manual", window=None)
    async with AsyncGoSMS("dev", transport=emulator.transport) as gosms:
        receiver = Receiver(gosms, router, secret=SECRET)
        async with receiver:
            for start in range(0, 65_000, 650):

                async def body(start=start):
                    yield " ".join(f"{n:024x}" for n in range(start, start + 650)).encode()

                assert await receiver.receive(SECRET, body()) == 204
            kept, dropped = len(receiver._looks._hints), receiver.dropped
            await receiver.aclose(grace=0)

    assert kept <= 1_000
    assert dropped >= 63_000
