"""Records a campaign that is killed three times and run again each time, as a person sees it."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Self

from rich.console import Console

HERE = Path(__file__).parent / "assets"
GOSMS = Path(sys.executable).with_name("gosms")
ROWS = 60
KILLED_AT = (10, 25, 40)  # SMS that are stored by then
TEMPLATE = "{name}, заказ {order} готов"
COMMAND = f"gosms campaign run clients.csv --template '{TEMPLATE}'"
PROGRESS = re.compile(r"clients \d+/\d+ ")  # a line every five seconds
FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)  # of a foreign host
NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор")


def main() -> None:
    """Write the picture and the text, or fail: nothing may be lost and nothing sent twice."""
    console = Console(record=True, width=88, highlight=False)
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        write_clients(Path(folder) / "clients.csv")
        record(console, Path(folder), emulator)
    text = console.export_text(clear=False)
    (HERE / "killed-three-times.txt").write_text(text, encoding="utf-8")
    picture = FONTS.sub("", console.export_svg(title="kill -9, three times"))
    (HERE / "killed-three-times.svg").write_text(picture, encoding="utf-8")


def write_clients(file: Path) -> None:
    """Write as many clients as are to be sent to, and the heads of their columns."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "phone", "order"])
        for number in range(ROWS):
            name = NAMES[number % len(NAMES)]
            writer.writerow([name, f"7916{1234500 + number}", 4800 + number])


def record(console: Console, folder: Path, emulator: Emulator) -> None:
    """Run the command, kill it, and run it again until nothing is left to do."""
    for kill, count in enumerate(KILLED_AT):
        process = run(folder, emulator, "--yes" if kill == 0 else "")
        console.print(f"[bold green]$[/] {COMMAND}" + " --yes" * (kill == 0), soft_wrap=True)
        emulator.wait_for(count, process)
        process.send_signal(signal.SIGKILL)
        show(console, process)
        console.print(f"[bold red]Killed[/] by kill -9, {emulator.count().total()} are stored\n")
    console.print(f"[bold green]$[/] {COMMAND}", soft_wrap=True)
    process = run(folder, emulator)
    show(console, process)
    stored = emulator.count()
    console.print(
        f"\nstored {stored.total()} = distinct {len(stored)} = recipients {ROWS}", style="bold"
    )
    if (stored.total(), len(stored), process.returncode) != (ROWS, ROWS, 0):
        raise SystemExit("lost or sent twice")


def run(folder: Path, emulator: Emulator, *more: str) -> subprocess.Popen[str]:
    """Start the command as a person types it."""
    settings = {
        "GOSMS_TOKEN": "dev",
        "GOSMS_BASE_URL": f"{emulator.url}/v1",
        "GOSMS_DATABASE_URL": str(folder / "campaigns.db"),
    }
    return subprocess.Popen(  # noqa: S603 - the installed command
        [GOSMS, "campaign", "run", "clients.csv", "--template", TEMPLATE, *filter(None, more)],
        cwd=folder,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def show(console: Console, process: subprocess.Popen[str]) -> None:
    """Print what the process has said, to its end; of many lines of progress the last two."""
    said, _ = process.communicate()
    lines = said.splitlines()
    for number, line in enumerate(lines):
        later = lines[number + 1 : number + 3]
        if not (PROGRESS.match(line) and len(later) > 1 and all(map(PROGRESS.match, later))):
            console.print(line, markup=False, soft_wrap=True)


class Emulator:
    """The emulator in a process of its own."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - the installed command
            [GOSMS, "emulator", "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout  # noqa: S101 - it is a pipe
        self.url = str(json.loads(self._process.stdout.readline())["url"])
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def count(self) -> Counter[str]:
        """Count the stored SMS of each number."""
        with urllib.request.urlopen(f"{self.url}/_emulator/messages?limit=1000") as answer:  # noqa: S310 - loopback
            return Counter(message["phone_number"] for message in json.load(answer))

    def wait_for(self, count: int, process: subprocess.Popen[str]) -> None:
        """Wait until so many are stored by *process*."""
        while self.count().total() < count:
            if process.poll() is not None:
                raise SystemExit(process.communicate()[0])
            time.sleep(0.02)


if __name__ == "__main__":
    main()
