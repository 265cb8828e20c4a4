"""`gosms whoami`: which account is used, from where, and whether it answers."""

from __future__ import annotations

from .account import THE_ACCOUNT, Account
from .show import Json, give_json, give_table, say


async def whoami(*, json: Json = False, account: Account = THE_ACCOUNT) -> None:
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
    async with account.client() as gosms:
        total = (await gosms.list(limit=1)).total_records
    if json:
        sources = {name: setting.source for name, setting in found.items()}
        give_json({**shown, "sources": sources, "messages": total})
    else:
        say(f"it answers: {total} messages", "green")


def masked(name: str, value: str | None) -> str:
    """Return what may be shown of a setting: of a token its length."""
    if value is None:
        return "none"
    return f"{len(value)} characters" if name == "token" else value
