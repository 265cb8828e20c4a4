"""What may happen to a process and its machine in the middle of a run."""

import contextlib
import os
import random
import resource
import signal
import sqlite3
import threading
import time

_DAY = 86_400.0  # seconds
_LASTS = 2.0  # seconds
_real_time = time.time


def die(_):
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def jump(_):
    """Have a wall clock that is set anew, by up to a day in either direction, ten times."""
    threading.Thread(target=_jump, daemon=True).start()


def fill_disk(database):
    """Have a disk that takes no more for a while."""
    threading.Thread(target=_fill_disk, args=(database,), daemon=True).start()


def _jump():
    chance = random.Random(1)
    for _ in range(10):
        ahead = chance.uniform(-_DAY, _DAY)
        time.time = lambda ahead=ahead: _real_time() + ahead
        time.sleep(0.1)


def _fill_disk(database):
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    with contextlib.closing(sqlite3.connect(database, timeout=_LASTS)) as file:
        try:
            file.execute("CREATE TABLE more (than TEXT)")
            file.commit()
        except sqlite3.OperationalError:
            time.sleep(_LASTS)
        else:
            os._exit(7)  # there was no mishap
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
