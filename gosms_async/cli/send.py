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
    to: Annotated[str, Parameter(help="Phone number; 8 916 … is read as +7 916 …")],
    text: Text,
    /,
    *,
    device: Annotated[
        str | None, Parameter(help="Id of the phone that is to send it; any connected one else.")
    ] = None,
    sim: Annotated[int | None, Parameter(help="SIM slot of that phone, from 0.")] = None,
    callback: Annotated[str | None, Parameter(help="Id of the only webhook to call.")] = None,
    wait: Annotated[
        Literal["delivered"] | None, Parameter(help="Wait until it is delivered.")
    ] = None,
    timeout: Annotated[float, Parameter(help="Seconds for --wait.")] = 300.0,  # noqa: ASYNC109 - the option's name
    on_unknown: Annotated[
        Literal["verify", "raise", "resend"],
        Parameter(help="Without a clear answer: look for it, give up, or send again blindly."),
    ] = "verify",
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> int:
    """Send one SMS and write its id."""
    phone_number, message = number(to), given_text(text)
    async with account.client(on_unknown=on_unknown) as gosms:
        try:
            sent = await gosms.send(
                phone_number, message, device_id=device, to_sim=sim, callback_id=callback
            )
        except asyncio.CancelledError:
            raise StopError(
                "interrupted; the SMS may be on its way, see `gosms messages list`",
                Exit.INTERRUPTED,
            ) from None
        if not (json and wait):
            _show(sent, phone_number, message, json=json)
        return Exit.OK if wait is None else await _await(gosms, sent, timeout, json=json)


def number(to: str) -> str:
    """
    Return the digits of a phone number as a person writes it.

    Raises:
        StopError: There is none in it.
    """
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
