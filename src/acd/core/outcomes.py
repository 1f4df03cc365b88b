"""Where a caller goes who is not going to be served in his lane: the declared ends of overload and odd hours."""

from dataclasses import dataclass
from enum import StrEnum

MOST_MOVES = 8
"""Lanes a caller may be handed on to. Circles are refused before they run; this ends one that a reload made."""


class OutcomeKind(StrEnum):
    """What becomes of the caller."""

    LANE = "lane"
    """He waits in another lane, with the time that he has waited."""
    SAY = "say"
    """He hears an announcement, and the call ends."""
    MESSAGE = "message"
    """He may leave a message."""
    CALLBACK = "callback"
    """He is told that he will be called back."""
    NUMBER = "number"
    """He is connected to a number outside."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One declared end; `to` is the lane, the announcement or the number, and empty for the other kinds."""

    kind: OutcomeKind
    to: str = ""

    def __str__(self) -> str:
        """As an operator writes it."""
        return f"{self.kind} {self.to}" if self.to else str(self.kind)
