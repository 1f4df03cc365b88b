"""What an expression is once it is read: a tree of frozen nodes.

There are two kinds of expression. `Needs` says what a call asks of its agent; `Condition` says when something holds.
Both join their leaves by `and`, `or` and `not`, so both are `Logic` over leaves of their own.

Trees are made by `all_of`, `any_of` and `negation` alone. These keep them in one shape: no `and` directly within an
`and`, no part twice, no constant within anything else. So a tree that was read has a text
(`acd.core.language.texts`) that reads as the same tree again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, Never, TypeAlias, TypeVar, Union

from acd.core.instants import Duration
from acd.core.language.terms import AgentCount, CallFact, Compare, LaneMeasure, Weekday
from acd.core.names import LaneName, Skill

Leaf = TypeVar("Leaf")
Part_co = TypeVar("Part_co", covariant=True)

LOWEST_LEVEL = 1
HIGHEST_LEVEL = 10
"""An agent without a skill counts as having it at level 0, which nobody can ask for by its number."""


# Joining.


@dataclass(frozen=True, slots=True)
class AllOf(Generic[Part_co]):
    """Every part holds: `a and b`. Without parts it always holds."""

    parts: tuple[Part_co, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Generic[Part_co]):
    """At least one part holds: `a or b`. Without parts it never holds."""

    parts: tuple[Part_co, ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Part_co]):
    """The part does not hold."""

    part: Part_co


Logic: TypeAlias = Union[Leaf, "AllOf[Logic[Leaf]]", "AnyOf[Logic[Leaf]]", "Not[Logic[Leaf]]"]

NOTHING: Final[AllOf[Never]] = AllOf(())
"""Asks for nothing; as a condition, always holds. Its text is empty."""

NEVER: Final[AnyOf[Never]] = AnyOf(())
"""Nobody satisfies it. No text means it; it is what remains when a call's facts rule everything out."""


# Facts of the call, which may stand in both kinds of expression.


@dataclass(frozen=True, slots=True)
class CallIs:
    """`tier == platinum`, `dialled != "95555"`."""

    fact: CallFact
    value: str
    equal: bool = True


@dataclass(frozen=True, slots=True)
class Pressed:
    """`menu.main == "2"`: the key that the caller pressed in a menu."""

    menu: str
    key: str
    equal: bool = True


@dataclass(frozen=True, slots=True)
class Verified:
    """`verified`: the caller has proved who he is."""


AboutCall: TypeAlias = CallIs | Pressed | Verified


# What a call needs of its agent.


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """`cards >= 3`. A skill that stands alone means level 1 or more."""

    skill: Skill
    compare: Compare = Compare.AT_LEAST
    level: int = LOWEST_LEVEL


NeedsLeaf: TypeAlias = SkillLevel | AboutCall
Needs: TypeAlias = Logic[NeedsLeaf]
"""What a call asks of its agent."""


# The floor as it is.


@dataclass(frozen=True, slots=True)
class LaneMeasured:
    """`waiting(cards) > 5`, `service_level(cards) < 85%`, `estimated_wait > 2m`."""

    measure: LaneMeasure
    lane: LaneName | None
    """None, for the estimated wait alone: the lane that the condition is asked for."""
    compare: Compare
    value: float
    """Callers, milliseconds or percent, as the measure is."""


@dataclass(frozen=True, slots=True)
class AgentsCounted:
    """`idle(cards >= 3) == 0`. What is asked of the agents holds no fact of a call."""

    count: AgentCount
    needs: Needs
    compare: Compare
    value: int


@dataclass(frozen=True, slots=True)
class TimeCompared:
    """`time < 18:00`, local time."""

    compare: Compare
    at: Duration
    """Milliseconds since midnight, whole minutes."""


@dataclass(frozen=True, slots=True)
class TimeWithin:
    """`time in 09:00-17:30`, local time, the end excluded; over midnight when it ends before it begins."""

    start: Duration
    end: Duration


@dataclass(frozen=True, slots=True)
class DayIs:
    """`day == sat`, `day != sun`, by local time."""

    day: Weekday
    equal: bool = True


@dataclass(frozen=True, slots=True)
class DayWithin:
    """`day in mon-fri`, both included, by local time; over Sunday when it ends before it begins."""

    first: Weekday
    last: Weekday


@dataclass(frozen=True, slots=True)
class Open:
    """`open(office)`: the calendar says open now."""

    calendar: str


@dataclass(frozen=True, slots=True)
class ClosesIn:
    """`closes_in(office) < 15m`: how long the calendar says open yet; nothing while it says closed."""

    calendar: str
    compare: Compare
    value: Duration


OnTheClock: TypeAlias = TimeCompared | TimeWithin | DayIs | DayWithin
ConditionLeaf: TypeAlias = LaneMeasured | AgentsCounted | Open | ClosesIn | OnTheClock | AboutCall
Condition: TypeAlias = Logic[ConditionLeaf]
"""When something holds."""


# Making trees in the one shape.


def all_of(parts: Iterable[Logic[Leaf]]) -> Logic[Leaf]:
    """Every one of `parts`, in order, each once; `NOTHING` for none, and a lone part is itself."""
    kept: dict[Logic[Leaf], None] = {}
    for part in parts:
        if part == NEVER:
            return NEVER
        kept.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(kept)) if len(kept) == 1 else AllOf(tuple(kept))


def any_of(parts: Iterable[Logic[Leaf]]) -> Logic[Leaf]:
    """At least one of `parts`, in order, each once; `NEVER` for none, and a lone part is itself."""
    kept: dict[Logic[Leaf], None] = {}
    for part in parts:
        if part == NOTHING:
            return NOTHING
        kept.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return next(iter(kept)) if len(kept) == 1 else AnyOf(tuple(kept))


def negation(part: Logic[Leaf]) -> Logic[Leaf]:
    """The opposite of `part`."""
    if part == NOTHING:
        return NEVER
    return NOTHING if part == NEVER else Not(part)
