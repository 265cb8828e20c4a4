"""Who opens a client closes it; one used too late or elsewhere says so."""

import asyncio
import gc
import subprocess
import sys
import warnings

import httpx
import pytest
from memory import MemoryStore
from verbs import GET, ID, SEND, TOKEN, VERBS

from gosms_async import AsyncGoSMS, RateLimit, TransportError


class Recorder(httpx.MockTransport):
    """Counts how often it was closed."""

    closed = 0

    async def aclose(self):
        self.closed += 1


@pytest.fixture
def recorder(api):
    return Recorder(api.async_handler)


async def test_leaving_the_context_closes_the_transport(recorder):
    async with AsyncGoSMS(TOKEN, transport=recorder):
        assert recorder.closed == 0

    assert recorder.closed == 1


async def test_a_client_is_closed_once(recorder):
    gosms = AsyncGoSMS(TOKEN, transport=recorder)

    await gosms.aclose()
    await gosms.aclose()

    assert recorder.closed == 1


async def test_an_error_in_the_context_comes_out_and_closes_too(recorder):
    with pytest.raises(ZeroDivisionError):
        async with AsyncGoSMS(TOKEN, transport=recorder):
            raise ZeroDivisionError

    assert recorder.closed == 1


async def test_a_given_http_client_stays_open(api, wire):
    GET.route(api).mock(return_value=GET.good())
    async with httpx.AsyncClient(transport=wire) as http_client:
        async with AsyncGoSMS(TOKEN, http_client=http_client) as gosms:
            assert await GET.call(gosms) == GET.result

        assert not http_client.is_closed


async def test_a_given_http_client_that_was_closed_is_said_to_be(wire):
    http_client = httpx.AsyncClient(transport=wire)
    async with AsyncGoSMS(TOKEN, http_client=http_client) as gosms:
        await http_client.aclose()

        with pytest.raises(TransportError, match="http_client is closed"):
            await gosms.get(ID)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
async def test_a_closed_client_refuses_every_call(gosms, api, verb):
    route = verb.route(api).mock(return_value=verb.good())
    await gosms.aclose()

    with pytest.raises(TransportError, match="closed") as caught:
        await verb.call(gosms)

    assert not caught.value.may_have_been_sent
    assert route.call_count == 0


def test_a_client_belongs_to_one_event_loop(api, recorder):
    route = GET.route(api).mock(return_value=GET.good())
    gosms = AsyncGoSMS(TOKEN, transport=recorder)
    asyncio.run(GET.call(gosms))

    with pytest.raises(TransportError, match="another event loop"):
        asyncio.run(GET.call(gosms))
    asyncio.run(gosms.aclose())

    assert (route.call_count, recorder.closed) == (1, 0)


def test_a_client_may_be_made_before_its_loop(api, recorder):
    GET.route(api).mock(return_value=GET.good())
    gosms = AsyncGoSMS(TOKEN, transport=recorder)

    async def main():
        async with gosms:
            return await GET.call(gosms)

    assert asyncio.run(main()) == GET.result


FORK = """
import asyncio, os, sys
import httpx
from gosms_async import AsyncGoSMS, TransportError

async def call(gosms):
    return await gosms.delete("6654a4e8f1527149588c89f2")

async def main():
    closed = []
    class Transport(httpx.MockTransport):
        async def aclose(self):
            closed.append(os.getpid())
    transport = Transport(lambda request: httpx.Response(204))
    async with AsyncGoSMS("token", transport=transport) as gosms:
        await call(gosms)
        child = os.fork()
        if child == 0:
            asyncio._set_running_loop(None)
            try:
                asyncio.run(call(gosms))
            except TransportError as error:
                asyncio.run(gosms.aclose())
                os._exit(0 if "another process" in str(error) and not closed else 1)
            os._exit(2)
        _, status = os.waitpid(child, 0)
        await call(gosms)
    assert closed == [os.getpid()]
    sys.exit(os.waitstatus_to_exitcode(status))

asyncio.run(main())
"""


def test_a_forked_child_is_refused_and_its_parent_goes_on():
    """The child neither uses nor closes what belongs to its parent."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORK],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")


async def use_and_forget(api, wire):
    GET.route(api).mock(return_value=GET.good())
    await GET.call(AsyncGoSMS(TOKEN, transport=wire))
    gc.collect()


async def test_a_forgotten_client_says_so(api, wire):
    with pytest.warns(ResourceWarning, match="unclosed <AsyncGoSMS https://api.gosms.ru/v1>"):
        await use_and_forget(api, wire)


async def test_a_client_without_a_call_may_be_forgotten():
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        AsyncGoSMS(TOKEN)
        gc.collect()

    assert [str(warning.message) for warning in warned] == []


async def test_token_and_base_url_come_from_the_environment(monkeypatch, wire, api):
    monkeypatch.setenv("GOSMS_TOKEN", "of-the-environment")
    monkeypatch.setenv("GOSMS_BASE_URL", "https://api.gosms.ru/v1/")
    route = GET.route(api).mock(return_value=GET.good())

    async with AsyncGoSMS(transport=wire) as gosms:
        await GET.call(gosms)

    assert route.calls.last.request.headers["authorization"] == "Bearer of-the-environment"


async def test_arguments_come_before_the_environment(monkeypatch, wire, api):
    monkeypatch.setenv("GOSMS_TOKEN", "of-the-environment")
    monkeypatch.setenv("GOSMS_BASE_URL", "https://elsewhere.example")
    route = GET.route(api).mock(return_value=GET.good())

    async with AsyncGoSMS(TOKEN, base_url="https://api.gosms.ru/v1", transport=wire) as gosms:
        await GET.call(gosms)

    assert route.calls.last.request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_slash_behind_the_address_makes_no_other_account(wire, api):
    """Processes whose settings differ by no more than that share one rate limit."""
    GET.route(api).mock(return_value=GET.good())
    store = MemoryStore()
    limit = RateLimit(store=store)

    for address in ("https://api.gosms.ru/v1", "https://api.gosms.ru/v1/"):
        async with AsyncGoSMS(TOKEN, base_url=address, transport=wire, rate_limit=limit) as gosms:
            await GET.call(gosms)

    assert len(store.windows) == 1
    assert TOKEN not in str(store.windows)


async def test_without_a_token_there_is_no_client(monkeypatch):
    monkeypatch.delenv("GOSMS_TOKEN", raising=False)

    with pytest.raises(ValueError, match="GOSMS_TOKEN is not set"):
        AsyncGoSMS()


async def test_clients_do_not_share_what_they_hold(make, api):
    SEND.route(api).mock(return_value=SEND.good())
    first, second = make(), make()

    await first.aclose()

    assert await SEND.call(second) == SEND.result
