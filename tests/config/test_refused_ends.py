"""Ends for callers that lead nowhere: each edit of the small hotline is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: hang up",
        [
            '11:21: lanes.cards.when_unstaffed: "hang up": `hang` is no end for a call; write lane NAME, say '
            "ANNOUNCEMENT, message, callback or number DIGITS",
        ],
        id="an_outcome_that_is_none",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: calback now",
        [
            '11:21: lanes.cards.when_unstaffed: "calback now": `calback` is no end for a call (did you mean '
            "callback?); write lane NAME, say ANNOUNCEMENT, message, callback or number DIGITS",
        ],
        id="an_outcome_misspelt",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: lane genral",
        [
            '11:21: lanes.cards.when_unstaffed: there is no lane "genral" (did you mean general?); known are cards, '
            "general",
        ],
        id="an_outcome_to_no_lane",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: genral",
        [
            '11:21: lanes.cards.when_unstaffed: there is no lane "genral" (did you mean general?); known are cards, '
            "general",
        ],
        id="an_outcome_to_no_lane_by_its_bare_name",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: say closed",
        [
            '11:21: lanes.cards.when_unstaffed: there is no announcement "closed"; known are all_busy, '
            "technical_problem",
        ],
        id="an_outcome_that_says_what_is_no_announcement",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: say",
        [
            '11:21: lanes.cards.when_unstaffed: "say": say is followed by an announcement, for example say all_busy',
        ],
        id="an_outcome_that_says_nothing",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: message now",
        [
            '11:21: lanes.cards.when_unstaffed: "message now": nothing may follow message; write lane NAME, say '
            "ANNOUNCEMENT, message, callback or number DIGITS",
        ],
        id="an_outcome_with_too_much",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: callback",
        [
            "11:21: lanes.cards.when_unstaffed: needs a text for callers to hear; add callback to the announcements",
        ],
        id="being_called_back_without_its_text",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: message",
        [
            "11:21: lanes.cards.when_unstaffed: needs a text for callers to hear; add leave_message to the "
            "announcements",
        ],
        id="leaving_a_message_without_its_text",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: number +862155555555",
        [
            '11:21: lanes.cards.when_unstaffed: no overflow number is "+862155555555"; there are no '
            "`overflow_numbers` at all",
        ],
        id="a_number_outside_that_is_not_allowed",
    ),
    pytest.param(
        "    needs: general\n",
        '    needs: general\n    when_unstaffed: number +862155555556\noverflow_numbers: ["+862155555555"]\n',
        [
            '14:21: lanes.general.when_unstaffed: no overflow number is "+862155555556" (did you mean '
            "+862155555555?); known are +862155555555",
        ],
        id="a_number_outside_beside_the_allowed",
    ),
    pytest.param(
        "ring_for: 15s\n  general:\n    name: {zh: 人工服务, en: Anything else}\n    needs: general\n",
        "ring_for: 15s\n    when_unstaffed: general\n  general:\n    name: {zh: 人工服务, en: Anything else}\n    "
        "needs: general\n    overflow: {after: 5m, to: cards}\n",
        [
            "15:31: lanes.general.overflow.to: callers would go round: cards -> general -> cards",
        ],
        id="two_lanes_that_hand_callers_to_and_fro",
    ),
    pytest.param(
        "ring_for: 15s\n  general:\n    name: {zh: 人工服务, en: Anything else}\n    needs: general\n",
        "ring_for: 15s\n    steps: [{after: 5m, overflow: {to: lane general}}]\n  general:\n    name: {zh: 人工服务, "
        "en: Anything else}\n    needs: general\n    limits: {length: 5}\n    when_full: lane cards\n",
        [
            "16:16: lanes.general.when_full: callers would go round: cards -> general -> cards",
        ],
        id="a_circle_through_a_step_and_a_full_lane",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: number reception",
        [
            '11:21: lanes.cards.when_unstaffed: "number reception": number is followed by a telephone number, for '
            "example number +862155555555",
        ],
        id="an_outcome_to_no_number",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    overflow: {after: 5m}",
        [
            "11:15: lanes.cards.overflow.to: is missing",
        ],
        id="an_overflow_without_an_end",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    overflow: {to: general}",
        [
            "11:15: lanes.cards.overflow: would send every caller away at once; give after, when, or both",
        ],
        id="an_overflow_at_once",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    steps: [{overflow: {to: general}}]",
        [
            "11:24: lanes.cards.steps[0].overflow (step 1): "
            "would send every caller away at once; give after, when, or both",
        ],
        id="a_step_that_overflows_at_once",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_unstaffed: cards",
        [
            "11:21: lanes.cards.when_unstaffed: callers would go round: cards -> cards",
        ],
        id="a_lane_that_hands_callers_to_itself",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    limits: {length: 50}",
        [
            "11:13: lanes.cards.limits: says when the lane is full; add when_full, which says where callers go then",
        ],
        id="limits_without_an_end",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    limits: {}\n    when_full: general",
        [
            "11:13: lanes.cards.limits: limits nothing; give length, wait, or both",
        ],
        id="limits_of_nothing",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_full: say all_busy",
        [
            "11:16: lanes.cards.when_full: is for a lane with limits; add limits: {length: …} or {wait: …}",
        ],
        id="a_full_lane_without_limits",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    hours: office",
        [
            "11:12: lanes.cards.hours: says when the lane is open; add when_closed, which says where callers go "
            "otherwise",
            '11:12: lanes.cards.hours: there is no calendar "office"; there are no `calendars` at all',
        ],
        id="hours_without_an_end_and_of_no_calendar",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    when_closed: say all_busy",
        [
            "11:18: lanes.cards.when_closed: is for a lane with hours; add hours, the name of a calendar",
        ],
        id="a_closed_lane_without_hours",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]
