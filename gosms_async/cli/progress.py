"""How far a long job has come: a bar on a terminal, else a line every five seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from .show import say

if TYPE_CHECKING:
    from rich.progress import Task

_EVERY = 5.0  # seconds between the lines where there is no terminal


class _Rate(ProgressColumn):
    """SMS a second since the start, once that says something."""

    def render(self, task: Task) -> Text:
        seconds = task.elapsed or 0.0
        return Text(f"{task.completed / seconds:4.1f}/s" if seconds > 1 else "", style="cyan")


class Meter:
    """Counts up to *total* on stderr while it is open."""

    def __init__(self, name: str, total: int) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            expand=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(name, total=total)
        self._name, self._total, self._done = name, total, 0
        self._started = self._said = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, number: int = 1) -> None:
        """Count *number* more; none, to show that it still goes on."""
        self._done += number
        self._bar.advance(self._task, number)
        now = time.monotonic()
        if self._bar.disable and now - self._said >= _EVERY:
            self._said = now
            rate = self._done / (now - self._started)
            say(f"{self._name} {self._done}/{self._total}  {rate:.1f}/s")


def show_cursor() -> None:
    """Give a terminal its cursor back, which a bar has hidden."""
    Console(stderr=True).show_cursor()
