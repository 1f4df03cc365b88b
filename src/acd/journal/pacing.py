"""When a checkpoint is due, and which old ones may go.

A checkpoint costs about as much as its hotline is large, so it comes every so many inputs, and at once when inputs
were lost: from there on a replay can be exact again. Old ones are thinned out to the last few and one a day.
"""

from collections.abc import Iterable

from acd.core.instants import Duration, Instant

CHECKPOINT_EVERY = 10_000
"""Inputs between two checkpoints; so many a restart has to replay at most, in about a second."""

LATEST_KEPT = 10
DAY: Duration = 24 * 3_600_000


def superseded(checkpoints: Iterable[tuple[int, Instant]]) -> list[int]:
    """The numbers of those checkpoints that are neither among the latest nor the first of their day."""
    ordered = sorted(checkpoints)
    days: set[int] = set()
    old: list[int] = []
    for seq, at in ordered[:-LATEST_KEPT]:
        if at // DAY in days:
            old.append(seq)
        days.add(at // DAY)
    return old


def expired(checkpoints: Iterable[tuple[int, Instant]], keep: Duration, now: Instant) -> int:
    """Up to which input a journal may be cut: the newest checkpoint older than `keep`; 0 if there is none.

    Cut there, the rest still begins with a checkpoint, so it can be replayed.
    """
    return max((seq for seq, at in checkpoints if at < now - keep), default=0)
