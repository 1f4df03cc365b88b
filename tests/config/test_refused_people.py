"""Choices, reserves, pauses and classes that make no sense: each edit is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    priority: high",
        [
            '11:15: lanes.cards.priority: "high" is not a whole number',
        ],
        id="a_priority_in_words",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    ageing: 90%",
        [
            '11:13: lanes.cards.ageing: "90%": below 100%; allowed is 100% to 1000%',
        ],
        id="ageing_backwards",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    ageing: 150",
        [
            "11:13: lanes.cards.ageing: 150 has no percent sign; write 150%",
        ],
        id="ageing_without_a_percent_sign",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15s\n    choose_agent: fewest_skils",
        [
            '11:19: lanes.cards.choose_agent: "fewest_skils": not a way to choose an agent (did you mean '
            "fewest_skills?); allowed are fewest_skills, most_skills, longest_idle, fewest_calls, round_robin, "
            "best_level, occupancy",
        ],
        id="an_agent_chosen_by_beauty",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nrouting: {choose_call: fifo}",
        [
            '15:24: routing.choose_call: "fifo": not a way to choose a call; allowed are longest_waiting, '
            "longest_lane, best_skill",
        ],
        id="a_call_chosen_by_nothing_known",
    ),
    pytest.param(
        "credit: 90s",
        "credit: 90s\n    share_at_most: 40.5%",
        [
            '21:20: vip.platinum.share_at_most: "40.5%": not a percentage in whole percent; write for example 85%',
        ],
        id="a_share_with_a_fraction",
    ),
    pytest.param(
        "credit: 90s",
        "credit: 90s\n    relationship_manager: {}",
        [
            "21:27: vip.platinum.relationship_manager.wait_for: is missing",
        ],
        id="a_relationship_manager_who_waits_for_ever",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nreserves: {desk: {agents: cards}}",
        [
            "15:18: reserves.desk: must say one of only_for and backup_for, each with a lane",
        ],
        id="a_reserve_for_nobody",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nreserves: {desk: {agents: cards, only_for: cards, backup_for: general}}",
        [
            "15:18: reserves.desk: must say one of only_for and backup_for, each with a lane",
        ],
        id="a_reserve_for_a_lane_and_against_it",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nreserves: {desk: {agents: cards, only_for: cards}}",
        [
            "15:18: reserves.desk.until: is missing; say when these agents may serve the other lanes, too",
        ],
        id="a_reserve_that_never_ends",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nreserves: {desk: {agents: cards, backup_for: crads}}",
        [
            '15:46: reserves.desk.backup_for: there is no lane "crads" (did you mean cards?); known are cards, general',
        ],
        id="a_reserve_for_no_lane",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\npause_reasons: {lunch: 45, break: unlimited}",
        [
            "15:24: pause_reasons.lunch: 45 has no unit; write 45s for seconds or 45m for minutes, or unlimited",
        ],
        id="a_pause_limit_without_a_unit",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\npause_reasons: {lunch: 0m}",
        [
            '15:24: pause_reasons.lunch: "0m": must be longer than nothing; unlimited is for as long as he likes',
        ],
        id="a_pause_of_nothing",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\npause_reasons: {long lunch: 45m}",
        [
            '15:17: pause_reasons.long lunch: "long lunch": not a name; allowed are a-z, 0-9 and -, first a letter, '
            "at most 32 characters",
        ],
        id="a_pause_reason_of_two_words",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nno_answer: {pause_after: 0}",
        [
            "15:26: no_answer.pause_after: 0 is not allowed; at least 1",
        ],
        id="pausing_after_no_call",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nservice_level: {window: 1s}",
        [
            '15:25: service_level.window: "1s": too short; at least 1m',
        ],
        id="a_window_of_a_second",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\noverflow_numbers: ["+862155555555", "+862155555555"]',
        [
            '15:37: overflow_numbers[1]: "+862155555555" is used twice; already at overflow_numbers[0] on line 15',
        ],
        id="an_overflow_number_twice",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]
