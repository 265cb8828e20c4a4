"""TLS verifies, and its failures say that nothing was sent."""

import asyncio
import ssl

import httpx
import pytest
import trustme
from raw_server import OK, answering, answering_once, exchange, raw_server

from gosms_async.core.transport import AsyncioTransport


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def serving(authority, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(params=["h11", "httptools", "httpx"])
async def tls_transport(request, trusting):
    if request.param == "httpx":
        made = httpx.AsyncHTTPTransport(verify=trusting, trust_env=False)
    else:
        made = AsyncioTransport(parser=request.param, ssl_context=trusting)
    async with made as transport:
        yield transport


async def test_a_trusted_server_is_spoken_to(tls_transport, authority):
    """Exchanges over TLS share a connection."""
    async with raw_server(answering(OK), serving(authority, "127.0.0.1")) as server:
        for _ in range(3):
            response = await exchange(tls_transport, server.url, content=b"x" * 200_000)

        assert (response.content, server.accepted) == (b"hi", 1)


async def test_a_body_until_the_end_arrives_over_tls(tls_transport, authority):
    """The end of the connection is the end of a body without a length."""
    body = b"x" * 1_000_000
    script = answering_once(b"HTTP/1.1 200 OK\r\n\r\n" + body)
    async with raw_server(script, serving(authority, "127.0.0.1")) as server:
        response = await exchange(tls_transport, server.url)

    assert response.content == body


async def test_an_unknown_authority_is_a_connect_error(make_transport, authority):
    """With the default context a self-made certificate is refused, and the cause says so."""
    async with (
        raw_server(answering(OK), serving(authority, "127.0.0.1")) as server,
        make_transport() as transport,
    ):
        with pytest.raises(httpx.ConnectError) as caught:
            await exchange(transport, server.url)

        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
        assert (server.requests, transport._pool.in_use) == ([], 0)


async def test_a_wrong_name_is_a_connect_error(make_transport, authority, trusting):
    """A certificate of another host is refused."""
    async with (
        raw_server(answering(OK), serving(authority, "example.org")) as server,
        make_transport(ssl_context=trusting) as transport,
    ):
        with pytest.raises(httpx.ConnectError) as caught:
            await exchange(transport, server.url)

        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


async def test_a_server_without_tls_is_a_connect_error(tls_transport):
    """Plain text where a handshake belongs is a ConnectError."""

    async def script(peer):
        await peer.send(b"220 mail.example.org ESMTP\r\n")
        await peer.gone()

    async with raw_server(script) as server:
        with pytest.raises(httpx.ConnectError):
            await exchange(tls_transport, server.url.replace("http:", "https:"))


async def test_a_handshake_that_hangs_is_a_connect_timeout(tls_transport):
    """The connect timeout holds for the handshake as well."""

    async def script(peer):
        await peer.gone()

    async with raw_server(script) as server:
        with pytest.raises(httpx.ConnectTimeout):
            await exchange(
                tls_transport, server.url.replace("http:", "https:"), times={"connect": 0.05}
            )


async def test_the_environment_names_no_authority(make_transport, authority, monkeypatch, tmp_path):
    """SSL_CERT_FILE is not read: trust comes from *ssl_context* or the default alone."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with (
        raw_server(answering(OK), serving(authority, "127.0.0.1")) as server,
        make_transport() as transport,
    ):
        with pytest.raises(httpx.ConnectError):
            await exchange(transport, server.url)


async def test_no_context_is_built_before_it_is_needed(make_transport, monkeypatch):
    """Plain HTTP costs no loading of certificates."""
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: pytest.fail("built"))
    async with raw_server(answering(OK)) as server, make_transport() as transport:
        await exchange(transport, server.url)


async def test_closing_during_a_handshake(make_transport):
    """aclose() while TLS is being set up ends in a ConnectError within the connect timeout."""
    begun = asyncio.Event()

    async def script(peer):
        begun.set()
        await peer.gone()

    async with raw_server(script) as server:
        transport = make_transport()
        url = server.url.replace("http:", "https:")
        task = asyncio.create_task(exchange(transport, url, times={"connect": 0.1}))
        await begun.wait()
        await transport.aclose()

        with pytest.raises((httpx.ConnectError, httpx.ConnectTimeout)):
            await task
        assert transport._pool.in_use == 0
