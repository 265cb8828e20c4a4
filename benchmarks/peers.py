"""The clients that are compared: each sends SMS number n and returns once it is accepted."""

import asyncio
import contextlib
import json
from concurrent.futures import ThreadPoolExecutor

import attrs
import httptools
import httpx
from common import has

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async._wire import read_sent
from gosms_async.core.transport import AsyncioTransport

PHONE = "79001234567"
NEVER_WAITS = RateLimit(1000, 0.001, margin=0.0)
HEADERS = {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
THREADS = 100  # at most; more of them only wait for each other


def draft(number):
    return {"phone_number": PHONE, "message": f"benchmark {number}"}


@contextlib.asynccontextmanager
async def ours(url, transport=None, **settings):
    if transport == "httpx":
        transport = httpx.AsyncHTTPTransport()
    async with AsyncGoSMS(
        "benchmark",
        base_url=f"{url}/v1",
        rate_limit=NEVER_WAITS,
        transport=transport,
        **settings,
    ) as gosms:
        yield lambda number: gosms.send(PHONE, f"benchmark {number}")


@contextlib.asynccontextmanager
async def unprotected(url, parser):
    """The transport and the decoding of ours, with nothing that protects a send."""
    target = httpx.URL(f"{url}/v1/sms/send")
    headers = httpx.Headers({**HEADERS, "Accept": "application/json", "User-Agent": "benchmark"})
    async with AsyncioTransport(parser=parser, max_connections=20) as transport:

        async def post(number):
            content = json.dumps(draft(number)).encode()
            request = httpx.Request("POST", target, headers=headers, content=content)
            response = await transport.handle_async_request(request)
            body = b"".join([chunk async for chunk in response.stream])
            return read_sent(json.loads(body))

        yield post


class Raw(asyncio.Protocol):
    """A request and its answer with nothing around them."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_message_complete(self):
        self.answered.set_result(None)

    async def post(self, request):
        self.answered = asyncio.get_running_loop().create_future()
        self.parser = httptools.HttpResponseParser(self)
        self.transport.write(request)
        await self.answered


@contextlib.asynccontextmanager
async def floor(url):
    loop = asyncio.get_running_loop()
    host, port = "127.0.0.1", httpx.URL(url).port
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    head = "\r\n".join(["POST /v1/sms/send HTTP/1.1", f"Host: {host}", *lines])
    idle, every = [], []

    async def post(number):
        if idle:
            connection = idle.pop()
        else:
            _, connection = await loop.create_connection(Raw, host, port)
            every.append(connection)
        body = json.dumps(draft(number))
        await connection.post(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        idle.append(connection)

    yield post
    for connection in every:
        connection.transport.abort()


@contextlib.asynccontextmanager
async def bare_httpx(url):
    async with httpx.AsyncClient(headers=HEADERS, timeout=None, trust_env=False) as client:

        async def post(number):
            return (await client.post(f"{url}/v1/sms/send", json=draft(number))).json()

        yield post


@contextlib.asynccontextmanager
async def bare_aiohttp(url):
    import aiohttp  # noqa: PLC0415 - a peer, which may be missing

    async with aiohttp.ClientSession(headers=HEADERS) as session:

        async def post(number):
            async with session.post(f"{url}/v1/sms/send", json=draft(number)) as response:
                return await response.json()

        yield post


@contextlib.asynccontextmanager
async def android(url, carrier):
    import android_sms_gateway  # noqa: PLC0415 - a peer
    from android_sms_gateway import ahttp, domain  # noqa: PLC0415 - a peer

    client = android_sms_gateway.AsyncAPIClient(
        "benchmark", "benchmark", base_url=url, http_client=getattr(ahttp, carrier)()
    )
    async with client.http, client:

        async def post(number):
            text = domain.TextMessage(f"benchmark {number}")
            await client.send(domain.Message(phone_numbers=[PHONE], text_message=text))

        yield post


@contextlib.asynccontextmanager
async def twilio(url):
    from twilio.http.async_http_client import AsyncTwilioHttpClient  # noqa: PLC0415 - a peer
    from twilio.rest import Client  # noqa: PLC0415 - a peer

    async with AsyncTwilioHttpClient() as carrier:
        client = Client("AC" + "0" * 32, "benchmark", http_client=carrier)
        client.api.base_url = url
        create = client.messages.create_async
        yield lambda number: create(to=PHONE, from_="79007654321", body=f"benchmark {number}")


@contextlib.asynccontextmanager
async def threads(send):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(THREADS) as pool:
        yield lambda number: loop.run_in_executor(pool, send, number)


def gosms_ru_client(url):
    from gosms_ru_client import GoSMSClient  # noqa: PLC0415 - a peer

    client = GoSMSClient("benchmark")
    client.BASE_URL = f"{url}/v1"
    client.session.trust_env = False
    return threads(lambda number: client.send_sms(PHONE, f"benchmark {number}"))


def sinch(url):
    from sinch import SinchClient  # noqa: PLC0415 - a peer

    client = SinchClient(service_plan_id="plan", sms_api_token="benchmark", sms_region="us")
    client.configuration.sms_domain_with_service_plan_id = f"{url}/{{}}"
    client.configuration.transport.http_session.trust_env = False
    send = client.sms.batches.send_sms
    return threads(lambda number: send(to=[PHONE], from_="79007654321", body=f"benchmark {number}"))


@attrs.frozen
class Peer:
    """A client to measure; *collapses* says that many in flight cost it seconds a send."""

    name: str
    open: object  # url -> async context manager of a function that makes send number n
    packages: tuple[str, ...] = ()
    collapses: bool = False


FLOOR = Peer("raw socket: asyncio.Protocol + httptools", floor)
DEFAULT = Peer("**gosms-async, default**", ours)
FAST = Peer('**gosms-async, transport="fast"**', lambda url: ours(url, "fast"))
OVER_HTTPX = Peer("gosms-async over httpx.AsyncHTTPTransport", lambda url: ours(url, "httpx"))
PLAIN = Peer("the default's transport, nothing protected", lambda url: unprotected(url, "h11"))
HTTPX = Peer("httpx.AsyncClient.post", bare_httpx, collapses=True)
AIOHTTP = Peer("aiohttp", bare_aiohttp, ("aiohttp",))
ANDROID = Peer(
    "android-sms-gateway on aiohttp",
    lambda url: android(url, "AiohttpAsyncHttpClient"),
    ("android-sms-gateway", "aiohttp"),
)
ANDROID_HTTPX = Peer(
    "android-sms-gateway on httpx",
    lambda url: android(url, "HttpxAsyncHttpClient"),
    ("android-sms-gateway",),
    collapses=True,
)
TWILIO = Peer("twilio, async", twilio, ("twilio", "aiohttp-retry"))
GOSMS_RU = Peer("gosms-ru-client, in threads", gosms_ru_client, ("gosms-ru-client",))
SINCH = Peer("sinch, in threads", sinch, ("sinch",))

ALL = (FLOOR, FAST, DEFAULT, PLAIN, AIOHTTP, ANDROID, TWILIO, OVER_HTTPX)
ALL += (GOSMS_RU, SINCH, ANDROID_HTTPX, HTTPX)


def installed():
    """Those whose packages are here."""
    return [peer for peer in ALL if all(has(package) for package in peer.packages)]
