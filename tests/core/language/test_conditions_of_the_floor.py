"""When a condition holds on the floor as it is, and what it found there."""

import pytest
from hypothesis import given

from acd.core.instants import seconds
from acd.core.language.conditions import compile_condition, explained, holds
from acd.core.language.facts import NOBODY, CallFacts
from acd.core.language.reading import leaves_of, read_condition, text_of
from acd.core.language.syntax import Condition
from acd.core.language.terms import Weekday
from acd.core.language.texts import subject_of
from acd.core.names import LaneName, Skill
from tests.core.effort import EFFORT
from tests.core.language.expressions import CALLS, CONDITIONS, FLOORS, IN_LANE, Floor

CARDS, GENERAL = LaneName("cards"), LaneName("general")
ANNA, BEN, CHEN = {Skill("cards"): 5}, {Skill("cards"): 2, Skill("wealth"): 1}, {Skill("mandarin"): 3}
TUESDAY_NOON = Floor(
    callers=3,
    wait=seconds(80),
    share=80.0,
    day=Weekday.TUE,
    time=seconds(12 * 3600),
    idle_agents=(ANNA,),
    busy_agents=(BEN, CHEN),
)
PLATINUM = CallFacts(language="zh", tier="platinum", dialled="95555", verified=True, menu=(("main", "2"),))


@EFFORT
@given(CONDITIONS, FLOORS, CALLS, IN_LANE)
def test_a_compiled_condition_says_what_the_plain_one_says(
    condition: Condition, floor: Floor, call: CallFacts, lane: LaneName
) -> None:
    assert compile_condition(condition)(floor, call, lane) is holds(condition, floor, call, lane)


@EFFORT
@given(CONDITIONS, FLOORS, CALLS, IN_LANE)
def test_an_explanation_has_a_part_for_each_leaf(
    condition: Condition, floor: Floor, call: CallFacts, lane: LaneName
) -> None:
    parts = explained(condition, floor, call, lane).split("; ")
    for part, leaf in zip(parts, leaves_of(condition), strict=True):
        assert part.startswith(f"{subject_of(leaf)} = ")
        assert ", asked for " in part


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("", True),
        ("waiting(cards) > 2", True),
        ("waiting(cards) > 3", False),
        ("waiting(general) >= 6", True),
        ("longest_wait(cards) >= 80s", True),
        ("longest_wait(cards) < 80s", False),
        ("idle(cards) == 1", True),
        ("idle(cards >= 6) == 0", True),
        ("staffed(cards) == 2", True),
        ("staffed(cards and wealth) == 1", True),
        ("staffed(not cards) == 1", True),
        ("idle() == 1 and staffed() == 3", True),
        ("service_level(cards) < 85%", True),
        ("service_level(cards) < 80%", False),
        ("budget_burned(general) == 40%", True),
        ("estimated_wait(general) == 80s", True),
        ("estimated_wait == 40s", True),
        ("time < 18:00", True),
        ("time < 12:00", False),
        ("time >= 12:00", True),
        ("open(office)", True),
        ("day == tue and day != mon", True),
        ("tier == platinum and verified", True),
        ("language == en or dialled == '95555'", True),
        ("menu.main != '2'", False),
        ("not waiting(cards) > 5", True),
        ("waiting(cards) > 5 or not (day == sat or day == sun)", True),
        ("waiting(cards) > 5 or day == mon and open(office)", False),
    ],
)
def test_what_holds_at_noon_on_a_tuesday(text: str, truth: bool) -> None:
    condition = read_condition(text)
    assert holds(condition, TUESDAY_NOON, PLATINUM, CARDS) is truth
    assert compile_condition(condition)(TUESDAY_NOON, PLATINUM, CARDS) is truth


def test_the_estimated_wait_without_a_lane_is_that_of_the_lane_asked_for() -> None:
    condition = read_condition("estimated_wait > 1m")
    assert not holds(condition, TUESDAY_NOON, NOBODY, CARDS)
    assert holds(condition, TUESDAY_NOON, NOBODY, GENERAL)
    assert compile_condition(condition)(TUESDAY_NOON, NOBODY, GENERAL)


def times_at_which(text: str) -> list[str]:
    condition = read_condition(text)
    moments = ("00:00", "05:59", "06:00", "09:00", "17:29", "17:30", "22:00", "23:59")
    return [
        moment
        for moment in moments
        if holds(condition, Floor(time=seconds(int(moment[:2]) * 3600 + int(moment[3:]) * 60)), NOBODY, CARDS)
    ]


def test_a_stretch_of_time_leaves_its_end_out_and_may_pass_midnight() -> None:
    assert times_at_which("time in 09:00-17:30") == ["09:00", "17:29"]
    assert times_at_which("time in 22:00-06:00") == ["00:00", "05:59", "22:00", "23:59"]
    assert times_at_which("time in 17:30-24:00") == ["17:30", "22:00", "23:59"]
    assert times_at_which("time in 17:30-00:00") == ["17:30", "22:00", "23:59"]
    assert len(times_at_which("time in 00:00-24:00")) == 8


def days_on_which(text: str) -> str:
    condition = read_condition(text)
    return " ".join(day.name.lower() for day in Weekday if holds(condition, Floor(day=day), NOBODY, CARDS))


def test_a_row_of_days_has_both_its_ends_and_may_pass_sunday() -> None:
    assert days_on_which("day in mon-fri") == "mon tue wed thu fri"
    assert days_on_which("day in sat-mon") == "mon sat sun"
    assert days_on_which("day in wed-wed") == "wed"
    assert days_on_which("day == sat") == "sat"
    assert days_on_which("not day in sat-mon and day != wed") == "tue thu fri"


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        ("", "always"),
        ("waiting(cards) > 5", "waiting(cards) = 3, asked for > 5"),
        ("not waiting(cards) > 5", "waiting(cards) = 3, asked for not > 5"),
        ("longest_wait(cards) > 2m", "longest_wait(cards) = 80s, asked for > 2m"),
        ("estimated_wait > 500ms", "estimated_wait = 40s, asked for > 500ms"),
        ("idle(cards >= 3) == 0", "idle(cards >= 3) = 1, asked for == 0"),
        ("staffed() < 3", "staffed() = 3, asked for < 3"),
        ("service_level(general) < 85%", "service_level(general) = 40%, asked for < 85%"),
        ("time in 09:00-17:30", "time = 12:00, asked for in 09:00-17:30"),
        ("day != sun and day in mon-fri", "day = tue, asked for != sun; day = tue, asked for in mon-fri"),
        ("open(office) and not open(shop)", "open(office) = yes, asked for yes; open(shop) = no, asked for no"),
        ("tier == gold or verified", "tier = platinum, asked for == gold; verified = yes, asked for yes"),
        ("not not verified", "verified = yes, asked for yes"),
        ("menu.vip == '1'", 'menu.vip = not known, asked for == "1"'),
    ],
)
def test_an_explanation_tells_what_is_and_what_was_asked_for(text: str, explanation: str) -> None:
    assert explained(read_condition(text), TUESDAY_NOON, PLATINUM, CARDS) == explanation


def test_a_value_just_below_what_is_asked_for_is_not_rounded_up_to_it() -> None:
    floor = Floor(wait=44_999, share=84.99)
    condition = read_condition("longest_wait(cards) >= 45s or service_level(cards) >= 85%")
    assert explained(condition, floor, NOBODY, CARDS) == (
        "longest_wait(cards) = 44.999s, asked for >= 45s; service_level(cards) = 84.99%, asked for >= 85%"
    )


def test_the_bank_rule_for_a_full_floor_reads_as_it_is_written() -> None:
    text = "waiting(cards) > 5 and (service_level(cards) < 85% or estimated_wait > 2m) and not open(office)"
    assert text_of(read_condition(text)) == text
