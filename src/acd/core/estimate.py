"""How long a caller will probably wait, as an interval; and what it is made of: how fast the lane has moved of late.

The expectation is the caller's place times the lane's pace. The pace is what the last callers answered needed for one
place: their waits added up, over their places added up when they began to wait. It is the delay of the last to enter
service (Ibrahim and Whitt 2009; Senderovich et al. 2015), made a matter of places, so that a queue that grows is seen
at once. It goes up in proportion when fewer agents are at work than were then.

The interval comes from what became of the last expectations. How far an outcome lay off is counted in spreads, and a
spread is the expectation over the fourth root of the place: who stands farther back waits for a sum of many talks,
which scatters less than one talk does. So one short row of scores serves short and long queues alike. Four of five
outcomes are to lie within. The interval leaves out fewer on the short side than on the long one, for waits lean to the
short: that is about the shortest interval that holds so many.

Who hung up or was sent away teaches nothing here: how long he would have waited is not known. All numbers are whole.
"""

from dataclasses import dataclass, field
from math import isqrt

from acd.core.instants import Duration, Instant
from acd.core.names import LaneName

SERVED_AT_MOST = 30
"""Waits that the pace is made of; the oldest is forgotten."""
SERVED_AT_LEAST = 3
PACE_HOLDS_FOR: Duration = 3_600_000
"""A wait that ended longer ago says nothing of the pace."""
SCORES_AT_MOST = 100
"""Outcomes that the interval is made of; the oldest is forgotten."""
SCORES_AT_LEAST = 20
SHORT_BY, LONG_BY = 4, 86
"""Percent of the outcomes that lie below each end of the interval."""
TOO_WIDE: Duration = 900_000
"""Nobody plans by an interval as wide as this; it is not said."""

THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Prospect:
    """How a caller stood when he began to wait in a lane."""

    lane: LaneName
    since: Instant
    place: int
    """1 for the next."""
    expected: Duration | None
    """How long he would wait by the pace of then; None if there was none."""


@dataclass(frozen=True, slots=True)
class ServedWait:
    """A caller who had stood in line was answered."""

    waited: Duration
    place: int
    """When he began to wait."""
    at_work: int
    """Agents at work who could have served him, when he was answered."""
    answered_at: Instant


@dataclass(slots=True)
class WaitRecord:
    """What a lane's last waits teach; bounded by the constants above."""

    served: list[ServedWait] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    """By how much the last expectations were off, in thousandths of their spread; the oldest first."""

    def learn(self, prospect: Prospect, at_work: int, now: Instant) -> None:
        """The caller who had this prospect is answered now."""
        waited = now - prospect.since
        self.served.append(ServedWait(waited, prospect.place, max(1, at_work), now))
        del self.served[:-SERVED_AT_MOST]
        if prospect.expected is not None:
            self.scores.append(score(prospect.expected, prospect.place, waited))
            del self.scores[:-SCORES_AT_MOST]

    def expected(self, place: int, at_work: int, now: Instant) -> Duration | None:
        """How long who stands at `place` has yet to wait, if it goes on as of late; None if nobody can tell.

        That is: nobody is at work, or too few have been answered in the last hour.
        """
        recent = self.served
        if recent and now - recent[0].answered_at > PACE_HOLDS_FOR:
            recent = [each for each in recent if now - each.answered_at <= PACE_HOLDS_FOR]
        if at_work < 1 or len(recent) < SERVED_AT_LEAST:
            return None
        work = sum(each.waited * each.at_work for each in recent)
        return place * work // (at_work * sum(each.place for each in recent))

    def interval(self, place: int, at_work: int, now: Instant) -> tuple[Duration, Duration] | None:
        """At least and at most how long he has yet to wait, four times of five; None if it cannot be relied upon.

        That is: nothing is expected, too few expectations have been held against what came, or it is too wide.
        """
        expected = self.expected(place, at_work, now)
        if expected is None or len(self.scores) < SCORES_AT_LEAST:
            return None
        ordered, spread = sorted(self.scores), spread_of(expected, place)
        more = len(ordered) + 1
        # One more than there are, for the outcome to come may lie beyond all of them.
        low = ordered[max(0, more * SHORT_BY // 100 - 1)]
        high = ordered[min(len(ordered), -(-more * LONG_BY // 100)) - 1]
        at_least, at_most = (max(0, expected + spread * each // THOUSAND) for each in (low, high))
        return (at_least, at_most) if at_most - at_least < TOO_WIDE else None


def spread_of(expected: Duration, place: int) -> Duration:
    """How far an outcome may well lie off: the expectation over the fourth root of the place; at least 1 ms."""
    return max(1, expected * THOUSAND // isqrt(isqrt(place * THOUSAND**4)))


def score(expected: Duration, place: int, waited: Duration) -> int:
    """How far the outcome lay off, in thousandths of the spread; positive for one who waited longer."""
    return (waited - expected) * THOUSAND // spread_of(expected, place)
