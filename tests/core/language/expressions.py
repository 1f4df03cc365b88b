"""Expressions, callers, agents and floors of all kinds, for the tests of the language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from acd.core.instants import Duration
from acd.core.language.facts import NOBODY, CallFacts
from acd.core.language.needs import satisfied
from acd.core.language.reading import ExpressionFault, Vocabulary, text_of
from acd.core.language.syntax import (
    AgentsCounted,
    CallIs,
    ClosesIn,
    Condition,
    DayIs,
    DayWithin,
    LaneMeasured,
    Needs,
    Open,
    Pressed,
    SkillLevel,
    TimeCompared,
    TimeWithin,
    Verified,
    all_of,
    any_of,
    negation,
)
from acd.core.language.terms import AgentCount, CallFact, Compare, LaneMeasure, Weekday
from acd.core.language.words import Words
from acd.core.names import AgentId, LaneName, PhoneName, Skill
from acd.core.policy import Agent

SKILLS = ("cards", "wealth", "mandarin", "trainee", "mon-fri", "n-1")
LANES = ("cards", "general")
TIERS = ("gold", "platinum")
CALENDARS = ("office",)
MENUS = {"main": ("1", "2", "*"), "after-hours": ("1",)}
NUMBERS = ("95555", "+862088888888")
BANK = Vocabulary(SKILLS, LANES, ("en", "zh"), TIERS, NUMBERS, MENUS, CALENDARS)

EQUAL = st.booleans()
COMPARISONS = st.sampled_from(Compare)
SKILL_LEVELS = st.builds(SkillLevel, st.sampled_from(SKILLS).map(Skill), COMPARISONS, st.integers(1, 10))
CALL_FACTS = st.one_of(
    st.builds(CallIs, st.just(CallFact.LANGUAGE), st.sampled_from(("en", "zh")), EQUAL),
    st.builds(CallIs, st.just(CallFact.TIER), st.sampled_from(TIERS), EQUAL),
    st.builds(CallIs, st.just(CallFact.DIALLED), st.sampled_from(NUMBERS), EQUAL),
    st.builds(Pressed, st.just("main"), st.sampled_from(MENUS["main"]), EQUAL),
    st.just(Verified()),
)


def fits(tree: Needs | Condition) -> bool:
    """Whether the tree's text is short enough to be read."""
    try:
        Words(text_of(tree))
    except ExpressionFault:
        return False
    return True


def trees(leaves: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    """Needs or conditions over `leaves`, at most about so many of them."""

    def joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, min_size=2, max_size=4)
        return st.one_of(several.map(all_of), several.map(any_of), parts.map(negation))

    return st.recursive(leaves, joined, max_leaves=most).filter(fits)


ABOUT_SKILLS = trees(SKILL_LEVELS, most=4)
NEEDS = trees(st.one_of(SKILL_LEVELS, SKILL_LEVELS, CALL_FACTS), most=8)

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: minute * 60_000)
WAITS = st.one_of(st.integers(0, 100_000), st.integers(0, 1440).map(lambda minute: minute * 60_000))
SHARES = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
IN_LANE = st.sampled_from(LANES).map(LaneName)
DAYS = st.sampled_from(Weekday)
ABOUT_THE_FLOOR = st.one_of(
    st.builds(LaneMeasured, st.just(LaneMeasure.WAITING), IN_LANE, COMPARISONS, st.integers(0, 6)),
    st.builds(LaneMeasured, st.just(LaneMeasure.LONGEST_WAIT), IN_LANE, COMPARISONS, WAITS),
    st.builds(LaneMeasured, st.just(LaneMeasure.ESTIMATED_WAIT), st.none() | IN_LANE, COMPARISONS, WAITS),
    st.builds(LaneMeasured, st.just(LaneMeasure.SERVICE_LEVEL), IN_LANE, COMPARISONS, SHARES),
    st.builds(
        LaneMeasured, st.just(LaneMeasure.BUDGET_BURNED), IN_LANE, COMPARISONS, SHARES.map(lambda x: round(x * 10, 2))
    ),
    st.builds(AgentsCounted, st.sampled_from(AgentCount), ABOUT_SKILLS, COMPARISONS, st.integers(0, 3)),
    st.builds(TimeCompared, COMPARISONS.filter(lambda sign: sign not in (Compare.EQUAL, Compare.UNEQUAL)), MINUTES),
    st.builds(TimeWithin, MINUTES, MINUTES).filter(lambda within: within.start != within.end),
    st.builds(DayIs, DAYS, EQUAL),
    st.builds(DayWithin, DAYS, DAYS),
    st.just(Open("office")),
    st.builds(ClosesIn, st.just("office"), COMPARISONS, WAITS),
)
CONDITIONS = trees(st.one_of(ABOUT_THE_FLOOR, ABOUT_THE_FLOOR, CALL_FACTS), most=5)

CALLS = st.builds(
    CallFacts,
    st.sampled_from(("", "en", "zh")),
    st.sampled_from(("", *TIERS)),
    st.sampled_from(("", *NUMBERS)),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(tuple(MENUS)), st.sampled_from(("1", "2"))), max_size=3).map(tuple),
)
SKILL_SETS = st.dictionaries(st.sampled_from(SKILLS).map(Skill), st.integers(1, 10), max_size=4)


def agent(name: str, skills: dict[Skill, int]) -> Agent:
    return Agent(AgentId(name), name.title(), PhoneName(name), skills)


AGENTS = st.lists(SKILL_SETS, max_size=40).map(
    lambda skill_sets: {AgentId(f"a{number}"): agent(f"a{number}", each) for number, each in enumerate(skill_sets)}
)


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor on which everything is as the test says; the lane `general` has twice what `cards` has."""

    callers: int = 0
    wait: Duration = 0
    share: float = 100.0
    day: int = 0
    time: Duration = 0
    opened: bool = True
    idle_agents: tuple[dict[Skill, int], ...] = ()
    busy_agents: tuple[dict[Skill, int], ...] = ()

    def waiting(self, lane: LaneName) -> int:
        return self.callers * _times(lane)

    def longest_wait(self, lane: LaneName) -> Duration:
        return self.wait * _times(lane)

    def idle(self, needs: Needs) -> int:
        return sum(satisfied(needs, skills, NOBODY) for skills in self.idle_agents)

    def staffed(self, needs: Needs) -> int:
        return self.idle(needs) + sum(satisfied(needs, skills, NOBODY) for skills in self.busy_agents)

    def service_level(self, lane: LaneName) -> float:
        return self.share / _times(lane)

    def budget_burned(self, lane: LaneName) -> float:
        return (100 - self.share) * _times(lane)

    def estimated_wait(self, lane: LaneName) -> Duration:
        return self.wait // 2 * _times(lane)

    def weekday(self) -> int:
        return self.day

    def time_of_day(self) -> Duration:
        return self.time

    def is_open(self, calendar: str) -> bool:
        return self.opened and calendar == "office"

    def closes_in(self, calendar: str) -> Duration:
        return self.wait if self.is_open(calendar) else 0


def _times(lane: LaneName) -> int:
    return 2 if lane == "general" else 1


_STAFF = st.lists(SKILL_SETS, max_size=4).map(tuple)
FLOORS = st.builds(
    Floor,
    st.integers(0, 6),
    WAITS,
    SHARES,
    st.integers(0, 6),
    st.integers(0, 24 * 3_600_000 - 1),
    st.booleans(),
    _STAFF,
    _STAFF,
)

_SIGNS = (*"(),='", ">=", "<", "==", "!=", "3", "45s", "85%", "5 %", '"2"', "09:00-17:30", "18:00", "99999999999")
_STARTS = ("waiting(cards)", "idle(", "service_level(", "estimated_wait", "time", "day", "open(", "menu.main", "menu")
_STRANGE = ("AND", "\x00", "٣", "技", "𝟛")
_PIECES = st.sampled_from(
    (*SKILLS, *TIERS, "and", "or", "not", "in", "mon", "tier", "verified", "dialled", *_SIGNS, *_STARTS, *_STRANGE)
)
JUNK = st.one_of(
    st.text(max_size=500),
    st.lists(_PIECES, max_size=80).map(" ".join),
    st.lists(_PIECES, max_size=80).map("".join),
    st.sampled_from(("(", "not ", "a and ", "((a) or ", '"', "9", "a", "\n")).map(lambda piece: piece * 399),
)
"""What somebody might write into a file, by mistake or to do harm."""

Reader = Callable[[str, Vocabulary | None], Needs | Condition]
