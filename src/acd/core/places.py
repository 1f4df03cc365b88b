"""The order of waiting calls: who comes before whom, as numbers that do not change while time passes.

A call counts as having waited `credit + ageing x waited`, its standing. Of two calls that age alike the one ahead stays
ahead, so their order is a number fixed when they come; only calls that age differently are compared by the clock. A
bonus with a limit ends at a known instant, and from then on the call ages as any other.
"""

from dataclasses import dataclass
from typing import NamedTuple

from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.names import CallId
from acd.core.policy import NORMAL_AGEING, Standing

PERCENT = 100


class Place(NamedTuple):
    """A call's place among those that age alike; the smallest comes first."""

    key: int
    """Hundredths of milliseconds; less by what the call is ahead."""
    entered_at: Instant
    call: CallId


class Rank(NamedTuple):
    """A call's place among all calls at one instant; the smallest comes first, and none are equal."""

    priority: int
    """Negative, so that a higher priority comes first."""
    standing: int
    """Hundredths of milliseconds, negative."""
    entered_at: Instant
    call: CallId


@dataclass(frozen=True, slots=True)
class Pace:
    """How calls move up: those of one pace keep their order among each other for ever."""

    priority: int
    ageing: int

    def rank(self, place: Place, now: Instant) -> Rank:
        """Where a call of this pace stands among all at `now`."""
        return Rank(-self.priority, place.key - self.ageing * now, place.entered_at, place.call)


def bonus_full_at(standing: Standing, entered_at: Instant) -> Instant | None:
    """When the bonus reaches its limit; None if it never does."""
    if standing.bonus_at_most is None:
        return None
    missing = standing.bonus_at_most - standing.credit
    if missing <= 0:
        return entered_at
    gain = standing.ageing - NORMAL_AGEING
    return None if gain == 0 else entered_at - (-missing * PERCENT) // gain


def pace_and_place(call: Call, standing: Standing, now: Instant) -> tuple[Pace, Place]:
    """The pace of a waiting call at `now`, and its place among the calls of that pace."""
    since = call.place_since
    assert since is not None
    full_at = bonus_full_at(standing, since)
    if full_at is not None and full_at <= now:
        assert standing.bonus_at_most is not None
        ageing, credit = NORMAL_AGEING, standing.bonus_at_most
    else:
        ageing, credit = standing.ageing, standing.credit
    key = ageing * since - PERCENT * credit
    return Pace(standing.priority, ageing), Place(key, since, call.id)


def rank_of(call: Call, standing: Standing, now: Instant) -> Rank:
    """Where a waiting call with this standing is among all at `now`."""
    pace, place = pace_and_place(call, standing, now)
    return pace.rank(place, now)
