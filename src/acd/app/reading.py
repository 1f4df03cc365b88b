"""What a person sees while a long journal is being read."""

import sys
from collections.abc import Callable

from acd.app import console

EVERY = 20_000
"""Lines between two words about it."""


def reading() -> Callable[[int], None]:
    """Says on a terminal how many lines were read, for journals that take a while."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(count: int) -> None:
        if count and count % EVERY == 0:
            console.ERRORS.print(f"  {count} lines of the journal read", style="dim")

    return show
