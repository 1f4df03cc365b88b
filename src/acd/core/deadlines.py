"""What ends by itself: one heap for agents' states and callers' waiting, and the second's look at conditions.

An entry that a later change made void is dropped when it comes up. Whatever falls due at the same instant comes in a
fixed order: agents before callers, then by id; the look at conditions comes last.
"""

import heapq
from dataclasses import dataclass
from enum import IntEnum

from acd.core.instants import Duration, Instant

LOOK_EVERY: Duration = 1_000
"""How often conditions are looked at that do not hold yet, on whole seconds."""


class Kind(IntEnum):
    """Whose deadline it is."""

    AGENT = 0
    CALL = 1
    LOOK = 2


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something that ends at an instant."""

    at: Instant
    kind: Kind
    id: str = ""


class Deadlines:
    """All deadlines of one router."""

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, Kind, str]] = []
        self._valid: dict[tuple[Kind, str], Instant] = {}

    def set(self, kind: Kind, id_: str, at: Instant | None) -> None:
        """Let the deadline of somebody be at `at`, in place of any earlier one; None for none."""
        if at is None:
            self._valid.pop((kind, id_), None)
        elif self._valid.get((kind, id_)) != at:
            self._valid[kind, id_] = at
            heapq.heappush(self._heap, (at, kind, id_))

    def at(self, kind: Kind, id_: str) -> Instant | None:
        """When the deadline of somebody is; None if he has none."""
        return self._valid.get((kind, id_))

    def first(self) -> Due | None:
        """The earliest deadline."""
        while self._heap:
            at, kind, id_ = self._heap[0]
            if self._valid.get((kind, id_)) == at:
                return Due(at, kind, id_)
            heapq.heappop(self._heap)
        return None


def next_look(after: Instant) -> Instant:
    """The first whole second after `after`."""
    return (after // LOOK_EVERY + 1) * LOOK_EVERY
