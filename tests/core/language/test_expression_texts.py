"""From text to tree and back: nothing is lost, nothing harms, and what people write means what they think."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.core.language.reading import (
    RESERVED,
    ExpressionFault,
    Vocabulary,
    facts_of,
    leaves_of,
    read_condition,
    read_needs,
    skills_of,
    text_of,
)
from acd.core.language.syntax import (
    NOTHING,
    AllOf,
    AnyOf,
    CallIs,
    Condition,
    DayWithin,
    LaneMeasured,
    Needs,
    Not,
    Pressed,
    SkillLevel,
    TimeCompared,
    TimeWithin,
    all_of,
    any_of,
    negation,
)
from acd.core.language.terms import CallFact, Compare, LaneMeasure, Weekday
from acd.core.names import LaneName, Skill
from tests.core.effort import EFFORT
from tests.core.language.expressions import BANK, CONDITIONS, JUNK, NEEDS, Reader

CARDS, WEALTH, MANDARIN = (SkillLevel(Skill(name)) for name in ("cards", "wealth", "mandarin"))
HOUR = 3_600_000


@EFFORT
@given(NEEDS)
def test_needs_written_down_and_read_again_are_the_same(needs: Needs) -> None:
    assert read_needs(text_of(needs)) == needs
    assert read_needs(text_of(needs), BANK) == needs


@EFFORT
@given(CONDITIONS)
def test_a_condition_written_down_and_read_again_is_the_same(condition: Condition) -> None:
    assert read_condition(text_of(condition)) == condition
    assert read_condition(text_of(condition), BANK) == condition


@EFFORT
@given(JUNK, st.sampled_from((read_needs, read_condition)), st.sampled_from((None, BANK)))
def test_whatever_is_written_is_read_or_refused_with_its_place(
    text: str, read: Reader, vocabulary: Vocabulary | None
) -> None:
    fault = fault_of(text, read, vocabulary)
    if fault is None:
        tree = read(text, vocabulary)
        assert read(text_of(tree), vocabulary) == tree
    else:
        assert 1 <= fault.at <= min(len(text), 400) + 1
        assert fault.message
        assert str(fault).isprintable()
        assert len(str(fault)) < 1_000


def fault_of(text: str, read: Reader, vocabulary: Vocabulary | None) -> ExpressionFault | None:
    try:
        read(text, vocabulary)
    except ExpressionFault as fault:
        return fault
    return None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("cards", CARDS),
        ("cards >= 1", CARDS),
        ("cards >= 3", SkillLevel(Skill("cards"), Compare.AT_LEAST, 3)),
        ("cards>=3", SkillLevel(Skill("cards"), Compare.AT_LEAST, 3)),
        ("c-3<5", SkillLevel(Skill("c-3"), Compare.LESS_THAN, 5)),
        ("cards and wealth", AllOf((CARDS, WEALTH))),
        ("  cards\n  and wealth\t", AllOf((CARDS, WEALTH))),
        ("mon-fri", SkillLevel(Skill("mon-fri"))),
        ("", NOTHING),
        (" \n ", NOTHING),
    ],
)
def test_simple_needs_mean_what_they_always_meant(text: str, meaning: Needs) -> None:
    assert read_needs(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("cards or wealth and mandarin", AnyOf((CARDS, AllOf((WEALTH, MANDARIN))))),
        ("(cards or wealth) and mandarin", AllOf((AnyOf((CARDS, WEALTH)), MANDARIN))),
        ("not cards and wealth", AllOf((Not(CARDS), WEALTH))),
        ("not (cards and wealth)", Not(AllOf((CARDS, WEALTH)))),
        ("not cards >= 1 or wealth", AnyOf((Not(CARDS), WEALTH))),
        ("cards and (wealth and mandarin)", AllOf((CARDS, WEALTH, MANDARIN))),
        ("cards and cards", CARDS),
        ("((cards))", CARDS),
    ],
)
def test_not_binds_before_and_and_and_before_or(text: str, meaning: Needs) -> None:
    assert read_needs(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("tier == platinum", CallIs(CallFact.TIER, "platinum")),
        ('tier != "platinum"', CallIs(CallFact.TIER, "platinum", equal=False)),
        ("dialled == '95555'", CallIs(CallFact.DIALLED, "95555")),
        ('menu.after-hours == "1"', Pressed("after-hours", "1")),
    ],
)
def test_facts_of_the_call_stand_in_needs_and_in_conditions(text: str, meaning: CallIs | Pressed) -> None:
    assert read_needs(text, BANK) == meaning
    assert read_condition(text, BANK) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("time in 09:00-17:30", TimeWithin(9 * HOUR, 17 * HOUR + HOUR // 2)),
        ("time in 9:00-24:00", TimeWithin(9 * HOUR, 24 * HOUR)),
        ("day in mon-fri", DayWithin(Weekday.MON, Weekday.FRI)),
        (
            "estimated_wait>=2m",
            LaneMeasured(LaneMeasure.ESTIMATED_WAIT, None, Compare.AT_LEAST, 120_000),
        ),
        (
            "service_level(cards) < 99.5 %",
            LaneMeasured(LaneMeasure.SERVICE_LEVEL, LaneName("cards"), Compare.LESS_THAN, 99.5),
        ),
        (
            "longest_wait( cards )>1500ms",
            LaneMeasured(LaneMeasure.LONGEST_WAIT, LaneName("cards"), Compare.MORE_THAN, 1_500),
        ),
        (
            "service_level(cards) <= 100%",
            LaneMeasured(LaneMeasure.SERVICE_LEVEL, LaneName("cards"), Compare.AT_MOST, 100),
        ),
        (
            "budget_burned(cards) >= 1000%",
            LaneMeasured(LaneMeasure.BUDGET_BURNED, LaneName("cards"), Compare.AT_LEAST, 1_000),
        ),
        (
            "estimated_wait < 24h",
            LaneMeasured(LaneMeasure.ESTIMATED_WAIT, None, Compare.LESS_THAN, 24 * HOUR),
        ),
        (
            "waiting(cards) < 999999",
            LaneMeasured(LaneMeasure.WAITING, LaneName("cards"), Compare.LESS_THAN, 999_999),
        ),
        ("time >= 23:59", TimeCompared(Compare.AT_LEAST, 24 * HOUR - 60_000)),
        ("time > 00:00", TimeCompared(Compare.MORE_THAN, 0)),
        ("", NOTHING),
    ],
)
def test_conditions_are_read_with_their_units(text: str, meaning: Condition) -> None:
    assert read_condition(text, BANK) == meaning


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cards>=1 and wealth", "cards and wealth"),
        ("((cards) or (wealth and mandarin))", "cards or wealth and mandarin"),
        ("not(cards or wealth)", "not (cards or wealth)"),
        ("tier == 'platinum'", "tier == platinum"),
        ("tier == 'very big'", 'tier == "very big"'),
        ("tier == 'time'", 'tier == "time"'),
        ("tier == 'the \"best\"'", "tier == 'the \"best\"'"),
    ],
)
def test_needs_are_shown_in_one_way(text: str, shown: str) -> None:
    assert text_of(read_needs(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("longest_wait(cards) > 60s", "longest_wait(cards) > 1m"),
        ("longest_wait(cards) > 90s", "longest_wait(cards) > 90s"),
        ("longest_wait(cards) > 0ms", "longest_wait(cards) > 0s"),
        ("service_level(cards) < 85.50%", "service_level(cards) < 85.5%"),
        ("time<9:05", "time < 09:05"),
        ("idle( ) > 0", "idle() > 0"),
        ("staffed(cards>=2 or(wealth)) == 0", "staffed(cards >= 2 or wealth) == 0"),
    ],
)
def test_conditions_are_shown_in_one_way(text: str, shown: str) -> None:
    assert text_of(read_condition(text)) == shown


def test_an_expression_tells_what_it_mentions() -> None:
    needs = read_needs("not wealth and (cards >= 3 or cards and tier == gold) or verified or menu.main != '2'")
    assert skills_of(needs) == ("wealth", "cards")
    assert facts_of(needs) == ("tier", "verified", "menu.main")
    condition = read_condition("idle(cards and wealth) > 0 and not staffed(mandarin) == 0 or language == en")
    assert skills_of(condition) == ("cards", "wealth", "mandarin")
    assert facts_of(condition) == ("language",)
    assert len(list(leaves_of(condition))) == 3


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_word_of_the_language_is_read_as_a_skill(word: str) -> None:
    for text in (f"{word} >= 3", f"cards and {word} >= 3"):
        with pytest.raises(ExpressionFault):
            read_needs(text)


def test_every_word_of_the_language_is_reserved() -> None:
    assert {"and", "or", "not", "in", "language", "tier", "dialled", "verified", "menu", "time", "day"} < RESERVED
    assert {"open", "waiting", "longest_wait", "idle", "staffed", "service_level", "budget_burned"} < RESERVED


@EFFORT
@given(NEEDS)
def test_trees_keep_one_shape(needs: Needs) -> None:
    assert all_of([needs]) == any_of([needs]) == needs
    assert all_of([needs, NOTHING, needs]) == needs
    assert any_of([needs, NOTHING]) == NOTHING
    assert all_of([needs, negation(NOTHING)]) == negation(NOTHING)
    assert any_of([needs, negation(NOTHING)]) == needs
    assert text_of(NOTHING) == ""
