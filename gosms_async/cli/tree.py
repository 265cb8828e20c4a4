"""The commands of `gosms`; each is loaded when it is called."""

from __future__ import annotations

from typing import Final

from cyclopts import App, Group

from gosms_async import __version__

from .apps import OPTIONS

_START = Group("Start here", sort_key=1)
_ACCOUNT = Group("Your account", sort_key=2)
_OFFLINE = Group("Without an account", sort_key=3)
_SETTINGS = Group("Settings", sort_key=4)

app: Final = App(
    name="gosms",
    help=(
        "Send SMS through your own phones by GoSMS.ru.\n\n"
        "The token comes from GOSMS_TOKEN or `gosms config init`, never from an argument."
    ),
    help_format="plaintext",
    group_parameters=OPTIONS,
    version=__version__,
    version_flags=["--version"],
    usage="Usage: gosms COMMAND [OPTIONS]",
    suppress_keyboard_interrupt=False,
)
app["--help"].group = app["--version"].group = _SETTINGS

_COMMANDS = (
    ("demo", "demo:demo", _START, "Send 80 SMS to an emulator and see them arrive; costs nothing."),
    ("emulator", "emulator:emulator", _START, "Run the emulator: an account to try things on."),
    ("send", "send:send", _ACCOUNT, "Send one SMS."),
    ("status", "status:status", _ACCOUNT, "Show how far messages have come."),
    ("campaign", "campaign:campaign", _ACCOUNT, "Send a text to many, once to each."),
    ("messages", "messages:messages", _ACCOUNT, "List, show or delete messages."),
    ("devices", "devices:devices", _ACCOUNT, "Show, switch or remove phones."),
    ("webhooks", "webhooks:webhooks", _ACCOUNT, "Hear on this machine what GoSMS calls about."),
    ("whoami", "whoami:whoami", _ACCOUNT, "Show which account is used, and whether it answers."),
    ("doctor", "doctor:doctor", _ACCOUNT, "Measure what the API leaves unsaid; one SMS at most."),
    ("segments", "words:segments", _OFFLINE, "Count the SMS parts of a text."),
    ("explain", "words:explain", _OFFLINE, "Explain an error code, in English or Russian."),
    ("config", "config:config", _SETTINGS, "Keep tokens and addresses in profiles."),
    (
        "completion",
        "completion:completion",
        _SETTINGS,
        "Complete words: source <(gosms completion bash).",
    ),
)
_USAGE = {  # where an argument may be left out, cyclopts would call it ARGS
    "doctor": {"usage": "Usage: gosms doctor [OPTIONS] [TO]"},
    "explain": {"usage": "Usage: gosms explain [OPTIONS] [CODE]"},
}
for _name, _path, _group, _help in _COMMANDS:
    app.command(
        f"{__package__}.{_path}", name=_name, group=_group, help=_help, **_USAGE.get(_name, {})
    )
