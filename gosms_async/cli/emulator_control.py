"""`gosms emulator fault`, `heal`, `clock` and `wait`: hands on an emulator that runs."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeAlias

from cyclopts import Parameter, Token

from gosms_async.emulator import seconds_of
from gosms_async.emulator.remote import ask

from .apps import app_of
from .outcome import Exit, StopError
from .show import Json, give_fields, give_json, say

clock: Final = app_of("clock", help="Move the time of an emulator that runs.")

_GRACE = 10.0  # seconds for an answer, beyond those it was asked to wait


def _seconds(_: object, tokens: Sequence[Token]) -> float:
    return seconds_of(tokens[0].value)


Seconds: TypeAlias = Annotated[
    float, Parameter(converter=_seconds, n_tokens=1, metavar="TIME", show_default=False)
]
Url: TypeAlias = Annotated[str, Parameter(("--url",), help="Where the emulator is.")]
Kind: TypeAlias = Annotated[
    str, Parameter(("KIND",), help="What goes wrong, such as 500_after; any other word lists all.")
]
Match: TypeAlias = Annotated[
    str, Parameter(show_default=False, help="Which requests, such as send to:7916 text:code.")
]

_USUAL: Final = "http://127.0.0.1:8026"


async def fault(
    kind: Kind,
    /,
    *,
    times: Annotated[int | None, Parameter(help="Hit so many requests.")] = None,
    p: Annotated[float | None, Parameter(help="Then hit with this probability.")] = None,
    seed: Annotated[int, Parameter(show_default=False, help="Draw by this number.")] = 0,
    match: Match = "",
    for_: Annotated[Seconds | None, Parameter(("--for",), help="Disarm it after 10m, say.")] = None,
    after: Annotated[Seconds, Parameter(help="Arm it after 10m, say.")] = 0.0,
    seconds: Annotated[Seconds | None, Parameter(help="How slow, or how late.")] = None,
    retry_after: Annotated[str | None, Parameter(help="Header of a refusal.")] = None,
    url: Url = _USUAL,
    json: Json = False,
) -> None:
    """Arm a fault; once, if nothing else is said."""
    given = {"times": times, "p": p, "for": for_, "seconds": seconds, "retry_after": retry_after}
    wanted = {name: value for name, value in given.items() if value is not None}
    wanted |= {"kind": kind, "seed": seed, "match": match, "after": after}
    _show(await _ask(url, "POST", "faults", json=wanted), json=json)


async def heal(*, url: Url = _USUAL) -> None:
    """Disarm all faults."""
    await _ask(url, "DELETE", "faults")
    say("no fault is armed")


@clock.command
async def advance(
    by: Annotated[Seconds, Parameter(("BY",), help="90, 1.5s, 10m, 2h or 1d.")],
    /,
    *,
    url: Url = _USUAL,
    json: Json = False,
) -> None:
    """Jump forward: statuses, windows and delays follow at once."""
    _show_clock(await _ask(url, "POST", "clock", json={"advance": str(by)}), json=json)


@clock.command
async def speed(
    pace: Annotated[float, Parameter(("PACE",), help="60 is a minute a second; 0 stops it.")],
    /,
    *,
    url: Url = _USUAL,
    json: Json = False,
) -> None:
    """Let the time pass faster, or stop it."""
    _show_clock(await _ask(url, "POST", "clock", json={"speed": pace}), json=json)


async def wait(
    *,
    to: Annotated[str | None, Parameter(help="Part of the number.")] = None,
    text: Annotated[str | None, Parameter(help="Part of the text.")] = None,
    status: Annotated[int | None, Parameter(help="The status that it has reached.")] = None,
    timeout: Annotated[Seconds, Parameter(help="Real time: 90, 1.5s; else 10s.")] = 10.0,  # noqa: ASYNC109 - --timeout
    url: Url = _USUAL,
    json: Json = False,
) -> None:
    """Wait for a message and show it, with the code that it holds."""
    given = {"to": to, "text": text, "status": status, "timeout": timeout}
    params = {name: value for name, value in given.items() if value is not None}
    found = await _ask(url, "GET", "wait", params=params, timeout=timeout + _GRACE)
    _show(found if json else _readable(found), json=json)


async def _ask(url: str, method: str, path: str, **more: Any) -> Any:
    try:
        return await ask(url, method, path, **more)
    except ConnectionError as error:
        raise StopError(f"{error}: start one with `gosms emulator`") from error
    except ValueError as error:
        raise StopError(str(error), Exit.USAGE) from error
    except AssertionError as error:
        raise StopError(str(error)) from error


def _readable(message: dict[str, Any]) -> dict[str, str]:
    """Return what a person wants to know of a message first."""
    steps = [f"{step['status']} at {_time(step['time'])[11:19]}" for step in message["timeline"]]
    return {
        "id": message["id"],
        "to": message["phone_number"],
        "text": message["text"],
        "code": message["code"],
        "status": f"{message['status']} {message['status_text']}",
        "created": _time(message["created"]),
        "steps": ", ".join(steps),
        "client saw": message["seen"],
    }


def _time(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="seconds")


def _show_clock(record: dict[str, Any], *, json: bool) -> None:
    _show({**record, "now": _time(record["now"])}, json=json)


def _show(record: dict[str, Any], *, json: bool) -> None:
    if json:
        give_json(record)
    else:
        give_fields({name: value for name, value in record.items() if value not in ([], {})})
