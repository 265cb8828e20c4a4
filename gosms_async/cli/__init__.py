"""The `gosms` command: the account from a terminal, and an emulator to try it on."""

from __future__ import annotations

import gc
import sys

_EXTRA_OF = {
    "cyclopts": "cli",
    "dbos": "campaign",
    "python_calamine": "campaign",
    "phonenumbers": "cli",
    "platformdirs": "cli",
    "rich": "cli",
    "tomlkit": "cli",
    "jinja2": "demo",
    "starlette": "demo",
    "uvicorn": "demo",
}


def main() -> int:
    """Run the command line that this process was given and return its exit code."""
    # A start makes many objects and no garbage, and its end has none to look for: a quarter of
    # the CPU of a short command.
    gc.set_threshold(50_000)
    try:
        return _main()
    finally:
        gc.freeze()


def _main() -> int:
    try:
        from .run import run  # noqa: PLC0415 - what an extra brings may be missing

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before all was loaded that says so
        print("gosms: interrupted", file=sys.stderr)  # noqa: T201 - rich may be missing
        return 130
    except ImportError as error:
        cause = error
        while isinstance(cause.__cause__, ImportError):  # commands are loaded by their names
            cause = cause.__cause__
        extra = _EXTRA_OF.get((cause.name or "").partition(".")[0])
        if extra is None:
            raise
        install = f"pip install 'gosms-async[{extra}]'"
        print(f"gosms: {cause.name} is missing: {install}", file=sys.stderr)  # noqa: T201 - rich may be missing
        return 1
