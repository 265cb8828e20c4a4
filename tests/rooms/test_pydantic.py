"""Our models pass through pydantic and FastAPI, and need neither."""

import datetime as dt
import pickle
import subprocess
import sys
from typing import Annotated

import pytest
from fastapi import Body, FastAPI
from pydantic import TypeAdapter, ValidationError

from gosms_async import Device, Draft, Message, MessagePage, MessageStatus, SentMessage, SimCard

MESSAGE = Message(
    id="6654a4e8f1527149588c89f2",
    text="hi",
    status=MessageStatus.SENT,
    phone_number="79161234567",
    to_sim=0,
    created_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
)
MODELS = [
    MESSAGE,
    MessagePage(items=(MESSAGE,), total_records=1, limit=100, offset=1),
    SentMessage(id=MESSAGE.id, duplicates=("6654a4e8f1527149588c89f3",)),
    Draft(phone_number="79161234567", message="hi"),
    SimCard(slot_index=0),
    Device(
        id="b1277815-fb6f-45e4-b87b-8dfb86b8f0a2", is_active=True, sims=(SimCard(slot_index=1),)
    ),
]
models = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


@models
def test_a_model_survives_json(model):
    adapter = TypeAdapter(type(model))

    there_and_back = adapter.validate_json(adapter.dump_json(model))

    assert there_and_back == model
    assert hash(there_and_back) == hash(model)
    assert pickle.loads(pickle.dumps(there_and_back)) == model


@models
def test_a_model_is_taken_as_it_is(model):
    assert TypeAdapter(type(model)).validate_python(model) is model


def test_a_status_of_tomorrow_is_kept():
    body = TypeAdapter(Message).dump_json(MESSAGE).replace(b'"status":2', b'"status":6')

    message = TypeAdapter(Message).validate_json(body)

    assert (message.status, message.status.name) == (6, "UNKNOWN_6")


@pytest.mark.parametrize(
    "wrong", [{}, {"phone_number": 1, "message": "hi"}, {"phone_number": "7", "message": None}, 5]
)
def test_what_does_not_fit_is_refused(wrong):
    with pytest.raises(ValidationError):
        TypeAdapter(Draft).validate_python(wrong)


def test_fastapi_shows_the_models_in_its_openapi():
    app = FastAPI()

    @app.post("/page")
    async def page(draft: Annotated[Draft, Body()]) -> MessagePage: ...

    @app.get("/phone")
    async def phone() -> Device: ...

    document = app.openapi()
    schemas = document["components"]["schemas"]

    assert {"Draft", "Message", "MessagePage", "MessageStatus", "Device", "SimCard"} <= set(schemas)
    assert schemas["Draft"]["required"] == ["phone_number", "message"]
    assert schemas["Message"]["properties"]["created_at"]["format"] == "date-time"
    body = document["paths"]["/page"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Draft"}
    answer = document["paths"]["/page"]["post"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/MessagePage"}


def test_without_pydantic_the_models_are_as_they_were():
    """In a process in which importing pydantic fails."""
    script = """
import sys
sys.modules["pydantic"] = sys.modules["pydantic_core"] = None
from gosms_async import Draft, AsyncGoSMS
print(Draft(phone_number="79161234567", message="hi"))
"""
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert run.stdout.startswith("Draft(phone_number=7916*****67")


def test_the_models_do_not_load_pydantic():
    script = (
        "import sys, gosms_async._models; print({'pydantic', 'pydantic_core'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert run.stdout.strip() == "set()"
