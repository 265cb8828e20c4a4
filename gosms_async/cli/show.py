"""What goes where: data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FLAG = Parameter(negative=(), show_default=False)  #: an option without a value
Json: TypeAlias = Annotated[bool, FLAG, Parameter(("--json",), help="Write JSON Lines to stdout.")]

Yes: TypeAlias = Annotated[bool, FLAG, Parameter(("--yes",), help="Do not ask.")]


def say(text: str, style: str = "") -> None:
    """Tell a person something on stderr; *style* is rich's word for its looks."""
    if style and sys.stderr.isatty():
        _say_in_style(text, style)
    else:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the place that prints


def _say_in_style(text: str, style: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - plain words do without it

    Console(stderr=True).print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """Say on stderr what went wrong, in colour where there is one."""
    from rich.console import Console  # noqa: PLC0415 - only what fails pays for it
    from rich.text import Text  # noqa: PLC0415

    console = Console(stderr=True)
    # Further lines stand in, so that none of them passes for another one of this program.
    lines = "\n  ".join(clean(line).strip() for line in sentence.splitlines())
    line = Text.assemble(("gosms: ", "bold red"), lines)
    console.print(line, soft_wrap=not console.is_terminal, highlight=False)


def hide_ctrl_c() -> None:
    """Let the next words cover the `^C` that a terminal shows for the keys."""
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)  # noqa: T201 - this is the place that prints


def give(*fields: str) -> None:
    """Write one line of data, its fields apart by tabs."""
    print("\t".join(map(clean, fields)), flush=True)  # noqa: T201 - this is the place that prints


def give_lines(text: str) -> None:
    """Write a text of this program as it is."""
    print(text, flush=True)  # noqa: T201 - this is the place that prints


def give_gap() -> None:
    """Write an empty line."""
    print(flush=True)  # noqa: T201 - this is the place that prints


def give_json(record: Mapping[str, Any]) -> None:
    """Write one record as a line of JSON."""
    print(json.dumps(record, ensure_ascii=False, default=str), flush=True)  # noqa: T201 - as above


def give_fields(record: Mapping[str, Any]) -> None:
    """Write one record as lines of a name and a value."""
    width = max(map(len, record)) + 2
    columns = shutil.get_terminal_size().columns
    for name, value in record.items():
        shown = "-" if value in (None, "") else clean(str(value))
        if sys.stdout.isatty():
            head, margin = f"{name:<{width}}", " " * width
            print(textwrap.fill(shown, columns, initial_indent=head, subsequent_indent=margin))  # noqa: T201 - as above
        else:
            give(name, shown)


def give_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows as a table for a person, or with tabs and without a head for a program."""
    if not sys.stdout.isatty():
        for row in rows:
            give(*row)
        return
    from rich.console import Console  # noqa: PLC0415 - a pipe does without it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column is not columns[-1])
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    Console().print(table)


def clean(text: str) -> str:
    """Put a space in the place of each control character: no text may drive the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
