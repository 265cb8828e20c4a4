"""`gosms doctor`: what the API leaves unsaid, measured on the user's own account."""

from typing import Annotated

from cyclopts import Parameter

from gosms_async.text import mask_phone

from .account import THE_ACCOUNT, Account
from .ask import confirm
from .findings import Findings, of_list, of_send
from .outcome import Exit
from .send import number
from .show import Json, Yes, give_json, give_table, say


async def doctor(
    to: Annotated[
        str | None, Parameter(help="Your own phone, for one SMS; without it nothing is sent.")
    ] = None,
    /,
    *,
    timeout: Annotated[float, Parameter(help="Seconds until the list must show it.")] = 60.0,  # noqa: ASYNC109 - the option's name
    yes: Yes = False,
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> int:
    """Measure what the API leaves unsaid on your own account, and say what follows."""
    phone_number = None if to is None else number(to)
    async with account.client() as gosms:
        if phone_number and not yes:
            confirm(f"1 SMS will be sent to {mask_phone(phone_number)}.", "1")
        found = await of_list(gosms)
        if phone_number:
            found = await of_send(gosms, found, phone_number, timeout)
    if json:
        give_json({**found.record, "settings": found.settings})
    else:
        _tell(found, sent=phone_number is not None)
    lost = phone_number is not None and found.visible_after_s is None
    return Exit.PARTLY if lost else Exit.OK


def _tell(found: Findings, *, sent: bool) -> None:
    give_table(("what", "found", "what follows"), [_row(found, name) for name in _FOLLOWS])
    if not sent:
        say("gosms doctor YOUR-PHONE sends one SMS and measures the rest")
    elif found.visible_after_s is None:
        say('the list never showed the SMS: use on_unknown="raise", which looks for nothing')
    if found.settings:
        fields = ", ".join(f"{name}={value:g}" for name, value in found.settings.items())
        say(f"use AsyncGoSMS(on_unknown=Verify({fields}))")
    else:
        say("the settings may stay as they are")


_FOLLOWS = {
    "order": ("order of the list", "the client looks itself before it relies on it"),
    "offset": ("offset counts", "the client reads either"),
    "machine_ahead_s": ("this machine is ahead by", "nothing: the API's own clock is used"),
    "created_ahead_s": ("time_create is ahead by", "Verify(margin=…) has to be more"),
    "visible_after_s": ("a new SMS is listed after", "Verify(settle_failed=…) has to be more"),
}


def _row(found: Findings, name: str) -> tuple[str, str, str]:
    value = getattr(found, name)
    shown = f"{round(value, 1) + 0.0:.1f} s" if isinstance(value, float) else value or "not known"
    return (_FOLLOWS[name][0], shown, _FOLLOWS[name][1])
