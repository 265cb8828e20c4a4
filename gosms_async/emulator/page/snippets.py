"""An SMS as a command and as a program, ready to be copied."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gosms_async.emulator.message import Message

FIRST: dict[str, Any] = {"phone_number": "79161234567", "message": "Ваш код: 482064"}


def fields(message: Message) -> dict[str, Any]:
    """Return what a request has to say to send *message* again."""
    given = {
        "phone_number": message.phone_number,
        "message": message.text,
        "device_id": message.device_id or None,
        "to_sim": message.to_sim,
    }
    return {key: value for key, value in given.items() if value is not None}


def both(sms: dict[str, Any], base_url: str, token: str = "") -> dict[str, str]:
    """Return what sends *sms*, by name; without a *token* it comes from the environment."""
    return {"Python": _python(sms, base_url, token), "curl": _curl(sms, base_url, token)}


def _curl(sms: dict[str, Any], base_url: str, token: str) -> str:
    body = shlex.quote(json.dumps(sms, ensure_ascii=False))
    return (
        f"curl {base_url}/sms/send \\\n"
        f'  -H "Authorization: Bearer {token or "$GOSMS_TOKEN"}" \\\n'
        f"  --json {body}"
    )


def _python(sms: dict[str, Any], base_url: str, token: str) -> str:
    account = f"{_literal(token)}, " if token else ""
    arguments = ", ".join(
        _literal(value) if name in FIRST else f"{name}={_literal(value)}"
        for name, value in sms.items()
    )
    return (
        "import asyncio\n"
        "from gosms_async import AsyncGoSMS\n\n"
        "async def main():\n"
        f"    async with AsyncGoSMS({account}base_url={_literal(base_url)}) as gosms:\n"
        f"        await gosms.send({arguments})\n\n"
        "asyncio.run(main())"
    )


def _literal(value: object) -> str:
    """Return Python's way to write *value*, in double quotes where nothing hides in it."""
    plain = isinstance(value, str) and value.isprintable()
    return json.dumps(value, ensure_ascii=False) if plain else repr(value)
