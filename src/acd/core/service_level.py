"""The books of a lane: how many calls came, and how each of them came out.

The books balance at every instant: offered = answered + abandoned + short_abandoned + fell_back + overflowed +
called_back + left_message + refused + waiting, where waiting are the calls that entered the lane and have neither been
answered nor left it.
"""

from dataclasses import dataclass, field

from acd.core.instants import Duration, Instant
from acd.core.outcomes import OutcomeKind

BUCKET: Duration = 60_000
"""How finely the rolling window is kept."""


@dataclass(slots=True)
class LaneCounts:
    """Counts since the journal began; they only ever rise."""

    offered: int = 0
    """Callers who entered the lane."""
    answered: int = 0
    answered_in_time: int = 0
    """Those of the answered who waited no longer than the service level's threshold."""
    abandoned: int = 0
    short_abandoned: int = 0
    """Callers who hung up within the first seconds; they count neither for nor against the service level."""
    fell_back: int = 0
    overflowed: int = 0
    """Callers who were handed on to another lane or to a number outside."""
    called_back: int = 0
    """Callers who were told that they will be called back."""
    left_message: int = 0
    refused: int = 0
    """Callers who were told to call again: the lane was closed, full, or nobody was there."""

    def count_out(self, kind: OutcomeKind) -> None:
        """A caller was sent away to an end of this kind."""
        match kind:
            case OutcomeKind.LANE | OutcomeKind.NUMBER:
                self.overflowed += 1
            case OutcomeKind.CALLBACK:
                self.called_back += 1
            case OutcomeKind.MESSAGE:
                self.left_message += 1
            case OutcomeKind.SAY:
                self.refused += 1

    def waiting(self) -> int:
        """How many must be in the lane if the books balance."""
        return self.offered - self.answered - self.short_abandoned - self.missed()

    def missed(self) -> int:
        """Callers who left the lane without an answer, short abandons set aside."""
        return self.abandoned + self.fell_back + self.overflowed + self.called_back + self.left_message + self.refused

    def service_level(self) -> float | None:
        """Share of the callers answered in time among all who left the lane, short abandons set aside; 0 to 1.

        None before the first caller has left. The definition is that of reference value slT_excl_short_abandon:
        P(served and wait <= T) / (1 - P(abandoned at once)).
        """
        left = self.answered + self.missed()
        return self.answered_in_time / left if left else None


@dataclass(slots=True)
class RecentCounts:
    """The same, of the last minutes: [minute, answered in time, left], oldest first, no longer than the window."""

    buckets: list[list[int]] = field(default_factory=list)

    def count(self, now: Instant, *, in_time: bool, window: Duration) -> None:
        """A caller left the lane now, short abandons set aside."""
        minute = now // BUCKET
        if not self.buckets or self.buckets[-1][0] < minute:
            self.buckets.append([minute, 0, 0])
            while self.buckets[0][0] < minute - window // BUCKET:
                del self.buckets[0]
        self.buckets[-1][1] += in_time
        self.buckets[-1][2] += 1

    def sums(self, now: Instant, window: Duration) -> tuple[int, int]:
        """Answered in time, and left, within the window; it begins with a whole minute."""
        begin = (now - window) // BUCKET
        recent = [bucket for bucket in self.buckets if bucket[0] > begin]
        return sum(bucket[1] for bucket in recent), sum(bucket[2] for bucket in recent)
