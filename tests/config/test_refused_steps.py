"""Steps and announcements that make no sense: each edit of the small hotline is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s}]",
        [
            "11:13: lanes.cards.steps[0] (step 1): "
            "changes nothing; say what changes, for example needs, add, announce or "
            "overflow",
        ],
        id="a_step_that_changes_nothing",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, add: english, narrows: true}]",
        [
            "11:49: lanes.cards.steps[0].narrows (step 1): is about `needs`, which this step does not have",
        ],
        id="a_step_that_narrows_nothing",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, needs: general, once: true}]",
        [
            "11:48: lanes.cards.steps[0].once (step 1): is about `when`, which this step does not have",
        ],
        id="a_step_once_without_a_condition",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, needs: general, narrows: yes}]",
        [
            '11:51: lanes.cards.steps[0].narrows (step 1): "yes" is not true or false',
        ],
        id="a_step_with_yes_for_true",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps:\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      "
        "- {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n  "
        "    - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: "
        "general}\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      - {after: 1s, "
        "needs: general}\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      - {after: "
        "1s, needs: general}\n      - {after: 1s, needs: general}\n      - {after: 1s, needs: general}\n      - "
        "{after: 1s, needs: general}",
        [
            "12:7: lanes.cards.steps: has too many entries; at most 16",
        ],
        id="seventeen_steps",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, need: general}]",
        [
            "11:26: lanes.cards.steps[0].need (step 1): "
            "unknown key (did you mean needs?); allowed are after, when, once, "
            "needs, add, drop, narrows, any_language, lanes, credit, announce, offer_callback, overflow",
        ],
        id="a_step_key_that_is_unknown",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, drop: [card]}]",
        [
            "11:33: lanes.cards.steps[0].drop[0] (step 1): "
            'no agent has the skill "card" (did you mean cards?); known are '
            "cards, english, general, mandarin",
        ],
        id="a_step_that_drops_a_skill_of_nobody",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, lanes: [genral]}]",
        [
            "11:34: lanes.cards.steps[0].lanes[0] (step 1): "
            'there is no lane "genral" (did you mean general?); known are '
            "cards, general",
        ],
        id="a_step_to_the_people_of_no_lane",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, announce: all_bisy}]",
        [
            "11:36: lanes.cards.steps[0].announce (step 1): "
            'there is no announcement "all_bisy" (did you mean all_busy?); '
            "known are all_busy, technical_problem",
        ],
        id="an_announcement_that_does_not_exist",
    ),
    pytest.param(
        "  all_busy:",
        "  all-busy: {zh: 线路繁忙。, en: Busy.}\n  all_busy:",
        [
            '34:3: announcements.all-busy: "all-busy": not a name; allowed are a-z, 0-9 and _, first a letter, at '
            "most 32 characters",
        ],
        id="an_announcement_with_a_hyphen",
    ),
    pytest.param(
        "  all_busy:",
        "  busy:",
        [
            "34:3: announcements.all_busy: is missing",
        ],
        id="a_required_announcement_that_is_missing",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{after: 20s, offer_callback: true}]",
        [
            "11:42: lanes.cards.steps[0].offer_callback (step 1): "
            "needs a text for callers to hear; add offer_callback to "
            "the announcements",
        ],
        id="an_offer_to_call_back_without_its_text",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]
