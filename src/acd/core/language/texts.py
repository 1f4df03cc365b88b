"""Expressions as text, in the one way in which this project writes them. Each reads as the same tree again.

A leaf is written as its subject, what it asks about, and then what it asks of that: `waiting(cards)`, `> 5`.
"""

import re

from acd.core.instants import Duration
from acd.core.language.syntax import (
    LOWEST_LEVEL,
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
    Needs,
    NeedsLeaf,
    Not,
    OnTheClock,
    Open,
    Pressed,
    SkillLevel,
    TimeCompared,
    TimeWithin,
    Verified,
)
from acd.core.language.terms import RESERVED, Compare, LaneMeasure, Weekday

_UNITS = (("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1))
_BARE = re.compile(r"[a-z][a-z0-9-]*")


def text_of(node: Needs | Condition) -> str:
    """The expression as text, with as few parentheses as it can do with; empty for what asks for nothing."""
    match node:
        case AllOf(parts):
            return " and ".join(_within(part, AnyOf) for part in parts)
        case AnyOf(parts):
            return " or ".join(text_of(part) for part in parts) or "(never)"
        case Not(part):
            return f"not {_within(part, AllOf, AnyOf)}"
        case leaf:
            return f"{subject_of(leaf)} {asked_of(leaf)}".rstrip()


def _within(part: Needs | Condition, *looser: type) -> str:
    return f"({text_of(part)})" if isinstance(part, looser) else text_of(part)


def subject_of(leaf: NeedsLeaf | ConditionLeaf) -> str:
    """What a leaf asks about: `waiting(cards)`, `tier`, `time`."""
    match leaf:
        case SkillLevel(name) | CallIs(name):
            return name
        case Pressed(menu):
            return f"menu.{menu}"
        case LaneMeasured(measure, lane):
            return measure if lane is None else f"{measure}({lane})"
        case AgentsCounted(count, needs):
            return f"{count}({text_of(needs)})"
        case Open(name) | ClosesIn(name):
            return f"{_CALENDAR_FACTS[type(leaf)]}({name})"
        case Verified() | TimeCompared() | TimeWithin() | DayIs() | DayWithin():
            return _PLAIN_SUBJECTS[type(leaf)]


_CALENDAR_FACTS: dict[type, str] = {Open: "open", ClosesIn: "closes_in"}

_PLAIN_SUBJECTS: dict[type, str] = {
    Verified: "verified",
    TimeCompared: "time",
    TimeWithin: "time",
    DayIs: "day",
    DayWithin: "day",
}


def asked_of(leaf: NeedsLeaf | ConditionLeaf) -> str:
    """What a leaf asks of its subject: `> 5`, `== platinum`, `in mon-fri`; empty where it asks just that it be so."""
    match leaf:
        case SkillLevel(_, compare, level):
            return "" if (compare, level) == (Compare.AT_LEAST, LOWEST_LEVEL) else f"{compare} {level}"
        case CallIs(_, value, equal) | Pressed(_, value, equal):
            return f"{equality(equal)} {fact_text(value)}"
        case LaneMeasured(measure, _, compare, value):
            return f"{compare} {measure_text(measure, value)}"
        case AgentsCounted(_, _, compare, count):
            return f"{compare} {count}"
        case ClosesIn(_, compare, wait):
            asked = f"{compare} {duration_text(wait)}"
        case Verified() | Open():
            return ""
        case TimeCompared() | TimeWithin() | DayIs() | DayWithin():
            asked = _asked_of_the_clock(leaf)
    return asked


def _asked_of_the_clock(leaf: OnTheClock) -> str:
    match leaf:
        case TimeCompared(compare, at):
            return f"{compare} {clock_text(at)}"
        case TimeWithin(start, end):
            return f"in {clock_text(start)}-{clock_text(end)}"
        case DayIs(day, equal):
            return f"{equality(equal)} {day_text(day)}"
        case DayWithin(first, last):
            return f"in {day_text(first)}-{day_text(last)}"


def equality(equal: bool) -> Compare:
    """How it is written that something is, or is not, equal."""
    return Compare.EQUAL if equal else Compare.UNEQUAL


def fact_text(value: str) -> str:
    """What a fact of a call is compared with: bare where that reads as the same, else in quotes."""
    if _BARE.fullmatch(value) and value not in RESERVED:
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


def measure_text(measure: LaneMeasure, value: float) -> str:
    """A value in the unit of its measure: 5, 45s, 85%."""
    match measure:
        case LaneMeasure.WAITING:
            return str(round(value))
        case LaneMeasure.LONGEST_WAIT | LaneMeasure.ESTIMATED_WAIT:
            return duration_text(round(value))
        case LaneMeasure.SERVICE_LEVEL | LaneMeasure.BUDGET_BURNED:
            return f"{value:.10g}%"


def duration_text(duration: Duration) -> str:
    """A length of time as a whole number of the largest unit that divides it: 90s, 2m, 1500ms."""
    unit, length = next((unit, length) for unit, length in _UNITS if duration % length == 0)
    return f"{duration // length}{unit}" if duration else "0s"


def clock_text(time: Duration) -> str:
    """Milliseconds since midnight as hours and minutes; what is over is left out."""
    hours, minutes = divmod(time // 60_000, 60)
    return f"{hours:02}:{minutes:02}"


def day_text(day: Weekday) -> str:
    """A day as it is written: mon."""
    return day.name.lower()
