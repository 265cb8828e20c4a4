"""Every call goes out to the letter of the API documentation, and comes back as a model."""

import json

import attrs
import httpx
import pytest
import respx
from httpx import Response
from verbs import DEVICE_ID, ID, LIST, PHONE, SEND, TOKEN, VERBS, WEBHOOK_ID

from gosms_async import __version__

each_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def query(route):
    return route.calls.last.request.url.params.multi_items()


def body(route):
    return json.loads(route.calls.last.request.content)


@each_verb
async def test_a_call_is_one_request_and_one_result(gosms, api, verb):
    route = verb.route(api).mock(return_value=verb.good())

    result = await verb.call(gosms)

    assert result == verb.result
    assert route.call_count == 1


@each_verb
async def test_a_call_carries_its_arguments_as_json(gosms, api, verb):
    """DELETE carries them in its body too; a GET has none."""
    route = verb.route(api).mock(return_value=verb.good())

    await verb.call(gosms)

    content = route.calls.last.request.content
    assert (json.loads(content) if content else None) == verb.body


@each_verb
async def test_a_call_carries_these_headers(make, api, verb):
    route = verb.route(api).mock(return_value=verb.good())

    await verb.call(make())

    headers = route.calls.last.request.headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"] == f"gosms-async/{__version__}"
    assert headers["host"] == "api.gosms.ru"


async def test_a_text_goes_out_as_utf8(gosms, api):
    route = SEND.route(api).mock(return_value=SEND.good())

    await gosms.send(PHONE, "Привет, ß")

    assert "Привет, ß".encode() in route.calls.last.request.content


async def test_a_send_carries_what_was_asked_for(gosms, api):
    """SIM slot 0 exists and is not taken for nothing."""
    route = SEND.route(api).mock(return_value=SEND.good())

    await gosms.send(PHONE, "hi", device_id=DEVICE_ID, to_sim=0, callback_id=WEBHOOK_ID)

    assert body(route) == {
        "phone_number": PHONE,
        "message": "hi",
        "device_id": DEVICE_ID,
        "to_sim": 0,
        "callback_id": WEBHOOK_ID,
    }


@pytest.mark.parametrize("nothing", [None, ""])
async def test_what_was_not_asked_for_is_absent(gosms, api, nothing):
    route = SEND.route(api).mock(return_value=SEND.good())

    await gosms.send(PHONE, "hi", device_id=nothing, callback_id=nothing)

    assert body(route) == {"phone_number": PHONE, "message": "hi"}


async def test_a_phone_number_leaves_as_digits(gosms, api):
    route = SEND.route(api).mock(return_value=SEND.good())

    await gosms.send("+7 (916) 123-45-67", "hi")

    assert body(route)["phone_number"] == PHONE


@pytest.mark.parametrize("is_active", [True, False])
async def test_a_phone_is_switched_by_a_truth_value(gosms, api, is_active):
    """`is_active` is always there: without it the API would switch the phone off."""
    route = api.post("/devices/edit").mock(return_value=Response(204))

    await gosms.edit_device(DEVICE_ID.upper(), is_active=is_active)

    assert body(route) == {"device_id": DEVICE_ID, "is_active": is_active}


async def test_a_list_asks_for_the_first_hundred(gosms, api):
    route = LIST.route(api).mock(return_value=LIST.good())

    await gosms.list()

    assert query(route) == [("limit", "100"), ("offset", "1")]


async def test_a_list_says_which_page_of_what(gosms, api):
    route = LIST.route(api).mock(return_value=LIST.good())

    await gosms.list(limit=7, offset=3, search="Иван & co=100%")

    assert query(route) == [("limit", "7"), ("offset", "3"), ("search", "Иван & co=100%")]


async def test_no_search_is_absent(gosms, api):
    route = LIST.route(api).mock(return_value=LIST.good())

    await gosms.list(search="")

    assert "search" not in route.calls.last.request.url.params


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8026/v1", "http://127.0.0.1:8026/v1/"])
@each_verb
async def test_a_call_goes_to_the_base_url(make, verb, base_url):
    api = respx.MockRouter(base_url="http://127.0.0.1:8026/v1")
    route = verb.route(api).mock(return_value=verb.good())

    await verb.call(make(transport=httpx.MockTransport(api.async_handler), base_url=base_url))

    assert route.call_count == 1


async def test_a_send_may_be_answered_201(gosms, api):
    SEND.route(api).mock(return_value=Response(201, json={"id": ID}))

    assert (await SEND.call(gosms)).id == ID


async def test_the_id_of_the_old_edition_names_a_device(gosms, api):
    old = "6654a4e8f1527149588c89f2"
    verb = attrs.evolve(VERBS[4], answer=VERBS[4].answer | {"device_id": old})
    route = verb.route(api).mock(return_value=verb.good())

    assert (await gosms.device(old)).id == old
    assert body(route) == {"device_id": old}
