"""One run of the command: parse, do, and turn every end into an exit code and a sentence."""

from __future__ import annotations

import difflib
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from cyclopts import CycloptsError, UnknownCommandError

from .outcome import Exit, StopError, code_of, origin_of
from .show import complain, hide_ctrl_c, say
from .tree import app

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(tokens: Sequence[str]) -> int:
    """Do what *tokens*, the words behind `gosms`, ask for and return the exit code."""
    with warnings.catch_warnings():
        warnings.showwarning = _say_warning
        warnings.simplefilter("always", UserWarning)
        try:
            code = app(tokens, result_action="return_value", exit_on_error=False, print_error=False)
        except CycloptsError as error:
            complain(_sentence(error))
            return Exit.USAGE
        except KeyboardInterrupt:
            hide_ctrl_c()
            complain("interrupted")
            return Exit.INTERRUPTED
        except BrokenPipeError:
            return _reader_left()
        except ImportError:
            raise  # the entry point knows which extra brings it
        except Exception as error:  # noqa: BLE001 - a person gets a sentence, whatever fails
            complain(_reason(error))
            return code_of(error)
    return code or Exit.OK


def _say_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"gosms: warning: {message}")


def _sentence(error: CycloptsError) -> str:
    """Say what is wrong with the command line without repeating words that may be a text."""
    if type(error).__name__ == "UnusedCliTokensError":
        return "there are more words than arguments: put a text in quotes"
    if isinstance(error, UnknownCommandError) and error.app and error.unused_tokens:
        return _unknown(error.unused_tokens[0], list(error.app))
    return " ".join(str(error).split())


def _unknown(word: str, known: list[str]) -> str:
    """Say that *word* is no command; cyclopts would load every command to say so."""
    if word.startswith("-"):
        return f"{word!r} is no option here; most stand behind a command: gosms whoami -p work"
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see --help"
    return f"unknown command {word!r}; {hint}"


def _reason(error: Exception) -> str:
    """Say what failed; where it was this program, say where, and keep its data out of it."""
    from gosms_async import GoSMSError  # noqa: PLC0415 - what ends well does without the client

    if isinstance(error, (GoSMSError, StopError)):
        return str(error)
    module, line = origin_of(error)
    return f"a fault of this program, please report it: {type(error).__name__} at {module}:{line}"


def _reader_left() -> int:
    """End quietly, as `head` expects; what Python still holds for stdout goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.FAILED
