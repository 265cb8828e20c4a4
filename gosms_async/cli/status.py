"""`gosms status`: how far messages have come, once or until they are at the end."""

import asyncio
from typing import Annotated

from cyclopts import Parameter

from gosms_async import AsyncGoSMS, GoSMSError, Message

from .account import THE_ACCOUNT, Account
from .outcome import Exit, StopError, code_of_all
from .records import message_record, status_name
from .show import FLAG, Json, complain, give, give_json

_PAUSE = 2.0  # seconds between looks: a phone takes longer for one SMS


async def status(
    ids: Annotated[tuple[str, ...], Parameter(("ID…",), help="Ids, as `gosms send` writes them.")],
    /,
    *,
    watch: Annotated[bool, FLAG, Parameter(help="Go on until each has its last status.")] = False,
    timeout: Annotated[float, Parameter(help="Seconds for --watch.")] = 600.0,  # noqa: ASYNC109 - the option's name
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> int:
    """Show how far messages have come."""
    async with account.client() as gosms:
        looks = [_follow(gosms, id_, watch=watch, json=json) for id_ in dict.fromkeys(ids)]
        try:
            async with asyncio.timeout(timeout if watch else None):
                ends = await asyncio.gather(*looks)
        except TimeoutError:
            raise StopError(f"not all at the end after {timeout:g} s", Exit.PARTLY) from None
    errors = [end for end in ends if end is not None]
    return code_of_all(errors, len(ends))


async def _follow(gosms: AsyncGoSMS, id_: str, *, watch: bool, json: bool) -> Exception | None:
    """Show one message, and again whenever its status changes; return what went wrong."""
    shown: Message | None = None
    try:
        while True:
            message = await gosms.get(id_)
            if shown is None or message.status is not shown.status:
                _show(message, json=json)
            if message.is_final or not watch:
                return None
            shown = message
            await asyncio.sleep(_PAUSE)
    except GoSMSError as error:
        complain(f"{id_}: {error}")
        return error


def _show(message: Message, *, json: bool) -> None:
    if json:
        give_json(message_record(message))
    else:
        give(message.id, status_name(message), message.status_text)
