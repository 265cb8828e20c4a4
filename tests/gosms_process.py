"""The installed `gosms` as a process of its own, and what it left when it ended."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

GOSMS = Path(sys.executable).with_name("gosms")


class Ended(NamedTuple):
    """What a run of the command left."""

    code: int
    out: str
    err: str

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


def begin(*words, text=True, stdin=None):
    """Begin the command with *words*."""
    pipes = {"stdin": stdin, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([GOSMS, *words], text=text, **pipes)


def interrupt(process):
    """Press Ctrl-C, and return what the process leaves."""
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)
    return Ended(process.returncode, *said)


def post(url, body, **headers):
    """Return the HTTP status."""
    request = urllib.request.Request(url, body, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
