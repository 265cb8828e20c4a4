"""`gosms devices`: the phones that send the account's SMS."""

from typing import Annotated, Final

from cyclopts import Parameter

from .account import THE_ACCOUNT, Account
from .apps import app_of
from .ask import confirm
from .records import device_record
from .show import Json, Yes, give_fields, give_json, say

devices: Final = app_of("devices")

Id = Annotated[str, Parameter(("ID",), help="Id of the phone, from the panel of GoSMS.")]


@devices.command
async def get(id_: Id, /, *, json: Json = False, account: Account = THE_ACCOUNT) -> None:
    """Show a phone: battery, SIM cards, when it was last seen."""
    async with account.client() as gosms:
        record = device_record(await gosms.device(id_))
    if json:
        give_json(record)
        return
    sims = [f"{sim['slot_index']} {sim['display_name']}".strip() for sim in record["sims"]]
    give_fields({**record, "sims": ", ".join(sims)})


@devices.command
async def enable(id_: Id, /, *, account: Account = THE_ACCOUNT) -> None:
    """Switch a phone on for sending."""
    async with account.client() as gosms:
        await gosms.edit_device(id_, is_active=True)
    say("the phone is on for sending")


@devices.command
async def disable(id_: Id, /, *, account: Account = THE_ACCOUNT) -> None:
    """Switch a phone off for sending."""
    async with account.client() as gosms:
        await gosms.edit_device(id_, is_active=False)
    say("the phone is off for sending")


@devices.command
async def delete(
    id_: Id,
    /,
    *,
    yes: Yes = False,
    account: Account = THE_ACCOUNT,
) -> None:
    """Remove a phone from the account."""
    async with account.client() as gosms:
        if not yes:
            device = await gosms.device(id_)
            confirm(f"The phone {device.name!r} leaves the account.", device.name or "yes")
        await gosms.delete_device(id_)
    say("the phone is gone from the account")
