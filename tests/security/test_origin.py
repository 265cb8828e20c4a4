"""The token goes to the configured origin and to no other place."""

import asyncio
import ssl

import httpx
import pytest
from account_server import PHONE, Accounts
from raw_server import OK, answering, raw_server

from gosms_async import APIError, AsyncGoSMS, RetryPolicy, TransportError
from gosms_async.core.transport import AsyncioTransport

TOKEN = "secret-token"
ONCE = RetryPolicy(attempts=1)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
CARRIERS = {
    "default": dict,
    "h11": lambda: {"transport": AsyncioTransport(parser="h11")},
    "httptools": lambda: {"transport": AsyncioTransport(parser="httptools")},
}


@pytest.fixture(params=CARRIERS)
def carrier(request):
    return CARRIERS[request.param]()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("given", [False, True], ids=["own client", "client that follows"])
async def test_a_redirect_is_an_error_and_nobody_is_asked(carrier, status, given):
    """Though the httpx client that was given follows redirects for others."""
    async with raw_server(answering(OK)) as elsewhere:
        moved = b"HTTP/1.1 %d Moved\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n"
        script = answering(moved % (status, elsewhere.url.encode()))
        async with raw_server(script) as server, httpx.AsyncClient(follow_redirects=True) as http:
            ways = {"http_client": http} if given else carrier
            async with AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", **ways) as gosms:
                with pytest.raises(APIError) as caught:
                    await gosms.send(PHONE, "hi")

    assert (caught.value.status, caught.value.may_have_been_sent) == (status, False)
    assert (len(server.requests), elsewhere.accepted) == (1, 0)


async def test_proxies_of_the_environment_are_not_used(carrier, monkeypatch):
    """The request goes straight to its server, whatever the variables say."""
    async with raw_server(answering(OK)) as proxy, raw_server(Accounts()) as server:
        for name in PROXIES:
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        async with AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", **carrier) as gosms:
            await gosms.list()

    assert (len(server.requests), proxy.accepted) == (1, 0)


async def test_a_netrc_does_not_replace_the_token(carrier, monkeypatch, tmp_path):
    """No other credentials are sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password evil\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with (
        raw_server(Accounts()) as server,
        AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", **carrier) as gosms,
    ):
        await gosms.list()

    (request,) = server.requests
    assert request.lower().count(b"authorization:") == 1
    assert f"Bearer {TOKEN}".encode() in request


async def test_certificates_of_the_environment_are_not_trusted(monkeypatch, tmp_path):
    """SSL_CERT_FILE adds no authority: the self-made server is refused, and gets no byte."""
    import trustme  # noqa: PLC0415 - only here

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with (
        raw_server(Accounts(), context) as server,
        AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", retry=ONCE) as gosms,
    ):
        with pytest.raises(TransportError) as caught:
            await gosms.send(PHONE, "hi")

    assert not caught.value.may_have_been_sent
    assert server.requests == []


async def test_cookies_are_not_kept(carrier):
    """What one answer sets, no later request carries."""
    script = answering(b"HTTP/1.1 404 No\r\nSet-Cookie: spy=1; Path=/\r\nContent-Length: 0\r\n\r\n")
    async with (
        raw_server(script) as server,
        AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", **carrier) as gosms,
    ):
        for _ in range(2):
            with pytest.raises(APIError):
                await gosms.list()

    assert not any(b"spy" in request for request in server.requests)


def test_verification_cannot_be_switched_off():
    """There is no such argument."""
    with pytest.raises(TypeError):
        AsyncGoSMS(TOKEN, verify=False)


async def test_a_slow_answer_holds_nobody_longer_than_the_deadline(carrier):
    """Headers that drip for ever end at the deadline, with the whole call."""

    async def script(peer):
        await peer.request()
        while True:
            await peer.send(b"H")
            await asyncio.sleep(0.05)

    async with raw_server(script) as server:
        url = f"{server.url}v1"
        async with AsyncGoSMS(TOKEN, base_url=url, timeout=0.5, **carrier) as gosms:
            began = asyncio.get_running_loop().time()
            with pytest.raises(TransportError):
                await gosms.list()
            took = asyncio.get_running_loop().time() - began

    assert took < 1.5
