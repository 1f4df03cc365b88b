"""How a command line tells the running core of this home folder something, and hears what came of it.

The core is told by a signal and answers in core.json. One command at a time: two would not know whose answer it is.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acd.app import core_file
from acd.app.core_file import CoreStatus

READ_SETTINGS = signal.SIGHUP
READ_SWITCHES = signal.SIGUSR1
"""The emergency switches alone: no half-edited settings may come into force, or stand in the way, because of one."""

PATIENCE = 20.0
"""Seconds that the core has for its part."""

LOOK_EVERY = 0.05
"""Seconds between two looks at what it says."""

LOCK = "reload.lock"


class ReloadRefused(Exception):
    """Nobody knows what came of it, or somebody else is at it; one line says which."""


def tell(home: Path, before: CoreStatus, news: signal.Signals) -> CoreStatus:
    """Have the core take note of the news, and return what it says afterwards.

    Raises NotRunning, and ReloadRefused when it says nothing.
    """
    os.kill(before.pid, news)
    for _ in range(round(PATIENCE / LOOK_EVERY)):
        status = core_file.read(home)
        # A core that was started meanwhile has read everything at its start.
        if status.pid != before.pid or (status.loads > before.loads and not status.busy):
            return status
        time.sleep(LOOK_EVERY)
    raise ReloadRefused(f"the core has not said within {PATIENCE:g} s what became of it; look at its log")


@contextmanager
def alone(home: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold off all others who would tell the core something.

    Raises ReloadRefused if somebody is at it, and still is after `patience` seconds.
    """
    lock = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for looks_left in range(round(patience / LOOK_EVERY), -1, -1):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not looks_left:
                    raise ReloadRefused("another reload is under way; wait for it to end") from None
            time.sleep(LOOK_EVERY)
        yield
    finally:
        os.close(lock)
