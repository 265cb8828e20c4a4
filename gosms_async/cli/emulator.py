"""`gosms emulator`: an account to try things on, with a page to look at it."""

import webbrowser
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from gosms_async.emulator import Emulator, serve

from .apps import app_of
from .emulator_control import clock as clock_commands
from .emulator_control import fault, heal, wait
from .outcome import Exit, StopError
from .show import FLAG, give_json, hide_ctrl_c, say

emulator: Final = app_of("emulator")
emulator.command(clock_commands)
for _command in (fault, heal, wait):
    emulator.command(_command)


@emulator.default
async def run(
    *,
    port: Annotated[int, Parameter(help="Port on this machine; 0 takes a free one.")] = 8026,
    db: Annotated[Path | None, Parameter(help="File to keep the messages in.")] = None,
    clock: Annotated[str, Parameter(help="real, manual, or x60: sixty times as fast.")] = "real",
    open_: Annotated[bool, FLAG, Parameter(("--open",), help="Open the page.")] = False,
    json: Annotated[bool, FLAG, Parameter(help="Once it is up, write its addresses.")] = False,
) -> None:
    """Run the emulator until Ctrl-C; the commands below are for one that runs."""

    def ready(emulator: Emulator) -> None:
        greet(emulator)
        if json:
            give_json({"url": emulator.url, "base_url": emulator.base_url})
        if open_:
            webbrowser.open(emulator.url)

    try:
        await serve(port=port, db=db, clock=clock, on_ready=ready)
        hide_ctrl_c()
        say("stopped")
    except OSError as error:
        raise StopError(_reason(error, port)) from error
    except ValueError as error:
        raise StopError(str(error), Exit.USAGE) from error


def _reason(error: OSError, port: int) -> str:
    if error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}"
    return f"port {port} is taken: try --port 0"


def greet(emulator: Emulator) -> None:
    """Say where the emulator is and how to talk to it."""
    say(f"● emulator  {emulator.url}   page · API · faults", "bold")
    say("  no account, no phone, no cost")
    say(f'  try:  AsyncGoSMS("dev", base_url="{emulator.base_url}")')
