"""`gosms messages`: the account's list of SMS."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from gosms_async import AsyncGoSMS, GoSMSError, Message

from .account import THE_ACCOUNT, Account
from .apps import app_of
from .outcome import code_of_all
from .records import COLUMNS, message_record, message_row
from .show import FLAG, Json, complain, give, give_fields, give_gap, give_json, give_table, say

messages: Final = app_of("messages")

Ids = Annotated[tuple[str, ...], Parameter(("ID…",), help="Ids of messages.")]


@messages.command(name="list")
async def list_(
    *,
    search: Annotated[str | None, Parameter(help="Part of a text, number or status.")] = None,
    limit: Annotated[
        int,
        Parameter(validator=Number(gte=1, lte=100), help="How many of the newest, up to 100."),
    ] = 20,
    all_: Annotated[
        bool, FLAG, Parameter(("--all",), help="All of them, however many there are.")
    ] = False,
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> None:
    """List the account's messages, newest first."""
    async with account.client() as gosms:
        if all_:
            await _show(aiter(gosms.messages(search=search)), json=json)
            return
        page = await gosms.list(limit=limit, search=search)
        await _show(_each(page.items), json=json)
    if page.total_records > len(page.items):
        say(f"{len(page.items)} of {page.total_records}; --all shows every one")


async def _each(items: tuple[Message, ...]) -> AsyncIterator[Message]:
    for item in items:
        yield item


async def _show(found: AsyncIterator[Message], *, json: bool) -> None:
    """Write messages as they come, but a table at once: its columns fit its rows."""
    if sys.stdout.isatty() and not json:
        give_table(COLUMNS, [message_row(message) async for message in found])
        return
    async for message in found:
        if json:
            give_json(message_record(message))
        else:
            give(*message_row(message))


@messages.command
async def get(ids: Ids, /, *, json: Json = False, account: Account = THE_ACCOUNT) -> int:
    """Show messages with all that is known of them."""
    errors: list[Exception] = []
    async with account.client() as gosms:
        for number, id_ in enumerate(ids):
            try:
                record = message_record(await gosms.get(id_))
            except GoSMSError as error:
                errors.append(_failed(id_, error))
                continue
            if json:
                give_json(record)
            else:
                if number:
                    give_gap()
                give_fields(record)
    return code_of_all(errors, len(ids))


@messages.command
async def delete(ids: Ids, /, *, json: Json = False, account: Account = THE_ACCOUNT) -> int:
    """Delete messages; possible five minutes after their creation."""
    async with account.client() as gosms:
        ends = await asyncio.gather(*(_delete(gosms, id_) for id_ in ids))
    for id_, error in zip(ids, ends, strict=True):
        if error is None and json:
            give_json({"id": id_, "deleted": True})
        elif error is None:
            give(id_)
    return code_of_all([error for error in ends if error is not None], len(ids))


async def _delete(gosms: AsyncGoSMS, id_: str) -> Exception | None:
    try:
        await gosms.delete(id_)
    except GoSMSError as error:
        return _failed(id_, error)
    return None


def _failed(id_: str, error: GoSMSError) -> GoSMSError:
    complain(f"{id_}: {error}")
    return error
