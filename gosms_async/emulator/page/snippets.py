"""The same SMS as a command and as a program, ready to be copied."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gosms_async.emulator.message import Message


def _extras(message: Message) -> dict[str, Any]:
    given = {"device_id": message.device_id or None, "to_sim": message.to_sim}
    return {key: value for key, value in given.items() if value is not None}


def curl(message: Message, base_url: str) -> str:
    """Return a shell command that sends it; the token comes from the environment."""
    fields = {"phone_number": message.phone_number, "message": message.text, **_extras(message)}
    body = shlex.quote(json.dumps(fields, ensure_ascii=False))
    return (
        f"curl {base_url}/sms/send \\\n"
        '  -H "Authorization: Bearer $GOSMS_TOKEN" \\\n'
        f"  --json {body}"
    )


def python(message: Message, base_url: str) -> str:
    """Return a Python program that sends it; the token comes from the environment."""
    extras = "".join(f", {key}={value!r}" for key, value in _extras(message).items())
    return (
        "import asyncio\n"
        "from gosms_async import AsyncGoSMS\n\n"
        "async def main():\n"
        f"    async with AsyncGoSMS(base_url={base_url!r}) as gosms:\n"
        f"        await gosms.send({message.phone_number!r}, {message.text!r}{extras})\n\n"
        "asyncio.run(main())"
    )
