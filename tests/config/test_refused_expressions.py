"""Expressions that cannot be read: each edit is refused with exactly these lines, at the place inside the text."""

import pytest

from acd.config import ConfigRefused, loads
from acd.core.language.reading import read_needs
from acd.core.names import LaneName
from tests.config.small import SMALL, edited

REFUSED = [
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps:\n      - {after: 20s, needs: card}",
        [
            "12:29: lanes.cards.steps[0].needs (step 1): "
            'there is no skill "card" (did you mean cards?); known are cards, '
            "english, general, mandarin",
        ],
        id="a_skill_of_nobody_in_a_step",
    ),
    pytest.param(
        "needs: cards >= 3",
        'needs: "cards >= 3 and wealht"',
        [
            '9:28: lanes.cards.needs: there is no skill "wealht"; known are cards, english, general, mandarin',
        ],
        id="a_skill_of_nobody_inside_a_text_in_quotes",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, add: english >= 11 and cards}]",
        [
            "11:42: lanes.cards.steps[0].add (step 1): level 11 of english does not exist; levels are 1 to 10",
        ],
        id="a_level_above_every_level_in_the_middle_of_a_text",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: cards >= 3 and",
        [
            "9:26: lanes.cards.needs: it ends where a skill should be",
        ],
        id="an_expression_that_ends_too_early",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: (cards or general",
        [
            "9:29: lanes.cards.needs: it ends where `and`, `or` or `)` should be",
        ],
        id="a_parenthesis_left_open",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: cards and\n      wealth",
        [
            '9:12: lanes.cards.needs: at character 11: there is no skill "wealth"; known are cards, english, '
            "general, mandarin",
        ],
        id="an_expression_on_two_lines",
    ),
    pytest.param(
        "needs: cards >= 3",
        'needs: "cards\\tand wealth"',
        [
            '9:12: lanes.cards.needs: at character 11: there is no skill "wealth"; known are cards, english, '
            "general, mandarin",
        ],
        id="an_expression_with_an_escape",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{when: waiting(crads) > 5, needs: general}]",
        [
            "11:28: lanes.cards.steps[0].when (step 1): "
            'there is no lane "crads" (did you mean cards?); known are cards, '
            "general",
        ],
        id="a_condition_about_a_lane_that_does_not_exist",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{when: waiting(cards) > 5s, needs: general}]",
        [
            "11:37: lanes.cards.steps[0].when (step 1): "
            "waiting(cards) is a count; compare it with a whole number such as 5",
        ],
        id="a_count_compared_with_a_time",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    overflow: {when: service_level(cards) < 80, to: general}",
        [
            "11:45: lanes.cards.overflow.when: service_level(cards) is a share; compare it with a percentage such "
            "as 85%",
        ],
        id="a_share_compared_with_a_count",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{when: not open(office), needs: general}]",
        [
            '11:29: lanes.cards.steps[0].when (step 1): there is no calendar "office"; none are known',
        ],
        id="a_calendar_that_does_not_exist_in_a_condition",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: cards and not tier == platnum",
        [
            '9:34: lanes.cards.needs: there is no tier "platnum" (did you mean platinum?); known are platinum; '
            "name it in `tiers` if customers have it",
        ],
        id="a_tier_that_no_class_has",
    ),
    pytest.param(
        "needs: cards >= 3",
        'needs: cards and menu.main == "7"',
        [
            '9:35: lanes.cards.needs: menu main has no key "7"; known are 0, 1',
        ],
        id="a_key_that_the_menu_does_not_know",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nreserves: {backup: {agents: general and verified, backup_for: cards}}",
        [
            "15:41: reserves.backup.agents: verified is about a call; this asks for skills alone, as there is no call",
        ],
        id="a_call_fact_where_there_is_no_call",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\nreserves: {backup: {agents: general, only_for: cards, until: "tier == platinum"}}',
        [
            "15:63: reserves.backup.until: tier is about a call; this asks about the floor alone, as there is no call",
        ],
        id="a_call_fact_in_a_condition_without_a_call",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: idle(cards) > 0",
        [
            '9:12: lanes.cards.needs: idle(...) is about the floor; it may stand in "when", not in "needs"',
        ],
        id="a_condition_where_needs_are_meant",
    ),
    pytest.param(
        "ring_for: 15s",
        'ring_for: 15s\n    steps: [{when: " ", needs: general}]',
        [
            '11:20: lanes.cards.steps[0].when (step 1): " ": empty; write for example idle(general) > 0',
        ],
        id="an_empty_condition",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or "
        "cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards "
        "or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or "
        "cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards "
        "or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or cards or "
        "cards or cards or cards",
        [
            '9:12: lanes.cards.needs: "cards or cards or cards or cards or car…": too long (536 characters); at '
            "most 400",
        ],
        id="an_expression_without_end",
    ),
    pytest.param(
        "cards: 2",
        "waiting: 2",
        [
            '38:41: agents.ben.skills.waiting: "waiting": a skill cannot be called waiting; that word has a meaning '
            "of its own in `needs` and `when`",
        ],
        id="a_skill_called_like_a_word_of_the_language",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps:\n      - {after: 5s, needs: crads}\n      - {after: 9s, add: 'englisch >= 2', "
        "when: idle(cards) => 1}",
        [
            "12:28: lanes.cards.steps[0].needs (step 1): "
            'there is no skill "crads" (did you mean cards?); known are cards, '
            "english, general, mandarin",
            '13:27: lanes.cards.steps[1].add (step 2): there is no skill "englisch" (did you mean english?); known are '
            "cards, english, general, mandarin",
            "13:61: lanes.cards.steps[1].when (step 2): "
            "`=>` stands where a comparison such as `>` should be; write `>=`",
        ],
        id="three_faulty_expressions_in_one_lane",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]


LONG = "skill-with-a-longer-name"


def ways(many: int) -> str:
    """So many different ways to be able to serve somebody, written as tightly as can be."""
    return " or ".join(f"{LONG}{sign}{level}" for sign in ("==", "!=") for level in range(2, 10))[: many * 31 - 4]


def with_needs(needs: str) -> str:
    text = edited("needs: cards >= 3", f"needs: {needs}")
    return edited("skills: {cards: 5,", f"skills: {{{LONG}: 5, cards: 5,", text)


def test_a_text_that_is_too_long_only_when_it_is_spelt_out_is_refused_too() -> None:
    tight = ways(13)
    assert len(tight) <= 400 < len(tight) + 2 * 13, "two spaces more around each of its signs"

    with pytest.raises(ConfigRefused, match=r"lanes.cards.needs: .*too long once it is spelt out with its spaces"):
        loads(with_needs(tight))


def test_whatever_is_accepted_can_be_read_again_by_the_core() -> None:
    accepted = []
    for many in range(1, 16):
        try:
            policy = loads(with_needs(ways(many))).policy()
        except ConfigRefused:
            continue
        accepted.append(many)
        assert read_needs(policy.lanes[LaneName("cards")].needs)
    assert accepted == list(range(1, 13))


def test_a_tier_that_customers_have_can_be_named_for_expressions() -> None:
    asked = edited("needs: cards >= 3", "needs: cards and tier == gold")
    with pytest.raises(ConfigRefused, match="name it in `tiers` if customers have it"):
        loads(asked)

    named = edited("default_lane:", "tiers: [gold]\ndefault_lane:", asked)
    assert loads(named).policy().lanes[LaneName("cards")].needs == "cards and tier == gold"
    assert loads(edited("default_lane:", "tiers: [gold]\ndefault_lane:")).version == loads(SMALL).version
    with pytest.raises(ConfigRefused, match=r"tiers\[1\]: \"gold\" is used twice"):
        loads(named.replace("[gold]", "[gold, gold]"))
