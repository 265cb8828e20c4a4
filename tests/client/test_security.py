"""Requests go to one origin, are never led elsewhere, and answers cannot flood the process."""

import asyncio
import gzip

import httpx
import pytest
from fakes import Body
from hypothesis import given
from hypothesis import strategies as st
from verbs import DELETE, ID, LIST, READS, SEND, TOKEN, VERBS

from gosms_async import (
    APIError,
    AsyncGoSMS,
    OutcomeUnknownError,
    TransportError,
    UnreadableResponseError,
)
from gosms_async.core.origin import checked_base_url
from gosms_async.emulator import Emulator

GOOD = [
    "https://api.gosms.ru/v1",
    "https://api.gosms.ru/v1/",
    "https://host",
    "https://host:8443/a/b",
    "https://[2001:db8::1]/v1",
    "http://127.0.0.1:8026/v1",
    "http://localhost/v1",
    "http://[::1]:8026",
    "HTTPS://API.gosms.ru",
]
BAD = [
    "http://api.gosms.ru/v1",
    "http://127.0.0.1.evil.example/v1",
    "http://localhost.evil.example",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "https://user:secret@host/v1",
    "https://user@host",
    "http://localhost@evil.example",
    "https://host/v1?x=1",
    "https://host/v1?",
    "https://host/v1#x",
    "https://host:port",
    "https://host:99999",
    "https://[::1",
    "https:///v1",
    "https:host",
    "host/v1",
    "/v1",
    "file:///etc/passwd",
    "https://ho st",
    "https://host\r\nX: y",
    "https://hоst",  # a Cyrillic letter
    "https://host\x00",
]


@pytest.mark.parametrize("url", GOOD)
def test_https_or_this_machine(url):
    assert checked_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize("url", BAD)
def test_any_other_base_url_is_refused(url):
    with pytest.raises(ValueError, match="base_url") as caught:
        AsyncGoSMS(TOKEN, base_url=url)

    assert "secret" not in str(caught.value)


@given(st.from_regex(r"https?://[a-z0-9.@:\\/\[\]%;-]{1,20}", fullmatch=True))
def test_a_plain_http_url_never_leads_off_this_machine(url):
    """Whatever the two parsers make of it."""
    try:
        checked = checked_base_url(url)
        seen = httpx.URL(checked)
    except (ValueError, httpx.InvalidURL):
        return

    assert seen.scheme == "https" or seen.host in {"localhost", "127.0.0.1", "::1"}
    assert not seen.userinfo


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
@pytest.mark.parametrize("own", [True, False], ids=["own client", "given client"])
async def test_a_redirect_is_not_followed(make, api, verb, status, own):
    elsewhere = api.route(host="evil.example").mock(return_value=httpx.Response(200))
    route = verb.route(api).mock(
        return_value=httpx.Response(status, headers={"Location": "https://evil.example/"})
    )
    wire = httpx.MockTransport(api.async_handler)
    async with httpx.AsyncClient(transport=wire, follow_redirects=True) as http_client:
        ways = {} if own else {"http_client": http_client, "transport": None}

        with pytest.raises(APIError) as caught:
            await verb.call(make(**ways))

    assert (caught.value.status, route.call_count, elsewhere.call_count) == (status, 1, 0)
    assert not caught.value.may_have_been_sent


async def test_the_proxies_of_the_environment_are_ignored(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    async with (
        Emulator(window=None) as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url) as gosms,
    ):
        assert (await gosms.send("79161234567", "hi")).attempts == 1


async def test_a_proxy_may_be_given():
    """Nothing listens there: no request finds another way to the server."""
    async with (
        Emulator(window=None) as emulator,
        AsyncGoSMS(TOKEN, base_url=emulator.base_url, proxy="http://127.0.0.1:9") as gosms,
    ):
        with pytest.raises(TransportError):
            await gosms.get(ID)

        assert emulator.requests == []


def endless(size=65536):
    while True:
        yield b" " * size


def swamped(status, body):
    return httpx.MockTransport(lambda _: httpx.Response(status, stream=body))


@pytest.mark.parametrize("verb", READS, ids=lambda verb: verb.name)
async def test_an_endless_answer_is_cut(make, verb):
    """At 1 MiB, 8 MiB for a page of the list."""
    body = Body(endless())

    with pytest.raises(UnreadableResponseError, match="over"):
        await verb.call(make(transport=swamped(200, body)))

    assert body.closed
    assert body.given == (8 if verb is LIST else 1) * 16 + 1


@pytest.mark.parametrize("mode", ["raise", "resend"])
async def test_an_endless_yes_to_a_send_is_a_doubt(make, mode):
    body = Body(endless())

    with pytest.raises(OutcomeUnknownError):
        await SEND.call(make(transport=swamped(200, body), on_unknown=mode))

    assert body.given == 17


async def test_an_endless_error_is_cut(make):
    body = Body(endless())

    with pytest.raises(OutcomeUnknownError):
        await SEND.call(make(transport=swamped(500, body)))

    assert body.given == 17


async def test_an_endless_yes_to_a_delete_is_a_yes(make):
    body = Body(endless())

    assert await DELETE.call(make(transport=swamped(200, body))) is None
    assert body.given == 17


async def test_a_compressed_answer_is_not_inflated(make, api):
    """None was asked for; a small answer cannot swell."""
    SEND.route(api).mock(
        return_value=httpx.Response(
            200,
            stream=httpx.ByteStream(gzip.compress(b" " * 2**24)),
            headers={"Content-Encoding": "gzip"},
        )
    )

    with pytest.raises(OutcomeUnknownError, match="not JSON"):
        await SEND.call(make())


async def test_a_body_as_long_as_the_cap_is_read(make):
    content = b'{"id": "' + ID.encode() + b'"}'
    body = Body([content + b" " * (2**20 - len(content))])

    assert (await SEND.call(make(transport=swamped(200, body)))).id == ID


async def test_a_cut_answer_costs_no_connection():
    """The connection is closed, the place is free: call after call."""

    async def flood(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b" " * 2**21)
        writer.close()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with AsyncGoSMS(TOKEN, base_url=url, on_unknown="raise") as gosms:
            for number in range(5):
                with pytest.raises(OutcomeUnknownError):
                    await gosms.send("79161234567", f"hi {number}")
            assert gosms._session._dispatcher.in_flight == set()
