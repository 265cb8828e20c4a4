"""No token, text or whole phone number in a repr, an error, a traceback or a log."""

import asyncio
import copy
import logging
import pickle
import traceback

import httpx
import pytest
from verbs import LIST, PHONE, SEND, TEXT, TOKEN, error

from gosms_async import AsyncGoSMS, GoSMSError, OutcomeUnknownError
from gosms_async.core.secret import Secret
from gosms_async.emulator import Emulator


def told(error):
    """A traceback as the most talkative handlers show it, causes and locals included."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.fixture
def every_log(caplog):
    """All that any logger says."""
    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore", "asyncio", "gosms_async"):
            caplog.set_level(logging.DEBUG, logger=name)
        yield caplog


async def test_the_client_shows_no_token(wire):
    async with AsyncGoSMS(TOKEN, transport=wire) as gosms:
        shown = repr(gosms) + repr(vars(gosms)) + repr(vars(gosms._session))

    assert TOKEN not in shown


@pytest.mark.parametrize(
    "failure",
    [error(400, 2001), error(502), error(429, headers={"Retry-After": "99"})]
    + [kind("x") for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError)],
    ids=str,
)
async def test_a_traceback_with_locals_shows_no_token(make, api, failure):
    SEND.route(api).mock(side_effect=[failure] * 3)

    with pytest.raises(GoSMSError) as caught:
        await SEND.call(make())

    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": TOKEN + "\n"},
        {"token": TOKEN + "é"},
        {"base_url": "http://x"},
        {"timeout": -1},
        {"on_unknown": "perhaps"},
    ],
    ids=str,
)
def test_a_refused_setting_shows_no_token(wrong):
    settings = {"token": TOKEN} | wrong

    def build(given):
        token, given["token"] = given.pop("token"), None
        del given["token"]
        secrets = [token]
        del token
        return AsyncGoSMS(secrets.pop(), **given)

    with pytest.raises(ValueError, match=next(iter(wrong))) as caught:
        build(settings)

    assert TOKEN not in told(caught.value.with_traceback(caught.value.__traceback__.tb_next))


@pytest.mark.parametrize("spill", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_copied(spill):
    with pytest.raises(TypeError, match="not pickled"):
        spill(Secret(TOKEN))


def test_a_secret_is_shown_by_name_only():
    secret = Secret(TOKEN)

    assert TOKEN not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == TOKEN
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("fault", [None, "500_after", "drop_after", "html_502", "truncate"])
async def test_logs_over_a_socket_show_no_secret(every_log, fault):
    """All loggers at DEBUG, the default connections, a real server."""
    asyncio.get_running_loop().set_debug(True)
    async with Emulator(window=None) as emulator:
        if fault:
            emulator.fail(fault, p=1)
        async with AsyncGoSMS(TOKEN, base_url=emulator.base_url, on_unknown="raise") as gosms:
            try:
                await gosms.send(PHONE, TEXT)
            except OutcomeUnknownError:
                assert fault
            await gosms.list(search=PHONE)

    assert not [secret for secret in (TOKEN, TEXT, PHONE) if secret in every_log.text]


async def test_a_given_http_client_logs_no_query(every_log, api, wire):
    """httpx logs every URL at INFO, and a search holds a phone number."""
    LIST.route(api).mock(return_value=LIST.good())
    async with (
        httpx.AsyncClient(transport=wire) as http_client,
        AsyncGoSMS(TOKEN, http_client=http_client) as gosms,
    ):
        await gosms.list(search=PHONE)

    said = [record.getMessage() for record in every_log.records if record.name == "httpx"]
    assert said == ['HTTP Request: GET https://api.gosms.ru/v1/sms "HTTP/1.1 200 OK"']
