"""Says on a terminal that something is still being worked on, when it takes longer than people like to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from acd.app import console

SILENT_FOR = 2.0
"""Seconds after which somebody who looks on wants to know."""


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Show `what` beside a moving sign while the body takes longer than `SILENT_FOR`; only where somebody looks on."""
    if not console.ERRORS.is_terminal:
        yield
        return
    status = console.ERRORS.status(what)
    timer = Timer(SILENT_FOR, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
