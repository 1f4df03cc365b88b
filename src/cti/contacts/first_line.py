"""First-line resolution: which calls the first line settled, told by what happened and by nobody's tick-box.

A case is a call that an agent of the first line answered first, of a caller who is known by number or as a customer.
It is settled if nobody of the second line or outside talked in it, no ticket of it went up, and the caller did not call
again about the same matter within seven days. The same matter: the same branch of the dispositions, or, where one of
the two calls has no disposition, the same lane. A call that the hotline made itself is no calling again, and
one that an agent dialled of his own accord is no case. A case is decided when its seven days are over. Pure: no
database, no clock; the same calls in any order give the same answer.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

from acd.core.instants import Duration, Instant
from acd.core.names import CallId, LaneName
from cti.contacts.records import Direction

DAY: Duration = 86_400_000
AGAIN_WITHIN: Duration = 7 * DAY
"""How long a caller must not call again about the same matter."""
FIRST_LINE = "first"

OpenTicketWithin: TypeAlias = Callable[[CallId, Instant, Instant], bool]
"""Whether a ticket of this call was with the second line, or escalated, at some time between two instants."""


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part of a call."""

    call: CallId
    lane: LaneName
    line: str
    began: Instant
    ended: Instant
    number: str
    customer: str
    direction: Direction = Direction.INBOUND
    branch: str = ""
    """The first code on the way to the disposition; empty for none."""
    outside: bool = False
    """He sent the caller to a number outside, where somebody answered."""


class Outcome(StrEnum):
    """What became of a case, as far as it is known."""

    SETTLED = "settled"
    HANDED_UP = "handed_up"
    """Somebody of the second line, or at a number outside, talked in the same call."""
    TICKET = "ticket"
    CALLED_AGAIN = "called_again"
    UNDECIDED = "undecided"
    """Its seven days are not over."""
    UNKNOWN_CALLER = "unknown_caller"
    """He hides his number, so nobody can tell whether he called again."""


@dataclass(frozen=True, slots=True)
class FirstLine:
    """How the cases of one lane came out."""

    settled: int = 0
    handed_up: int = 0
    ticket: int = 0
    called_again: int = 0
    undecided: int = 0
    unknown_caller: int = 0

    @property
    def decided(self) -> int:
        """The cases that the ratio is about."""
        return self.settled + self.handed_up + self.ticket + self.called_again

    @property
    def ratio(self) -> float | None:
        """The settled ones among the decided, 0 to 1; None before the first is decided."""
        return self.settled / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class _Call:
    """All parts of one call."""

    id: CallId
    lane: LaneName
    """Where it was answered first."""
    began: Instant
    ended: Instant
    callers: tuple[str, ...]
    branch: str
    inbound: bool
    first_line: bool
    handed_up: bool


Key: TypeAlias = tuple[str, str, str]
"""Caller, kind of matter, matter."""


def no_tickets(_call: CallId, _since: Instant, _until: Instant) -> bool:
    """For a hotline without tickets."""
    return False


def first_line(
    parts: Iterable[Part], now: Instant, open_ticket_within: OpenTicketWithin = no_tickets
) -> dict[LaneName, FirstLine]:
    """The cases among these calls by the lane that answered them first, in the order of the lanes' names."""
    counts: dict[LaneName, dict[Outcome, int]] = {}
    for lane, outcome in outcomes(parts, now, open_ticket_within).values():
        lane_counts = counts.setdefault(lane, {})
        lane_counts[outcome] = lane_counts.get(outcome, 0) + 1
    return {
        lane: FirstLine(**{outcome.value: many for outcome, many in found.items()})
        for lane, found in sorted(counts.items())
    }


def outcomes(
    parts: Iterable[Part], now: Instant, open_ticket_within: OpenTicketWithin = no_tickets
) -> dict[CallId, tuple[LaneName, Outcome]]:
    """What became of each case, with the lane that answered it first."""
    calls = list(_calls(parts))
    again = _Again(call for call in calls if call.inbound)
    return {call.id: (call.lane, _outcome(call, now, again, open_ticket_within)) for call in calls if call.first_line}


def _outcome(call: _Call, now: Instant, again: "_Again", open_ticket_within: OpenTicketWithin) -> Outcome:
    until = call.ended + AGAIN_WITHIN
    if not call.callers:
        return Outcome.UNKNOWN_CALLER
    if until > now:
        return Outcome.UNDECIDED
    if call.handed_up:
        return Outcome.HANDED_UP
    if open_ticket_within(call.id, call.began, until):
        return Outcome.TICKET
    return Outcome.CALLED_AGAIN if again.after(call, until) else Outcome.SETTLED


def _calls(parts: Iterable[Part]) -> Iterator[_Call]:
    together: dict[CallId, list[Part]] = {}
    for part in parts:
        together.setdefault(part.call, []).append(part)
    for call, unsorted in together.items():
        mine = sorted(unsorted, key=_in_time)
        first = mine[0]
        who = chain(
            ((f"customer {part.customer}" if part.customer else "") for part in mine),
            ((f"number {part.number}" if part.number else "") for part in mine),
        )
        yield _Call(
            call,
            first.lane,
            first.began,
            max(part.ended for part in mine),
            tuple(dict.fromkeys(each for each in who if each)),
            # Whoever had the caller last knew best what it was about.
            next((part.branch for part in reversed(mine) if part.branch), ""),
            first.direction is Direction.INBOUND,
            first.line == FIRST_LINE and first.direction is not Direction.OUTBOUND,
            any(part.line != FIRST_LINE or part.outside for part in mine),
        )


def _in_time(part: Part) -> tuple[Instant, Instant, str, str, str, str]:
    """When a part was; of two at the same time the order is by what they say, so that it never is by chance."""
    return part.began, part.ended, part.lane, part.line, part.branch, part.direction


class _Again:
    """Finds the next call of the same caller about the same matter, in the time that a search in a list takes."""

    def __init__(self, calls: Iterable[_Call]) -> None:
        self._begun: dict[Key, list[tuple[Instant, CallId]]] = {}
        for call in calls:
            matters = [("lane", str(call.lane))]
            matters.append(("branch", call.branch) if call.branch else ("uncoded", str(call.lane)))
            for caller in call.callers:
                for kind, matter in matters:
                    self._begun.setdefault((caller, kind, matter), []).append((call.began, call.id))
        for begun in self._begun.values():
            begun.sort()

    def after(self, call: _Call, until: Instant) -> bool:
        """Whether he called again about it after this call had begun, until `until`."""
        matters = [("lane", str(call.lane))]
        if call.branch:
            matters = [("branch", call.branch), ("uncoded", str(call.lane))]
        return any(
            self._next((caller, kind, matter), call, until) for caller in call.callers for kind, matter in matters
        )

    def _next(self, key: Key, call: _Call, until: Instant) -> bool:
        begun = self._begun.get(key, [])
        at = bisect_right(begun, (call.began, call.id))
        return at < len(begun) and begun[at][0] <= until
