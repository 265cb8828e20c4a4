"""`gosms send`: one SMS, and its delivery if wanted."""

import asyncio
from typing import Annotated, Literal

import attrs
from cyclopts import Parameter

from gosms_async import AsyncGoSMS, Message, MessageStatus, SentMessage
from gosms_async.text import international_digits, mask_phone
from gosms_async.text import segments as count_segments

from .account import THE_ACCOUNT, Account
from .outcome import Exit, StopError
from .records import message_record
from .show import Json, give, give_json, say
from .text import Text, given_text


async def send(
    to: str,
    text: Text,
    /,
    *,
    device: str | None = None,
    sim: int | None = None,
    callback: str | None = None,
    wait: Literal["delivered"] | None = None,
    timeout: Annotated[float, Parameter(help="Seconds for --wait.")] = 300.0,  # noqa: ASYNC109 - the option's name
    on_unknown: Literal["verify", "raise", "resend"] = "verify",
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> int:
    """
    Send one SMS and write its id.

    Parameters
    ----------
    to
        Phone number; 8 916 … is read as +7 916 …
    text
        What to say, 1 to 300 characters; - reads it from stdin.
    device
        Id of the phone that is to send it; any connected one by default.
    sim
        SIM slot of that phone, counted from 0.
    callback
        Id of the webhook to call; all by default.
    wait
        Wait until it is delivered.
    on_unknown
        When no clear answer comes: look whether it was sent, give up, or send again blindly.
    """
    phone_number, message = _number(to), given_text(text)
    async with account.client(on_unknown=on_unknown) as gosms:
        try:
            sent = await gosms.send(
                phone_number, message, device_id=device, to_sim=sim, callback_id=callback
            )
        except asyncio.CancelledError:
            say("gosms: interrupted; the SMS may be on its way, see `gosms messages list`")
            raise
        if not (json and wait):
            _show(sent, phone_number, message, json=json)
        return Exit.OK if wait is None else await _await(gosms, sent, timeout, json=json)


def _number(to: str) -> str:
    try:
        return international_digits(to)
    except ValueError as error:
        raise StopError(str(error), Exit.USAGE) from error


def _show(sent: SentMessage, phone_number: str, message: str, *, json: bool) -> None:
    if json:
        give_json(attrs.asdict(sent))
        return
    counted = count_segments(message)
    parts = f"{counted.count} part{'s' if counted.count > 1 else ''}, {counted.encoding}"
    found = "; its answer was lost, and it was found by looking" if sent.recovered else ""
    say(f"accepted for {mask_phone(phone_number)} ({parts}){found}")
    give(sent.id)


async def _await(gosms: AsyncGoSMS, sent: SentMessage, timeout: float, *, json: bool) -> Exit:  # noqa: ASYNC109 - passed on
    say("waiting until it is delivered")
    message: Message = await gosms.wait(sent.id, timeout=timeout)
    if json:
        give_json({**attrs.asdict(sent), **message_record(message)})
    else:
        say(message.status.name.lower().replace("_", " "))
    return Exit.OK if message.status is MessageStatus.DELIVERED else Exit.FAILED
