"""A room costs nothing until it is entered, and says what to install when it cannot be."""

import importlib
import subprocess
import sys

import pytest
from processes import ENVIRONMENT

ROOMS = {
    "gosms_async.fastapi": ("fastapi", "fastapi"),
    "gosms_async.aiohttp": ("aiohttp", "aiohttp"),
    "gosms_async.taskiq": ("taskiq", "taskiq"),
    "gosms_async.otel": ("opentelemetry", "otel"),
    "gosms_async.listeners.prometheus": ("prometheus_client", "prometheus"),
    "gosms_async.listeners.structlog": ("structlog", "structlog"),
}
FREE = ["webhooks", "listeners", "problems", "routing"]


def run(script):
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("room", "framework", "extra"), [(k, *v) for k, v in ROOMS.items()])
def test_a_room_without_its_framework_says_what_to_install(monkeypatch, room, framework, extra):
    monkeypatch.setitem(sys.modules, framework, None)
    monkeypatch.delitem(sys.modules, room, raising=False)

    with pytest.raises(ImportError) as caught:
        importlib.import_module(room)

    assert str(caught.value) == f"{room} needs: pip install 'gosms-async[{extra}]'"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_with_its_framework_opens_without_a_warning(room):
    ended = run(f"import {room}")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_front_door_opens_none_of_them():
    script = "import sys; from gosms_async import *; print(*sys.modules)"
    loaded = set(run(script).stdout.split())

    assert "gosms_async" in loaded
    assert loaded & {*ROOMS, *(name for name, _ in ROOMS.values()), "pydantic"} == set()
    assert loaded & {f"gosms_async.{room}" for room in FREE} == set()


@pytest.mark.parametrize("room", FREE)
def test_a_room_without_a_framework_needs_none(room):
    blocked = {name for name, _ in ROOMS.values()} | {"pydantic", "starlette", "uvicorn"}
    block = f"import sys; sys.modules.update(dict.fromkeys({blocked!r}))"
    ended = run(f"{block}; import gosms_async.{room}")

    assert (ended.returncode, ended.stderr) == (0, "")
