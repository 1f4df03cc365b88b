"""What can be known of a condition before anything happens: at which minutes of the week it may hold at all.

What cannot be known counts as possible, so that "never" is a proof. The floor has bounds (nobody waits fewer than 0, no
more agents are idle than there are), the clock and the calendars have their hours, and parts of an `and` that ask
about the same thing must agree with each other.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from acd.config import week
from acd.core.instants import Duration
from acd.core.language.facts import CallFacts
from acd.core.language.syntax import (
    AgentsCounted,
    AllOf,
    AnyOf,
    CallIs,
    Condition,
    ConditionLeaf,
    DayIs,
    DayWithin,
    LaneMeasured,
    Not,
    Open,
    Pressed,
    TimeCompared,
    TimeWithin,
)
from acd.core.language.team import Team
from acd.core.language.terms import Compare, LaneMeasure
from acd.core.language.texts import measure_text, subject_of, text_of
from acd.core.names import LaneName
from acd.core.policy import Policy

_MIDNIGHT: Duration = 86_400_000
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""
_NO_BOUND = float("inf")
_NEAR = 0.001
"""A share that lies beside another; shares are written with two digits at most."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waits while the condition is looked at: in which lane, and for how long at least."""

    lane: LaneName
    waited: Duration


_Ask: TypeAlias = tuple[Callable[[float | str, float | str], bool], float | str]
"""A comparison, and what it compares with."""


class Outlook:
    """What the conditions of one policy may come to."""

    def __init__(self, policy: Policy, team: Team) -> None:
        self._policy = policy
        self._team = team

    def possible(self, condition: Condition, waiting: Waiting | None = None) -> week.Minutes:
        """When `condition` may hold; no minute at all is a proof that it never does."""
        return self._possible(condition, True, waiting)

    def always(self, condition: Condition) -> bool:
        """Whether it is certain that `condition` holds whenever it is looked at."""
        return not self._possible(condition, False, None)

    def open_at_best(self, calendar: str) -> week.Minutes:
        """When a calendar says open on some day of the week, ordinary or not."""
        return self._calendar(calendar, True)

    def why_never(self, condition: Condition, waiting: Waiting | None) -> str:
        """Why no minute is possible for it, in the words of its first part for which that is so."""
        for leaf, wanted in _wanted_leaves(condition, True):
            if self._possible(leaf, wanted, waiting):
                continue
            if isinstance(leaf, AgentsCounted):
                many = self._team.who(leaf.needs, CallFacts()).bit_count()
                return f"{subject_of(leaf)} is at most {many}, as no more agents have what it asks for"
            if isinstance(leaf, LaneMeasured):
                low, high = self._bounds(leaf, waiting)
                least = f"at least {measure_text(leaf.measure, low)}"
                most = "" if high == _NO_BOUND else f" and at most {measure_text(leaf.measure, high)}"
                whom = " for a caller who waits in it himself" if low > 0 else ""
                return f"{subject_of(leaf)} is {least}{most}{whom}"
            return f"`{text_of(leaf)}` never {'holds' if wanted else 'fails to hold'}"
        return "its parts contradict each other"

    def _possible(self, node: Condition, wanted: bool, waiting: Waiting | None) -> week.Minutes:
        match node:
            case Not(part):
                return self._possible(part, not wanted, waiting)
            case AllOf(parts) | AnyOf(parts) if isinstance(node, AllOf) is wanted:
                if not self._agree(parts, wanted, waiting):
                    return 0
                minutes = week.ALWAYS
                for part in parts:
                    minutes &= self._possible(part, wanted, waiting)
                return minutes
            case AllOf(parts) | AnyOf(parts):
                minutes = 0
                for part in parts:
                    minutes |= self._possible(part, wanted, waiting)
                return minutes
            case leaf:
                return self._leaf(leaf, wanted, waiting)

    def _leaf(self, leaf: ConditionLeaf, wanted: bool, waiting: Waiting | None) -> week.Minutes:
        match leaf:
            case TimeCompared(compare, at):
                return _compared(compare if wanted else compare.opposite, at)
            case TimeWithin(start, end):
                minutes = _every_day(start, end if end > start else end + _MIDNIGHT)
            case DayIs(day, equal):
                minutes = week.whole_day(day) if equal else week.ALWAYS ^ week.whole_day(day)
            case DayWithin(first, last):
                minutes = _any(week.whole_day((first + more) % 7) for more in range((last - first) % 7 + 1))
            case Open(calendar):
                return self._calendar(calendar, wanted)
            case _:
                return week.ALWAYS if self._agree((leaf,), wanted, waiting) else 0
        return minutes if wanted else week.ALWAYS ^ minutes

    def _calendar(self, name: str, wanted: bool) -> week.Minutes:
        calendar = self._policy.calendars.get(name)
        if calendar is None:
            return week.ALWAYS if wanted else 0
        ordinary = week.rows(calendar.week)
        possible, certain = ordinary, ordinary
        for day, spans in calendar.days.items():
            weekday = (day + _EPOCH_WEEKDAY) % 7
            hours = _any(week.stretch(weekday, start, end) for start, end in spans)
            possible |= hours
            certain &= hours | week.ALWAYS ^ week.whole_day(weekday)
        return possible if wanted else week.ALWAYS ^ certain

    # Parts of an `and`

    def _agree(self, parts: Iterable[Condition], wanted: bool, waiting: Waiting | None) -> bool:
        """Whether the leaves among `parts` that ask about the same thing can all hold at once."""
        asked: dict[object, tuple[ConditionLeaf, list[_Ask]]] = {}
        for part in parts:
            leaf, holds = (part.part, not wanted) if isinstance(part, Not) else (part, wanted)
            match leaf:
                case LaneMeasured(_, _, compare, value) | AgentsCounted(_, _, compare, value):
                    test = compare.test if holds else compare.opposite.test
                    asked.setdefault(subject_of(leaf), (leaf, []))[1].append((test, value))  # type: ignore[arg-type]
                case CallIs(_, text, equal) | Pressed(_, text, equal):
                    test = Compare.EQUAL.test if equal is holds else Compare.UNEQUAL.test
                    asked.setdefault(subject_of(leaf), (leaf, []))[1].append((test, text))  # type: ignore[arg-type]
        return all(self._some_value(leaf, asks, waiting) for leaf, asks in asked.values())

    def _some_value(self, leaf: ConditionLeaf, asks: list[_Ask], waiting: Waiting | None) -> bool:
        """Whether something can be what all of `asks` ask for; if so, one of these values is it."""
        values = [value for _, value in asks]
        if isinstance(leaf, LaneMeasured | AgentsCounted):
            low, high = self._bounds(leaf, waiting)
            near = [value + more for value in values for more in (-1, -_NEAR, 0, _NEAR, 1)]  # type: ignore[operator]
            whole = isinstance(leaf, AgentsCounted) or leaf.measure not in _SHARES
            candidates = [value for value in (low, high, *near) if low <= value <= high and not (whole and value % 1)]
            return any(all(test(value, other) for test, other in asks) for value in candidates)
        # No text that can be written is empty, so the empty one stands for what nobody has named.
        return any(all(test(value, other) for test, other in asks) for value in ("", *values))

    def _bounds(self, leaf: LaneMeasured | AgentsCounted, waiting: Waiting | None) -> tuple[float, float]:
        if isinstance(leaf, AgentsCounted):
            return 0, self._team.who(leaf.needs, CallFacts()).bit_count()
        high = 100 if leaf.measure is LaneMeasure.SERVICE_LEVEL else _NO_BOUND
        own = waiting is not None and leaf.lane in (None, waiting.lane)
        if waiting is None or not own:
            return 0, high
        match leaf.measure:
            case LaneMeasure.WAITING:
                return 1, high
            case LaneMeasure.LONGEST_WAIT | LaneMeasure.ESTIMATED_WAIT:
                return waiting.waited, high
        return 0, high


_SHARES = (LaneMeasure.SERVICE_LEVEL, LaneMeasure.BUDGET_BURNED)


def _compared(compare: Compare, at: Duration) -> week.Minutes:
    """Every minute in which the time of day compares so with `at`, be it for its first instant alone."""
    match compare:
        case Compare.AT_LEAST | Compare.MORE_THAN:
            return _every_day(at, _MIDNIGHT)
        case Compare.LESS_THAN:
            return _every_day(0, at)
        case _:
            return _every_day(0, at + week.A_MINUTE)


def _every_day(start: Duration, end: Duration) -> week.Minutes:
    return _any(week.stretch(day, start, end) for day in range(7))


def _any(sets: Iterable[week.Minutes]) -> week.Minutes:
    minutes = 0
    for each in sets:
        minutes |= each
    return minutes


def _wanted_leaves(node: Condition, wanted: bool) -> Iterator[tuple[ConditionLeaf, bool]]:
    """The leaves in order, each with whether it is asked to hold."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _wanted_leaves(part, wanted)
        case Not(part):
            yield from _wanted_leaves(part, not wanted)
        case leaf:
            yield leaf, wanted
