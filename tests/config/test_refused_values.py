"""Values that are not what they should be: each edit of the small hotline is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "ring_for: 15s",
        "ring_for: 15",
        [
            "10:15: lanes.cards.ring_for: 15 has no unit; write 15s for seconds or 15m for minutes",
        ],
        id="a_duration_without_a_unit",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: quarter of a minute",
        [
            '10:15: lanes.cards.ring_for: "quarter of a minute": not a length of time; write a '
            "whole number and a unit: 500ms, 15s, 5m or 1h",
        ],
        id="a_duration_in_words",
    ),
    pytest.param(
        "credit: 90s",
        "credit: 1.5m",
        [
            '20:13: vip.platinum.credit: "1.5m": not a length of time; write a whole number '
            "and a unit: 500ms, 15s, 5m or 1h",
        ],
        id="a_duration_with_a_fraction",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 2h",
        [
            '10:15: lanes.cards.ring_for: "2h": too long; at most 60s',
        ],
        id="an_endless_ring",
    ),
    pytest.param(
        "ring_for: 15s",
        "ring_for: 0s",
        [
            '10:15: lanes.cards.ring_for: "0s": must be longer than nothing',
        ],
        id="a_ring_of_nothing",
    ),
    pytest.param(
        "credit: 90s",
        "credit: 25h",
        [
            '20:13: vip.platinum.credit: "25h": too long; at most 24h',
        ],
        id="a_credit_longer_than_a_day",
    ),
    pytest.param(
        "credit: 90s",
        "credit: [90s]",
        [
            "20:13: vip.platinum.credit: not a length of time; write a whole number and a unit: 500ms, 15s, 5m or 1h",
        ],
        id="a_list_of_durations",
    ),
    pytest.param(
        '  "95555": {menu: main}',
        '  "95555": {menu: main}\n  "call-me": {menu: main}',
        [
            '3:3: numbers.call-me: "call-me": not a telephone number; allowed are 2 to 15 '
            "digits, with or without a + before them",
        ],
        id="a_number_of_letters",
    ),
    pytest.param(
        "en: Welcome.",
        'en: ""',
        [
            "24:26: menus.main[0].say.en (step 1): empty; write what the caller shall hear",
        ],
        id="an_empty_text",
    ),
    pytest.param(
        "en: Welcome.",
        "en: " + "x" * 601,
        [
            '24:26: menus.main[0].say.en (step 1): "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": too long '
            "(601 characters); at most 600, callers do not listen longer",
        ],
        id="a_text_nobody_would_listen_to",
    ),
    pytest.param(
        '"1": cards',
        '"11": cards',
        [
            '30:14: menus.main[2].keys.11 (step 3): "11": not a key of a telephone; allowed is one of 0 to 9, * or #',
        ],
        id="key_of_two_digits",
    ),
    pytest.param(
        '"1": cards',
        "a: cards",
        [
            '30:14: menus.main[2].keys.a (step 3): "a": not a key of a telephone; allowed is one of 0 to 9, * or #',
        ],
        id="key_a_letter",
    ),
    pytest.param(
        "- step: greeting\n      say",
        "- say",
        [
            "23:7: menus.main[0] (step 1): has no `step`; a step says its kind: greeting, say, language, menu, hours, "
            "route, collect, pin, pin_change, advert_offer, survey, message, transfer, hang_up",
        ],
        id="a_step_without_a_kind",
    ),
    pytest.param(
        "attempts: 3",
        "attempts: 99",
        [
            "32:17: menus.main[2].attempts (step 3): 99 is not allowed; at most 9",
        ],
        id="too_many_attempts",
    ),
    pytest.param(
        "attempts: 3",
        'attempts: "3"',
        [
            '32:17: menus.main[2].attempts (step 3): "3" is not a whole number; write it without quotes',
        ],
        id="attempts_in_quotes",
    ),
    pytest.param(
        'keys: {"1": cards, "0": general}',
        "keys: {}",
        [
            "30:13: menus.main[2].keys (step 3): has too few entries; at least 1",
        ],
        id="a_menu_without_keys",
    ),
    pytest.param(
        "cards: 2",
        "cards: 0",
        [
            "38:48: agents.ben.skills.cards: 0 is not allowed; at least 1",
        ],
        id="a_skill_at_level_0",
    ),
    pytest.param(
        "cards: 2",
        "cards: 11",
        [
            "38:48: agents.ben.skills.cards: 11 is not allowed; at most 10",
        ],
        id="a_skill_at_level_11",
    ),
    pytest.param(
        "cards: 2",
        "cards: high",
        [
            '38:48: agents.ben.skills.cards: "high" is not a whole number',
        ],
        id="a_level_in_words",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: cards >= 30",
        [
            "9:21: lanes.cards.needs: level 30 of cards does not exist; levels are 1 to 10",
        ],
        id="a_need_above_every_level",
    ),
    pytest.param(
        "needs: cards >= 3",
        'needs: ""',
        [
            "9:12: lanes.cards.needs: empty; write for example cards >= 3",
        ],
        id="an_empty_need",
    ),
    pytest.param(
        "    needs: cards >= 3",
        "    wrap_up: 3s",
        [
            "8:5: lanes.cards.needs: is missing",
        ],
        id="a_lane_without_needs",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nservice_level: {target: 0.85}",
        [
            "15:25: service_level.target: 0.85 has no percent sign; write 85%",
        ],
        id="a_share_of_one",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nservice_level: {target: '0.4'}",
        [
            '15:25: service_level.target: "0.4": a percent sign is missing; write 40%',
        ],
        id="a_share_of_one_as_text",
    ),
    pytest.param(
        "{phones: [anna]}",
        "{phones: anna}",
        [
            '16:20: fallback.phones: "anna" is not a list; write [anna]',
        ],
        id="one_value_where_a_list_is",
    ),
    pytest.param(
        'dialled: ["95555"]',
        'dialled: "95555"',
        [
            '19:55: vip.platinum.recognised_by.dialled: "95555" is not a list; write ["95555"]',
        ],
        id="one_number_where_a_list_is",
    ),
    pytest.param(
        "    ring_for: 15s\n",
        "    steps: {after: 20s, needs: general}\n",
        [
            "10:12: lanes.cards.steps: a mapping is not a list; write each of its entries behind a dash (- …), or in "
            "brackets [{…}, {…}]",
        ],
        id="one_step_where_a_list_is",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: General",
        [
            '14:15: default_lane: there is no lane "General" (did you mean general?); known are cards, general',
        ],
        id="a_name_in_capitals_is_told_once",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nservice_level: {target: 85}",
        [
            "15:25: service_level.target: 85 has no percent sign; write 85%",
        ],
        id="a_share_without_a_percent_sign",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nservice_level: {target: 850%}",
        [
            '15:25: service_level.target: "850%": above 100%; allowed is 0% to 100%',
        ],
        id="a_share_above_all",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntrunks: {carrier: {match: [sip.example.org]}}",
        [
            '15:28: trunks.carrier.match[0]: "sip.example.org": not an IP address; write for '
            "example 192.0.2.7 or 192.0.2.0/24",
        ],
        id="a_trunk_by_host_name",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntrunks: {carrier: {match: [192.0.2.7], port: 65536}}",
        ["15:46: trunks.carrier.port: 65536 is not allowed; at most 65535"],
        id="a_trunk_at_no_port",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nlimits: {calls: 0}",
        [
            "15:17: limits.calls: 0 is not allowed; at least 1",
        ],
        id="a_limit_of_no_calls",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nmqtt: {host: localhost, port: 70000, tls: yes}",
        [
            "15:31: mqtt.port: 70000 is not allowed; at most 65535",
            '15:43: mqtt.tls: "yes" is not true or false',
        ],
        id="a_port_out_of_range",
    ),
    pytest.param(
        "skills: {cards: 2",
        "skills: {and: 2",
        [
            '38:41: agents.ben.skills.and: "and": a skill cannot be called and; that word has a meaning of its own '
            "in `needs` and `when`",
        ],
        id="skill_called_and",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\njournal: {keep_days: 35d}",
        [
            '15:22: journal.keep_days: "35d" is not a whole number',
        ],
        id="days_with_a_unit",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\nasterisk: {ami_port: 5038}",
        [
            "15:11: asterisk.ami_secret_file: is missing",
        ],
        id="a_switch_without_its_secret",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\nmqtt: {host: "bad host"}',
        [
            '15:14: mqtt.host: "bad host": not a host; write a host name or an IP address',
        ],
        id="a_broker_on_no_host",
    ),
    pytest.param(
        "    ring_for: 15s",
        "    ring_for: 15\n    wrap_up: ages\n    needs2: x",
        [
            "10:15: lanes.cards.ring_for: 15 has no unit; write 15s for seconds or 15m for minutes",
            '11:14: lanes.cards.wrap_up: "ages": not a length of time; write a whole number '
            "and a unit: 500ms, 15s, 5m or 1h",
            "12:5: lanes.cards.needs2: unknown key (did you mean needs?); allowed are name, needs, ring_for, wrap_up, "
            "wrap_up_extension, priority, credit, ageing, bonus_at_most, choose_agent, last_agent, steps, overflow, "
            "limits, when_full, hours, when_closed, when_unstaffed, when_emergency, announce, dispositions, script, "
            "may_offer",
        ],
        id="three_faults_in_one_lane",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]
