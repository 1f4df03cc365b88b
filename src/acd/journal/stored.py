"""A journal as it is read again: inputs in the order they were taken, and checkpoints between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.journal.records import Record


@dataclass(frozen=True, slots=True)
class StoredInput:
    """One line: what was taken when, and the digest of what came of it. A gap has an empty digest."""

    seq: int
    at: Instant
    record: Record
    digest: str


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """The core's memory as it was after the input `seq`; 0 is before the first."""

    seq: int
    at: Instant
    version: int
    state: str


class Stored(Protocol):
    """What replay needs of a journal. Reading is synchronous: it happens before a core starts, or without one."""

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the oldest first."""
        ...

    def last_checkpoint(self) -> StoredCheckpoint | None:
        """The newest checkpoint; None in a journal that nobody has begun."""
        ...

    def inputs(self, after: int) -> Iterator[StoredInput]:
        """The lines after the one numbered `after`, in order."""
        ...


class Recoverable(Stored, Protocol):
    """A journal that a core writes to, as it is at the start."""

    def checkpoint(self, memory: Memory, *, now: bool = False) -> None:
        """Keep a copy of `memory`, if one is due or `now` asks for it."""
        ...
