"""What all commands that have commands of their own look like."""

from __future__ import annotations

from cyclopts import App, Group, Parameter
from cyclopts.validators import Number, Path

OPTIONS = Group("Options")  #: the heading above the options of each help page
IS_FILE = Path(exists=True, dir_okay=False)
POSITIVE = Parameter(validator=Number(gt=0))  #: an option that is more than nothing


def app_of(name: str, help: str | None = None) -> App:  # noqa: A002 - cyclopts' name
    """Return a command *name* to which others are added."""
    return App(name=name, help_format="plaintext", group_parameters=OPTIONS, help=help)
