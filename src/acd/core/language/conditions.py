"""Whether a condition holds on the floor as it is, and what each part of it found there.

`holds` is the meaning, in its plainest form; `compile_condition` makes the same answer faster, once per policy. The
tests hold the two together.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from acd.core.language.facts import CallFacts, FloorFacts, is_true_of, value_of
from acd.core.language.syntax import (
    AgentsCounted,
    AllOf,
    AnyOf,
    CallIs,
    ClosesIn,
    Condition,
    ConditionLeaf,
    DayIs,
    DayWithin,
    LaneMeasured,
    Not,
    OnTheClock,
    Open,
    Pressed,
    TimeCompared,
    TimeWithin,
    Verified,
)
from acd.core.language.terms import AgentCount, LaneMeasure, Weekday
from acd.core.language.texts import asked_of, clock_text, day_text, subject_of
from acd.core.language.words import printable
from acd.core.names import LaneName

Check: TypeAlias = Callable[[FloorFacts, CallFacts, LaneName], bool]
"""A compiled condition: the floor, the call, and the lane that the condition is asked for."""

_MEASURED: dict[LaneMeasure, Callable[[FloorFacts, LaneName], float]] = {
    LaneMeasure.WAITING: lambda floor, lane: floor.waiting(lane),
    LaneMeasure.LONGEST_WAIT: lambda floor, lane: floor.longest_wait(lane),
    LaneMeasure.SERVICE_LEVEL: lambda floor, lane: floor.service_level(lane),
    LaneMeasure.BUDGET_BURNED: lambda floor, lane: floor.budget_burned(lane),
    LaneMeasure.ESTIMATED_WAIT: lambda floor, lane: floor.estimated_wait(lane),
}


def holds(condition: Condition, floor: FloorFacts, call: CallFacts, lane: LaneName) -> bool:
    """Whether `condition` holds for `call`, or for nobody, in `lane`."""
    match condition:
        case AllOf(parts):
            return all(holds(part, floor, call, lane) for part in parts)
        case AnyOf(parts):
            return any(holds(part, floor, call, lane) for part in parts)
        case Not(part):
            return not holds(part, floor, call, lane)
        case leaf:
            return _leaf_holds(leaf, floor, call, lane)


def _leaf_holds(leaf: ConditionLeaf, floor: FloorFacts, call: CallFacts, lane: LaneName) -> bool:
    match leaf:
        case LaneMeasured(measure, named, compare, value):
            return compare.test(_MEASURED[measure](floor, lane if named is None else named), value)
        case AgentsCounted(_, _, compare, value):
            return compare.test(_counted(leaf, floor), value)
        case TimeCompared() | TimeWithin() | DayIs() | DayWithin():
            return _clock_says(leaf, floor)
        case Open() | ClosesIn():
            return _calendar_says(leaf, floor)
        case fact:
            return is_true_of(fact, call)


def _calendar_says(leaf: Open | ClosesIn, floor: FloorFacts) -> bool:
    match leaf:
        case Open(calendar):
            return floor.is_open(calendar)
        case ClosesIn(calendar, compare, value):
            return compare.test(floor.closes_in(calendar), value)


def _counted(leaf: AgentsCounted, floor: FloorFacts) -> int:
    return floor.idle(leaf.needs) if leaf.count is AgentCount.IDLE else floor.staffed(leaf.needs)


def _clock_says(leaf: OnTheClock, floor: FloorFacts) -> bool:
    match leaf:
        case TimeCompared(compare, at):
            return compare.test(floor.time_of_day(), at)
        case TimeWithin(start, end):
            time = floor.time_of_day()
            return start <= time < end if start < end else time >= start or time < end
        case DayIs(day, equal):
            return (floor.weekday() == day) is equal
        case DayWithin(first, last):
            today = floor.weekday()
            return first <= today <= last if first <= last else today >= first or today <= last


def compile_condition(condition: Condition) -> Check:
    """`holds` of this condition as one function. It does no more at run time than ask the floor and compare."""
    match condition:
        case AllOf(parts):
            return _all(tuple(compile_condition(part) for part in parts))
        case AnyOf(parts):
            return _any(tuple(compile_condition(part) for part in parts))
        case Not(part):
            inner = compile_condition(part)
            return lambda floor, call, lane: not inner(floor, call, lane)
        case leaf:
            return _compile_leaf(leaf)


def _all(checks: tuple[Check, ...]) -> Check:
    def every_one(floor: FloorFacts, call: CallFacts, lane: LaneName) -> bool:
        for check in checks:  # noqa: SIM110 - a generator would cost more than the checks do.
            if not check(floor, call, lane):
                return False
        return True

    return every_one


def _any(checks: tuple[Check, ...]) -> Check:
    def at_least_one(floor: FloorFacts, call: CallFacts, lane: LaneName) -> bool:
        for check in checks:  # noqa: SIM110 - as above.
            if check(floor, call, lane):
                return True
        return False

    return at_least_one


def _compile_leaf(leaf: ConditionLeaf) -> Check:
    match leaf:
        case LaneMeasured():
            return _compile_measured(leaf)
        case AgentsCounted(count, needs, compare, value):
            test = compare.test
            if count is AgentCount.IDLE:
                return lambda floor, _call, _lane: test(floor.idle(needs), value)
            return lambda floor, _call, _lane: test(floor.staffed(needs), value)
        case TimeCompared() | TimeWithin() | DayIs() | DayWithin():
            return lambda floor, _call, _lane: _clock_says(leaf, floor)
        case Open() | ClosesIn():
            return lambda floor, _call, _lane: _calendar_says(leaf, floor)
        case fact:
            return lambda _floor, call, _lane: is_true_of(fact, call)


def _compile_measured(leaf: LaneMeasured) -> Check:
    measured, test, named, value = _MEASURED[leaf.measure], leaf.compare.test, leaf.lane, leaf.value
    if named is None:
        return lambda floor, _call, lane: test(measured(floor, lane), value)
    return lambda floor, _call, _lane: test(measured(floor, named), value)


# What was found.


def explained(condition: Condition, floor: FloorFacts, call: CallFacts, lane: LaneName) -> str:
    """Each leaf with its value now: `waiting(cards) = 3, asked for > 5; verified = no, asked for yes`.

    What stands under a `not` is asked for not to be so. `always` for an empty condition.
    """
    found = (_found(leaf, asked, _now(leaf, floor, call, lane)) for leaf, asked in _leaves(condition))
    return "; ".join(found) or "always"


def _leaves(condition: Condition, wanted: bool = True) -> Iterator[tuple[ConditionLeaf, bool]]:
    """The leaves in the order of the text, and whether each is wanted to hold."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part, wanted)
        case Not(part):
            yield from _leaves(part, not wanted)
        case leaf:
            yield leaf, wanted


def _found(leaf: ConditionLeaf, wanted: bool, now: str) -> str:
    asked = asked_of(leaf)
    if not asked:
        asked = _yes(wanted)
    elif not wanted:
        asked = f"not {asked}"
    return f"{subject_of(leaf)} = {now}, asked for {asked}"


def _now(leaf: ConditionLeaf, floor: FloorFacts, call: CallFacts, lane: LaneName) -> str:
    """What a leaf asks about, as it is."""
    match leaf:
        case LaneMeasured(measure, named):
            return _exact(measure, _MEASURED[measure](floor, lane if named is None else named))
        case AgentsCounted():
            return str(_counted(leaf, floor))
        case TimeCompared() | TimeWithin():
            return clock_text(floor.time_of_day())
        case DayIs() | DayWithin():
            return day_text(Weekday(floor.weekday()))
        case CallIs() | Pressed():
            return printable(value_of(leaf, call)) or "not known"
        case ClosesIn(calendar):
            found = f"{floor.closes_in(calendar) / 1000:.10g}s"
        case Open() | Verified():
            found = _yes(_leaf_holds(leaf, floor, call, lane))
    return found


def _exact(measure: LaneMeasure, value: float) -> str:
    """A value as it is found: waits in seconds, whatever they are compared with, and nothing rounded to look equal."""
    match measure:
        case LaneMeasure.WAITING:
            return f"{value:.0f}"
        case LaneMeasure.LONGEST_WAIT | LaneMeasure.ESTIMATED_WAIT:
            return f"{value / 1000:.10g}s"
        case LaneMeasure.SERVICE_LEVEL | LaneMeasure.BUDGET_BURNED:
            return f"{value:.6g}%"


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"
