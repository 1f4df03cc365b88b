"""What expressions may ask about: one call, and the floor as it is."""

from dataclasses import dataclass
from typing import Protocol

from acd.core.instants import Duration
from acd.core.language.syntax import AboutCall, CallIs, Needs, Pressed, Verified
from acd.core.language.terms import CallFact
from acd.core.names import LaneName


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of one caller."""

    language: str = ""
    tier: str = ""
    dialled: str = ""
    verified: bool = False
    menu: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu."""


NOBODY = CallFacts()
"""For conditions that are about no call."""


def value_of(leaf: CallIs | Pressed, call: CallFacts) -> str:
    """What the call is known by; empty when it is not. Of a menu that was heard twice, the last key counts."""
    match leaf:
        case CallIs(CallFact.LANGUAGE):
            return call.language
        case CallIs(CallFact.TIER):
            return call.tier
        case CallIs():
            return call.dialled
        case Pressed(menu):
            return next((key for heard, key in reversed(call.menu) if heard == menu), "")


def is_true_of(leaf: AboutCall, call: CallFacts) -> bool:
    """Whether a fact that is asked for holds of the call. What is not known is unequal to everything."""
    match leaf:
        case Verified():
            return call.verified
        case CallIs(_, value, equal) | Pressed(_, value, equal):
            return (value_of(leaf, call) == value) is equal


class FloorFacts(Protocol):
    """The floor at one instant. Shares are percent, times milliseconds."""

    def waiting(self, lane: LaneName) -> int:
        """Callers who wait in the lane."""
        ...

    def longest_wait(self, lane: LaneName) -> Duration:
        """How long the first of them has waited; 0 when nobody waits."""
        ...

    def idle(self, needs: Needs) -> int:
        """Ready agents who satisfy `needs`."""
        ...

    def staffed(self, needs: Needs) -> int:
        """Agents who satisfy `needs` and are logged in, whatever they do."""
        ...

    def service_level(self, lane: LaneName) -> float:
        """Percent answered in time over the rolling window; 100 when nobody has left the lane in it."""
        ...

    def budget_burned(self, lane: LaneName) -> float:
        """Percent of the allowed misses that the rolling window has used up; 0 while too few calls have left."""
        ...

    def estimated_wait(self, lane: LaneName) -> Duration:
        """How long a caller who enters the lane now is likely to wait."""
        ...

    def weekday(self) -> int:
        """The local day of the week, Monday 0."""
        ...

    def time_of_day(self) -> Duration:
        """Milliseconds since local midnight."""
        ...

    def is_open(self, calendar: str) -> bool:
        """Whether a calendar says open now."""
        ...

    def closes_in(self, calendar: str) -> Duration:
        """How long a calendar says open yet, at most a day; 0 while it says closed."""
        ...
