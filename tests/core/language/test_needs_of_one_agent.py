"""What a call needs of one agent: who satisfies it, what is told of who does not, and how it is widened."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acd.core.language.facts import NOBODY, CallFacts
from acd.core.language.needs import NOTHING, both, either, for_call, lacking, level_in, satisfied, skills_in, without
from acd.core.language.reading import facts_of, read_needs, skills_of, text_of
from acd.core.language.syntax import NEVER, Needs
from acd.core.names import Skill
from tests.core.effort import EFFORT
from tests.core.language.expressions import ABOUT_SKILLS, CALLS, NEEDS, SKILL_SETS, SKILLS

Skills = dict[Skill, int]
ANNA = {Skill("cards"): 2, Skill("mandarin"): 5, Skill("trainee"): 1}
GOLD = CallFacts(language="en", tier="gold", dialled="95555", verified=True, menu=(("main", "2"), ("main", "1")))


@pytest.mark.parametrize(
    ("text", "satisfies"),
    [
        ("", True),
        ("cards", True),
        ("wealth", False),
        ("cards >= 2", True),
        ("cards >= 3", False),
        ("cards > 1", True),
        ("cards > 2", False),
        ("cards <= 2", True),
        ("cards < 2", False),
        ("cards == 2", True),
        ("cards == 1", False),
        ("cards != 2", False),
        ("wealth < 1", True),
        ("wealth != 3", True),
        ("wealth == 3", False),
        ("cards and wealth", False),
        ("cards or wealth", True),
        ("not trainee", False),
        ("not wealth and mandarin >= 5", True),
        ("tier == gold", True),
        ("tier != gold", False),
        ("tier == platinum or cards >= 3", False),
        ("language == en and dialled == '95555' and verified", True),
        ("menu.main == '1'", True),
        ("menu.main == '2'", False),
        ("menu.after-hours != '1'", True),
    ],
)
def test_what_anna_can_do_for_a_gold_caller(text: str, satisfies: bool) -> None:
    assert satisfied(read_needs(text), ANNA, GOLD) is satisfies


def test_of_a_caller_of_whom_nothing_is_known_every_fact_is_unequal() -> None:
    for text in ("language == en", "tier == gold", "dialled == '95555'", "menu.main == '1'", "verified"):
        assert not satisfied(read_needs(text), ANNA, NOBODY)
    for text in ("language != en", "tier != gold", "dialled != '95555'", "menu.main != '1'", "not verified"):
        assert satisfied(read_needs(text), ANNA, NOBODY)


# Why not.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cards >= 2", ""),
        ("cards >= 3", "has cards 2, asked for cards >= 3"),
        ("cards < 2", "has cards 2, asked for cards < 2"),
        ("not cards >= 2", "has cards 2, asked for cards < 2"),
        ("wealth", "has no wealth"),
        ("wealth >= 3", "has no wealth"),
        ("not trainee", "must not have trainee"),
        ("trainee < 1", "must not have trainee"),
        ("not (wealth or trainee)", "must not have trainee"),
        ("wealth or n-1 >= 2", "has none of wealth, n-1"),
        ("wealth or wealth >= 2", "has no wealth"),
        ("wealth or cards >= 3", "has no wealth; has cards 2, asked for cards >= 3"),
        ("wealth or n-1 or cards >= 3", "has none of wealth, n-1; has cards 2, asked for cards >= 3"),
        ("wealth or not trainee", "has no wealth; must not have trainee"),
        ("not (cards and trainee)", "must not have cards and trainee together"),
        ("not (cards and wealth)", ""),
        (
            "wealth or not (cards and trainee) or cards > 2",
            ("has no wealth; has cards 2, asked for cards > 2; must not have cards and trainee together"),
        ),
        ("cards >= 3 and wealth", "has no wealth"),
        ("tier == platinum or wealth", "has no wealth"),
        ("tier == platinum and wealth or n-1", "has no n-1"),
        ("wealth and tier == platinum", "the caller's tier is gold, asked for platinum"),
        ("tier != gold", "the caller's tier is gold, asked for any other"),
        ("dialled == '1234'", "the caller dialled 95555, asked for 1234"),
        ("menu.main == '2'", "the caller pressed 1 in menu main, asked for 2"),
        ("menu.vip == '2'", "the caller pressed nothing in menu vip, asked for 2"),
        ("not verified", "the caller is verified"),
    ],
)
def test_the_shortest_honest_reason_is_told(text: str, reason: str) -> None:
    assert lacking(read_needs(text), ANNA, GOLD) == reason


def test_of_an_unknown_caller_the_reason_says_that_nothing_is_known() -> None:
    assert lacking(read_needs("language == zh"), ANNA, NOBODY) == "the caller's language is not known, asked for zh"
    assert lacking(read_needs("dialled == '1'"), ANNA, NOBODY) == "the caller dialled no known number, asked for 1"
    assert lacking(read_needs("verified"), ANNA, NOBODY) == "the caller is not verified"


@EFFORT
@given(NEEDS, SKILL_SETS, CALLS)
def test_a_reason_is_told_exactly_when_he_does_not_satisfy(needs: Needs, skills: Skills, call: CallFacts) -> None:
    assert (lacking(needs, skills, call) == "") is satisfied(needs, skills, call)


@EFFORT
@given(NEEDS, SKILL_SETS, CALLS)
def test_a_reason_is_true(needs: Needs, skills: Skills, call: CallFacts) -> None:
    reason = lacking(needs, skills, call)
    for names in re.findall(r"has none of ([a-z0-9, -]+)|has no ([a-z0-9-]+)", reason):
        assert all(skill not in skills for skill in "".join(names).split(", "))
    for names in re.findall(r"must not have ([a-z0-9-]+(?: and [a-z0-9-]+)*)", reason):
        assert all(skill in skills for skill in names.split(" and "))
    for skill, level, asked in re.findall(r"has ([a-z0-9-]+) ([0-9]+), asked for ([^;]+)", reason):
        assert skills.get(Skill(skill), 0) == int(level)
        assert not satisfied(read_needs(asked), skills, call)


@EFFORT
@given(NEEDS, SKILL_SETS, CALLS)
def test_the_caller_is_blamed_only_when_no_agent_could_serve_him(needs: Needs, skills: Skills, call: CallFacts) -> None:
    assume(not satisfied(needs, skills, call))
    assert ("caller" in lacking(needs, skills, call)) is (for_call(needs, call) == NEVER)


# Joined, widened, narrowed to one call.


@EFFORT
@given(NEEDS, NEEDS, SKILL_SETS, CALLS)
def test_both_asks_for_both_and_either_for_one(one: Needs, other: Needs, skills: Skills, call: CallFacts) -> None:
    has_one, has_other = satisfied(one, skills, call), satisfied(other, skills, call)
    assert satisfied(both(one, other), skills, call) is (has_one and has_other)
    assert satisfied(either(one, other), skills, call) is (has_one or has_other)


def test_joined_with_nothing() -> None:
    cards = read_needs("cards")
    assert both(NOTHING, cards) == both(cards, NOTHING) == cards
    assert either(NOTHING, cards) == either(cards, NOTHING) == NOTHING
    assert both(cards, cards) == cards


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("cards and mandarin", "cards"),
        ("mandarin >= 3", ""),
        ("not mandarin", ""),
        ("cards or mandarin", ""),
        ("wealth and (cards or mandarin)", "wealth"),
        ("not (cards or mandarin)", "not cards"),
        ("not (cards and mandarin)", ""),
        ("not (cards or mandarin and wealth)", "not cards"),
        ("cards and not (mandarin and wealth)", "cards"),
        ("tier == gold and mandarin", "tier == gold"),
        ("not (mandarin or tier == gold)", "not tier == gold"),
        ("cards", "cards"),
        ("", ""),
    ],
)
def test_what_is_left_when_mandarin_is_asked_for_no_more(text: str, left: str) -> None:
    assert text_of(without(read_needs(text), (Skill("mandarin"),))) == left


@EFFORT
@given(NEEDS, st.lists(st.sampled_from(SKILLS).map(Skill), max_size=3), SKILL_SETS, CALLS)
def test_asking_for_skills_no_more_shuts_nobody_out(
    needs: Needs, dropped: list[Skill], skills: Skills, call: CallFacts
) -> None:
    left = without(needs, tuple(dropped))
    assert not set(skills_of(left)) & set(dropped)
    if satisfied(needs, skills, call):
        assert satisfied(left, skills, call)
    if not set(skills_of(needs)) & set(dropped):
        assert left == needs


@EFFORT
@given(NEEDS, SKILL_SETS, CALLS)
def test_needs_for_one_call_ask_for_skills_alone_and_mean_the_same(
    needs: Needs, skills: Skills, call: CallFacts
) -> None:
    asked = for_call(needs, call)
    assert facts_of(asked) == ()
    assert satisfied(asked, skills, NOBODY) is satisfied(needs, skills, call)


@pytest.mark.parametrize(
    ("text", "level", "skills"),
    [
        ("cards", 3, 1),
        ("cards and wealth", 8, 2),
        ("cards >= 1 and cards <= 5", 3, 1),
        ("cards or wealth", 5, 1),
        ("cards or wealth >= 6", 3, 1),
        ("cards and not trainee", 3, 1),
        ("cards and (wealth or mandarin)", 8, 2),
        ("tier == gold and wealth or cards", 5, 1),
        ("tier == platinum and wealth or cards", 3, 1),
        ("not cards", 0, 0),
        ("", 0, 0),
    ],
)
def test_levels_add_up_where_all_is_asked_for_and_the_best_way_counts_where_one_is(
    text: str, level: int, skills: int
) -> None:
    has = {Skill("cards"): 3, Skill("wealth"): 5, Skill("mandarin"): 1}
    assert level_in(read_needs(text), has, GOLD) == level
    assert skills_in(read_needs(text)) == skills


@EFFORT
@given(ABOUT_SKILLS, CALLS)
def test_needs_that_ask_about_no_call_are_the_same_for_every_call(needs: Needs, call: CallFacts) -> None:
    assert for_call(needs, call) == needs
