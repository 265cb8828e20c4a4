"""`gosms whoami`: which account is used, from where, and whether it answers."""

from typing import Annotated

from cyclopts import Parameter

from .account import THE_ACCOUNT, Account
from .show import FLAG, Json, give_json, give_table, say


async def whoami(
    *,
    offline: Annotated[bool, FLAG, Parameter(help="Ask the account nothing.")] = False,
    json: Json = False,
    account: Account = THE_ACCOUNT,
) -> None:
    """Show which account is used and where each value comes from, then make one harmless call."""
    settings = account.settings
    found = {
        "profile": settings.profile_name,
        "base_url": settings.get("base_url"),
        "token": settings.get("token"),
    }
    shown = {name: masked(name, setting.value) for name, setting in found.items()}
    if not json:
        give_table(
            ("setting", "value", "from"),
            [(name, shown[name], setting.source) for name, setting in found.items()],
        )
    answer = {} if offline else await _ask(account)
    if json:
        sources = {name: setting.source for name, setting in found.items()}
        give_json({**shown, "sources": sources, **answer})
    elif answer:
        say(f"it answers: {answer['messages']} messages", "green")


async def _ask(account: Account) -> dict[str, int]:
    async with account.client() as gosms:
        return {"messages": (await gosms.list(limit=1)).total_records}


def masked(name: str, value: str | None) -> str:
    """Return what may be shown of a setting: of a token its length."""
    if value is None:
        return "none"
    return f"{len(value)} characters" if name == "token" else value
