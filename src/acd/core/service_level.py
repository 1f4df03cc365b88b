"""The books of a lane: how many calls came, and how each of them came out.

The books balance at every instant: offered = answered + abandoned + short_abandoned + fell_back + waiting,
where waiting are the calls that entered the lane and have neither been answered nor left it.
"""

from dataclasses import dataclass


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

    def waiting(self) -> int:
        """How many must be in the lane if the books balance."""
        return self.offered - self.answered - self.abandoned - self.short_abandoned - self.fell_back

    def service_level(self) -> float | None:
        """Share of the callers answered in time among all who left the lane, short abandons set aside; 0 to 1.

        None before the first caller has left. The definition is that of reference value slT_excl_short_abandon:
        P(served and wait <= T) / (1 - P(abandoned at once)).
        """
        left = self.answered + self.abandoned + self.fell_back
        return self.answered_in_time / left if left else None
