"""A test that mocks with respx sees the default transport's requests."""

import httpx
import pytest
import respx
from raw_server import OK, answering, raw_server

from gosms_async.core.transport import AsyncioTransport
from gosms_async.respx import intercept_with_respx

URL = "https://api.example.org/sms/send"


@pytest.fixture
async def client():
    async with httpx.AsyncClient(transport=AsyncioTransport()) as client:
        yield client


@respx.mock
async def test_a_route_answers(client):
    """The global decorator is enough, and the route remembers the call and its content."""
    route = respx.post(URL, json={"a": 1}).respond(201, json={"id": "x"})

    response = await client.post(URL, json={"a": 1})

    assert (response.status_code, response.json()) == (201, {"id": "x"})
    assert (route.call_count, route.calls.last.request.content) == (1, b'{"a":1}')


@respx.mock
async def test_a_direct_call_of_the_transport_is_answered():
    """The transport's own method is what respx sees."""
    respx.get(URL).respond(200, text="hi")

    async with AsyncioTransport() as transport:
        response = await transport.handle_async_request(httpx.Request("GET", URL))

    assert await response.aread() == b"hi"


@respx.mock
async def test_side_effects_happen_in_order(client):
    """An error and then an answer are what the caller gets."""
    respx.get(URL).mock(side_effect=[httpx.ConnectTimeout("late"), httpx.Response(204)])

    with pytest.raises(httpx.ConnectTimeout):
        await client.get(URL)

    assert (await client.get(URL)).status_code == 204


async def test_a_route_that_passes_through(client):
    """Only what a route answers stays away from the network."""
    async with raw_server(answering(OK)) as server, respx.mock:
        respx.get(server.url).pass_through()
        respx.get(URL).respond(200, text="mocked")

        real, mocked = await client.get(server.url), await client.get(URL)

        assert (real.text, mocked.text, len(server.requests)) == ("hi", "mocked", 1)


@respx.mock
async def test_an_unknown_request_is_refused(client):
    """What no route matches is respx's own error, as with httpx's transport."""
    respx.get(URL).respond(200)
    await client.get(URL)

    with pytest.raises(respx.models.AllMockedAssertionError):
        await client.get(URL + "/else")


async def test_without_respx_nothing_changes(client):
    """Outside of a mock the network is used."""
    async with raw_server(answering(OK)) as server:
        assert (await client.get(server.url)).text == "hi"


def test_the_plugin_intercepts_once():
    """The transport was handed to respx before this test began, and again changes nothing."""
    patched = AsyncioTransport.handle_async_request

    intercept_with_respx()

    assert AsyncioTransport.handle_async_request is patched
    assert patched.__module__ == "gosms_async.respx"
