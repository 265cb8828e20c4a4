"""A text given as an argument, or on stdin."""

import sys
from typing import Annotated, TypeAlias

from cyclopts import Parameter

from .outcome import Exit, StopError

Text: TypeAlias = Annotated[
    str, Parameter(allow_leading_hyphen=True, help="The text; - reads it from stdin.")
]


def given_text(text: str) -> str:
    """
    Return the text, read from stdin without its last line feed where it is a dash.

    Raises:
        StopError: It looks like an option: a slip of the finger is not to go out as an SMS.
    """
    if text == "-":
        return sys.stdin.read().rstrip("\r\n")
    if text.startswith("-"):
        raise StopError("no such option; a text that starts with a dash comes on stdin", Exit.USAGE)
    return text
