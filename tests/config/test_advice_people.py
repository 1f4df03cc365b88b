"""An operator hears which callers nobody, or only one person, can serve, and which skills are of no use."""

import pytest

from acd.config import loads
from tests.config.small import edited
from tests.config.staffed import STAFFED, advice, with_cards

NOBODY = edited("needs: cards >= 3", "needs: cards >= 6", STAFFED)


def test_a_hotline_with_enough_people_is_clean() -> None:
    assert advice(STAFFED) == []


def test_a_lane_that_nobody_can_serve_is_a_warning_at_its_needs() -> None:
    assert [str(warning) for warning in loads(NOBODY, "bank.yaml").warnings] == [
        "bank.yaml:9:12: lanes.cards.needs: no agent satisfies `cards >= 6`; callers of cards would wait in vain; "
        "the highest level of cards is 5; lower what is asked for, or add a step that asks for less",
    ]


def test_a_lane_that_nobody_can_serve_in_one_language_is_a_warning_for_that_language() -> None:
    text = STAFFED.replace("english: 4}", "general: 3}").replace("general: 3, general: 3", "general: 3")
    text = edited("mandarin: 5, english: 5}", "mandarin: 5}", text.replace("mandarin: 5, general: 3}", "mandarin: 5}"))

    assert advice(text)[0] == (
        "lanes.cards.needs: no agent satisfies `cards >= 3 and english`; callers of cards in en would wait in vain; "
        "let a step ask for less, or have any_language"
    )


def test_callers_whom_nobody_can_serve_do_not_wait_when_the_lane_says_where_they_go() -> None:
    told = advice(with_cards("when_unstaffed: general", NOBODY))

    assert "callers of cards would all go to `lane general`" in told[0]


@pytest.mark.parametrize("step", ["needs: cards >= 1 or general", "lanes: [general]", "drop: [cards]"])
def test_a_lane_that_somebody_can_serve_after_a_step_is_served(step: str) -> None:
    told = advice(with_cards(f"steps: [{{after: 20s, {step}}}]", NOBODY))

    assert told == ["lanes.cards.needs: nobody reaches `cards >= 6`; the highest level of cards is 5"]


def test_a_step_that_narrows_helps_nobody_in() -> None:
    told = advice(with_cards("steps: [{after: 20s, add: general}]", NOBODY))

    assert "callers of cards would wait in vain" in told[0]


def test_a_lane_whose_needs_depend_on_the_caller_is_judged_by_the_best_of_callers() -> None:
    assert advice(edited("needs: cards >= 3", "needs: cards >= 3 and (verified or general >= 3)", STAFFED)) == []
    told = advice(edited("needs: cards >= 3", "needs: cards >= 6 and verified", STAFFED))
    assert "no agent satisfies `cards >= 6 and verified`" in told[0]


def test_a_lane_that_hangs_on_one_person_names_him_and_the_languages() -> None:
    told = advice(edited("cards: 4, general: 3", "cards: 2, general: 3", STAFFED))

    assert told == [
        "lanes.cards.needs: Anna alone can serve callers of cards; nobody does when Anna is away; "
        "add a step that lets others help"
    ]
    told = advice(edited("mandarin: 5, english: 5}", "english: 5}", STAFFED))
    assert told[0].startswith("lanes.cards.needs: Anna alone can serve callers of cards in zh;")


def test_a_step_that_lets_others_help_makes_a_lane_hang_on_nobody() -> None:
    text = edited("cards: 4, general: 3", "cards: 2, general: 3", STAFFED)

    assert advice(with_cards("steps: [{after: 20s, needs: cards or general}]", text)) == []


def test_a_skill_that_nothing_asks_for_is_told_once_with_how_many_have_it() -> None:
    told = advice(STAFFED.replace("{cards: ", "{golf: 2, cards: "))

    assert told == [
        "agents.anna.skills.golf: no lane, language, step or reserve asks for golf; 3 agents have it; "
        "use it or take it out"
    ]


def test_a_skill_that_only_a_condition_counts_is_of_use() -> None:
    text = STAFFED.replace("{cards: ", "{golf: 2, cards: ")

    assert advice(with_cards("steps: [{after: 5s, when: idle(golf) > 1, credit: 5s}]", text)) == []


def test_one_way_to_serve_that_nobody_has_is_a_warning_though_others_serve() -> None:
    told = advice(edited("needs: cards >= 3", "needs: cards >= 3 or general >= 9", STAFFED))

    assert told == ["lanes.cards.needs: nobody reaches `general >= 9`; the highest level of general is 3"]


def test_a_level_that_must_not_be_had_need_not_be_reached() -> None:
    assert advice(edited("needs: cards >= 3", "needs: cards >= 3 and not general >= 9", STAFFED)) == []


def test_a_lane_into_which_no_caller_gets_is_a_warning() -> None:
    text = edited('keys: {"1": cards, "0": general}', 'keys: {"0": general}', STAFFED)

    assert advice(text)[0].startswith("lanes.cards: no caller gets here")
    overflowing = edited("needs: general\n", "needs: general\n    overflow: {after: 60s, to: cards}\n", text)
    assert advice(overflowing) == []


def test_a_lane_that_is_served_only_when_a_condition_holds_says_which() -> None:
    told = advice(with_cards('steps: [{after: 20s, when: "waiting(cards) > 2", needs: cards or general}]', NOBODY))

    assert told[0] == (
        "lanes.cards.needs: nobody can serve callers of cards unless `waiting(cards) > 2` holds; add a step without a "
        "condition, or train somebody"
    )


def test_a_lane_that_never_opens_says_where_all_its_callers_go() -> None:
    told = advice(with_cards("hours: never\nwhen_closed: general") + "calendars:\n  never: {open: []}\n")

    assert told == [
        "lanes.cards.hours: calendar never is never open, so every caller goes to `lane general`; give it hours"
    ]


def test_an_agent_who_serves_nobody_is_told_with_what_is_missing() -> None:
    dora = "  dora: {name: Dora, phone: dora, skills: {cards: 5, general: 3}}\n"
    assert advice(STAFFED + dora) == [
        "agents.dora.skills: Dora serves nobody: mandarin or english is missing, which callers' languages ask for; "
        "add it"
    ]
    assert advice(STAFFED + dora.replace("general: 3", "english: 3")) == []


def test_an_agent_whose_level_no_step_ever_asks_for_serves_nobody() -> None:
    told = advice(STAFFED + "  dora: {name: Dora, phone: dora, skills: {cards: 2, english: 3}}\n")

    assert len(told) == 1
    assert told[0].startswith("agents.dora.skills: Dora serves nobody: no lane asks for what this agent has")
    helped = with_cards("steps: [{after: 20s, needs: cards}]")
    assert advice(helped + "  dora: {name: Dora, phone: dora, skills: {cards: 2, english: 3}}\n") == []


def test_of_many_agents_who_serve_nobody_ten_are_told_one_by_one() -> None:
    many = "".join(f"  z{at}: {{name: Z{at}, phone: z{at}, skills: {{cards: 5}}}}\n" for at in range(13))
    told = advice(STAFFED + many)

    assert len(told) == 11
    assert told[-1] == "agents.z10.skills: Z10 serves nobody, nor do 2 more agents"


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        ("overflow: {after: 2m, to: general}", "would all go to `lane general` after 2m"),
        ("limits: {wait: 90s}\nwhen_full: say all_busy", "would all go to `say all_busy` after 90s"),
        ("overflow: {when: waiting(cards) > 5, to: general}", "would wait in vain"),
    ],
)
def test_callers_whom_nobody_can_serve_wait_in_vain_only_when_nothing_sends_them_on(settings: str, end: str) -> None:
    assert f"callers of cards {end}; " in advice(with_cards(settings, NOBODY))[0]
