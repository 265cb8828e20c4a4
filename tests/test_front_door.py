"""What `import gosms_async` gives, and what it does not cost."""

import inspect
import subprocess
import sys

import pytest

import gosms_async

ROOMS = {"emulator", "cli", "campaign", "fastapi", "aiohttp", "taskiq", "otel", "contrib"}
FRAMEWORKS = {"starlette", "uvicorn", "jinja2", "rich", "cyclopts", "phonenumbers", "platformdirs"}


def printed(script):
    run = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    return set(run.stdout.split())


def test_the_import_opens_no_room_and_loads_no_framework():
    loaded = printed("import sys; from gosms_async import AsyncGoSMS; print(*sys.modules)")

    assert loaded & FRAMEWORKS == set()
    assert loaded & {f"gosms_async.{room}" for room in ROOMS} == set()


def test_a_room_can_be_entered_without_the_client():
    """The emulator starts, and pytest loads the plugin, in half the time."""
    loaded = printed("import sys, gosms_async.pytest_plugin; print(*sys.modules)")

    assert "httpx" not in loaded


def test_the_import_of_the_client_loads_no_cattrs():
    """Reading a list needs it; a send does not."""
    loaded = printed("import sys; from gosms_async import AsyncGoSMS; print(*sys.modules)")

    assert "cattrs" not in loaded


def test_an_error_code_explains_itself_without_the_client():
    """`gosms explain` is there at once."""
    loaded = printed("import sys; from gosms_async import ErrorCode; print(*sys.modules)")

    assert "httpx" not in loaded


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'AsyncGoSNS'"):
        gosms_async.AsyncGoSNS  # noqa: B018 - reading it is the test


def test_each_exported_name_is_there_once():
    names = printed("from gosms_async import *; print(*dir())")

    assert names >= set(gosms_async.__all__)
    assert len(set(gosms_async.__all__)) == len(gosms_async.__all__)


def test_each_exported_class_and_function_is_documented_and_our_own():
    exported = [getattr(gosms_async, name) for name in gosms_async.__all__]
    things = [thing for thing in exported if inspect.isclass(thing) or inspect.isroutine(thing)]

    assert [thing for thing in things if not thing.__doc__] == []
    assert [thing for thing in things if not thing.__module__.startswith("gosms_async")] == []


def test_each_public_method_of_an_exported_class_is_documented():
    exported = [getattr(gosms_async, name) for name in gosms_async.__all__]
    classes = [cls for cls in exported if inspect.isclass(cls)]
    methods = [
        member
        for cls in classes
        for name, member in vars(cls).items()
        if inspect.isroutine(member) and not name.startswith("_")
    ]

    assert [member for member in methods if not inspect.getdoc(member)] == []
