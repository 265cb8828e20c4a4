"""Questions before an act that costs, or that cannot be undone."""

from __future__ import annotations

import signal
import sys

from .outcome import Exit, StopError


def confirm(what: str, answer: str) -> None:
    """
    Ask a person to type *answer* before *what* is done.

    Raises:
        StopError: Something else was typed, or there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise StopError("nobody is here to be asked: add --yes if you are sure", Exit.DECLINED)
    # Ctrl-C is to end the question at once; asyncio would have it wait for an answer.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print(f"{what} Type {answer!r} to go on: ", end="", file=sys.stderr, flush=True)  # noqa: T201 - a question
        typed = sys.stdin.readline().strip()
    finally:
        signal.signal(signal.SIGINT, before)
    if typed != answer:
        raise StopError("declined, nothing was done", Exit.DECLINED)
