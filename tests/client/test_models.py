"""Answers become plain values, whichever edition of the API sent them."""

import datetime as dt
import pickle

import attrs
import pytest
from httpx import Response
from verbs import DEVICE, DEVICE_JSON, ID, MESSAGE, MESSAGE_JSON, PAGE_JSON, PHONE, TEXT

from gosms_async import (
    Device,
    Draft,
    Message,
    MessagePage,
    MessageStatus,
    SendResult,
    SentMessage,
    SimCard,
    UnreadableResponseError,
)
from gosms_async._wire import read_message

OLD_ID = "6654a4e8f1527149588c89f2"
WHEN = dt.datetime(2024, 5, 27, 12, 24, 39, tzinfo=dt.UTC)
MODELS = [Message, MessagePage, SentMessage, Draft, SendResult, SimCard, Device]


@pytest.fixture
def get(gosms, api):
    """Get a message whose JSON differs from the usual one by these fields; ... takes one out."""

    async def get_(**fields):
        data = {k: v for k, v in (MESSAGE_JSON | fields).items() if v is not ...}
        api.post("/sms/get").mock(return_value=Response(200, json=data))
        return await gosms.get(ID)

    return get_


@pytest.fixture
def device(gosms, api):
    """Get a device in the same way."""

    async def device_(**fields):
        data = {k: v for k, v in (DEVICE_JSON | fields).items() if v is not ...}
        api.post("/devices/get/info").mock(return_value=Response(200, json=data))
        return await gosms.device(DEVICE.id)

    return device_


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"to_sim": ...}, {"to_sim": None}),
        ({"to_sim": None}, {"to_sim": None}),
        ({"to_sim": ""}, {"to_sim": None}),
        ({"to_sim": 0}, {"to_sim": 0}),
        ({"to_sim": "2"}, {"to_sim": 2}),
        ({"device_id": "", "callback_id": ""}, {"device_id": None, "callback_id": None}),
        ({"device_id": ..., "callback_id": ...}, {"device_id": None, "callback_id": None}),
        ({"device_id": OLD_ID, "callback_id": OLD_ID}, {"device_id": OLD_ID}),
        ({"time_create": 1716812679}, {"created_at": WHEN}),
        ({"time_create": 1716812679000}, {"created_at": WHEN}),
        ({"time_create": "1716812679"}, {"created_at": WHEN}),
        ({"time_create": "1716812679000"}, {"created_at": WHEN}),
        ({"time_create": 1716812679.0}, {"created_at": WHEN}),
        ({"time_create": "2024-05-27T12:24:39Z"}, {"created_at": WHEN}),
        ({"time_create": "2024-05-27T15:24:39+03:00"}, {"created_at": WHEN}),
        ({"time_create": "2024-05-27T12:24:39"}, {"created_at": WHEN}),
        ({"phone_number": 79999999999}, {"phone_number": "79999999999"}),
        ({"status": "4"}, {"status": MessageStatus.DELIVERED}),
        ({"status": 4.0}, {"status": MessageStatus.DELIVERED}),
        ({"message_status": ...}, {"status_text": ""}),
        ({"message_status": None}, {"status_text": ""}),
        ({"message": ""}, {"text": ""}),
        ({"console_data": {"x": [1]}, "новое": None}, {}),
    ],
    ids=str,
)
async def test_every_edition_of_a_message_is_read(get, fields, expected):
    message = await get(**fields)

    shown = attrs.asdict(message)
    assert shown == shown | expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"device_battery_state": "87"}, {"battery": 87}),
        ({"device_battery_state": 0}, {"battery": 0}),
        ({"device_battery_state": None}, {"battery": None}),
        ({"device_battery_state": ""}, {"battery": None}),
        ({"device_id": ..., "id": OLD_ID}, {"id": OLD_ID}),
        ({"device_id": "", "id": OLD_ID}, {"id": OLD_ID}),
        ({"id": "ignored"}, {"id": DEVICE.id}),
        ({"last_online_date": None}, {"last_online_at": None}),
        ({"last_online_date": ""}, {"last_online_at": None}),
        ({"last_online_date": "1970-01-20T20:53:32.679Z"}, {"last_online_at": WHEN}),
        ({"is_active": "true"}, {"is_active": True}),
        ({"is_active": 0}, {"is_active": False}),
        ({"is_charging": ..., "low_battery_alert": None}, {"low_battery_alert": False}),
        ({"sim_list": None}, {"sims": ()}),
        ({"sim_list": []}, {"sims": ()}),
        ({"sim_list": [{"slot_index": "1"}]}, {"sims": ({"slot_index": 1, "display_name": ""},)}),
        ({"to_sim": -1, "console_data": "x"}, {"to_sim": -1}),
    ],
    ids=str,
)
async def test_every_edition_of_a_device_is_read(device, fields, expected):
    found = await device(**fields)

    shown = attrs.asdict(found)
    assert shown == shown | expected


ODD = [None, ..., "", "x", 0, "0", 1, 2.0, 7, -1, 10**400, True, [], {}]
ODD += [ID.upper(), f"{ID}\n", ID[1:], -(10**20), 10**13, "1e400"]


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:30])
@pytest.mark.parametrize("field", MESSAGE_JSON)
def test_a_message_is_read_alike_at_once_and_field_by_field(field, value):
    """Digits in a text are not the usual form: they send it the longer way."""
    digits = {"status": "0"} if field == "time_create" else {"time_create": "1716812679"}
    usual = {k: v for k, v in (MESSAGE_JSON | {field: value}).items() if v is not ...}

    assert read_or_refused(usual) == read_or_refused(usual | digits)


def read_or_refused(message):
    try:
        return read_message(message)
    except UnreadableResponseError as error:
        return str(error)


async def test_a_date_of_1970_is_multiplied_back(device):
    """Its Unix seconds were read as milliseconds."""
    found = await device(last_online_date="1970-01-20T20:53:32.679Z")

    assert found.last_online_at == WHEN
    assert found.last_online_at.tzinfo is dt.UTC


async def test_an_empty_list_may_be_null(gosms, api):
    page = {"pagination": {"total_records": 0, "limit": 100, "offset": 1}, "sms_list": None}
    api.get("/sms").mock(return_value=Response(200, json=page))

    assert (await gosms.list()).items == ()


@pytest.mark.parametrize("status", [6, 99, -1, 10**20])
async def test_a_new_status_stays_readable(get, status):
    message = await get(status=status)

    assert message.status == status
    assert message.status.name == f"UNKNOWN_{status}"
    assert not message.is_final
    assert pickle.loads(pickle.dumps(message)) == message
    assert {message.status: 1}[MessageStatus(status)] == 1


@pytest.mark.parametrize("status", list(MessageStatus))
async def test_three_statuses_are_final(get, status):
    assert (await get(status=int(status))).is_final is (status in {3, 4, 5})


@pytest.mark.parametrize("value", ["x", None, [], 1.5, True])
def test_a_status_is_a_number(value):
    if value is True:
        assert MessageStatus(value) is MessageStatus.PROCESSING
    else:
        with pytest.raises(ValueError, match="is not a valid MessageStatus"):
            MessageStatus(value)


BROKEN_MESSAGES = {
    "id": [5, "", "xyz", None, ...],
    "status": ["x", [], None, ..., 1.5, "9" * 5000],
    "created_at": ["", "soon", None, ..., True, [], 10**400, 1e300, "nan", "1e400"],
    "phone_number": [None, ..., [], True],
    "text": [None, ..., 5.5, {}],
    "to_sim": ["x", [], 1.5],
    "device_id": [[], {}],
}
WIRE = {"created_at": "time_create", "text": "message"}


@pytest.mark.parametrize(
    ("field", "value"), [(f, v) for f, values in BROKEN_MESSAGES.items() for v in values], ids=str
)
async def test_a_broken_message_names_its_field(get, field, value):
    """And never what the field held."""
    with pytest.raises(UnreadableResponseError, match=rf"\$\.{field}") as caught:
        await get(**{WIRE.get(field, field): value})

    assert len(str(caught.value)) < 200


async def test_a_broken_page_names_its_place(gosms, api):
    broken = PAGE_JSON | {"sms_list": [MESSAGE_JSON, MESSAGE_JSON | {"status": []}]}
    api.get("/sms").mock(return_value=Response(200, json=broken))

    with pytest.raises(UnreadableResponseError, match=r"\$\.items\[1\]\.status"):
        await gosms.list()


@pytest.mark.parametrize("missing", ["pagination", "sms_list"])
async def test_half_a_page_is_no_empty_page(gosms, api, missing):
    half = {name: part for name, part in PAGE_JSON.items() if name != missing}
    api.get("/sms").mock(return_value=Response(200, json=half))

    with pytest.raises(UnreadableResponseError, match="required field missing"):
        await gosms.list()


@pytest.mark.parametrize("value", ["x", 2, [], {}, 1.5])
async def test_a_broken_device_names_its_field(device, value):
    with pytest.raises(UnreadableResponseError, match=r"\$\.is_active"):
        await device(is_active=value)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_frozen_slotted_and_keyword_only(model):
    fields = attrs.fields(model)

    assert "__slots__" in vars(model)
    assert all(field.kw_only for field in fields)
    with pytest.raises(TypeError, match="positional"):
        model(*("x" for _ in fields))


@pytest.mark.parametrize(
    "model", [MESSAGE, DEVICE, SentMessage(id=ID), Draft(phone_number="1", message="x")]
)
def test_a_model_is_a_value(model):
    twin = pickle.loads(pickle.dumps(model))

    assert (twin, hash(twin)) == (model, hash(model))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(model, attrs.fields(type(model))[0].name, "other")


def test_a_model_shows_no_text_and_no_whole_phone():
    draft = Draft(phone_number=PHONE, message=TEXT)

    shown = repr(draft) + repr(SendResult(draft=draft)) + repr(attrs.evolve(MESSAGE, text=TEXT))

    assert PHONE not in shown
    assert TEXT not in shown
