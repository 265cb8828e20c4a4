"""`gosms completion`: what a shell needs to complete the words of a command line."""

from typing import Annotated, Literal

from cyclopts import Parameter

from .show import give_lines


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish", "powershell"], Parameter(help="Which.")], /
) -> None:
    """Write the completion script of a shell."""
    from .tree import app  # noqa: PLC0415 - the tree names this command

    for name in list(app):
        try:
            app[name]
        except ImportError:  # an extra that is not installed: its commands do nothing here
            del app[name]
    give_lines(app.generate_completion(shell=shell))
