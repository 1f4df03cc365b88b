"""YAML that is wrong, or means something else than it looks: each edit is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

SECTIONS = (
    "time_zone, numbers, languages, lanes, default_lane, default_language, fallback, routing, calendars, vip, "
    "reserves, customers, directory, tiers, menus, announcements, overflow_numbers, transfer_numbers, trunks, limits, "
    "agents, shifts, pause_reasons, service_level, cool_down, no_answer, adverts, surveys, pin, callbacks, tickets, "
    "authority, contacts, mqtt, journal, staff, sessions, audit, web, oidc, asterisk"
)

REFUSED = [
    pytest.param(
        '  "95555": {menu: main}',
        "  95555: {menu: main}",
        [
            '2:3: numbers: the key 95555 is not a text; write it in quotes: "95555"',
        ],
        id="a_number_without_quotes",
    ),
    pytest.param(
        'dialled: ["95555"]',
        "dialled: [95555]",
        [
            '19:56: vip.platinum.recognised_by.dialled[0]: 95555 is not a text; write it in quotes: "95555"',
        ],
        id="a_dialled_number_without_quotes",
    ),
    pytest.param(
        "  general:\n    name",
        "  cards:\n    name",
        [
            "11:3: lanes.cards: stands twice; the first is on line 7",
            '14:15: default_lane: there is no lane "general"; known are cards',
            '30:31: menus.main[2].keys.0 (step 3): there is no lane "general"; known are cards',
        ],
        id="a_lane_twice",
    ),
    pytest.param(
        "  ben: {name: Ben",
        "  anna: {name: Ben",
        [
            "38:3: agents.anna: stands twice; the first is on line 37",
        ],
        id="an_agent_twice",
    ),
    pytest.param(
        '"1": cards',
        "1: cards",
        [
            '30:14: menus.main[2].keys (step 3): the key 1 is not a text; write it in quotes: "1"',
        ],
        id="a_key_without_quotes",
    ),
    pytest.param(
        "say: {zh: 欢迎。, en: Welcome.}",
        "say: {zh: 欢迎。, en: Welcome.}\n      wait_for: 5s",
        [
            "25:7: menus.main[0].wait_for (step 1): unknown key; allowed are step, say",
        ],
        id="a_greeting_that_waits",
    ),
    pytest.param(
        "default_lane: general",
        "default_lain: general",
        [
            "1:1: default_lane: is missing",
            "14:1: default_lain: unknown key (did you mean default_lane?); allowed are " + SECTIONS,
        ],
        id="an_unknown_section",
    ),
    pytest.param(
        "phone: ben",
        "telephone: ben",
        [
            "38:8: agents.ben.phone: is missing",
            "38:20: agents.ben.telephone: unknown key (did you mean phone?); allowed are name, phone, skills, "
            "line, grade",
        ],
        id="an_unknown_key_of_an_agent",
    ),
    pytest.param(
        "fallback: {phones: [anna]}",
        "fallback: [anna]",
        [
            "16:11: fallback: a list is not a mapping (key: value)",
        ],
        id="a_section_that_is_a_list",
    ),
    pytest.param(
        "fallback: {phones: [anna]}",
        "fallback:",
        [
            "16:1: fallback: nothing is not a mapping (key: value)",
        ],
        id="nothing_for_a_section",
    ),
    pytest.param(
        "lanes:\n  cards:",
        "lanes: {}\nolanes:\n  cards:",
        [
            "6:8: lanes: has too few entries; at least 1",
            "7:1: olanes: unknown key (did you mean lanes?); allowed are " + SECTIONS,
        ],
        id="no_lanes",
    ),
    pytest.param(
        "default_lane: general",
        "\tdefault_lane: general",
        [
            "14:1: not YAML: a tab stands here; YAML takes spaces alone",
        ],
        id="a_tab_as_indentation",
    ),
    pytest.param(
        "default_lane: general",
        "  default_lane: general",
        [
            "1:1: default_lane: is missing",
            '14:3: lanes.default_lane: "default_lane": not a name; allowed are a-z, 0-9 and -, '
            "first a letter, at most 32 characters",
            '14:17: lanes.default_lane: "general" is not a mapping (key: value)',
        ],
        id="bad_indentation",
    ),
    pytest.param(
        "phones: [anna]",
        "phones: [anna",
        [
            "16:25: not YAML: while parsing a flow sequence expected ',' or ']', but got '}'",
        ],
        id="a_bracket_left_open",
    ),
    pytest.param(
        "phones: [anna]",
        "phones: *all",
        [
            "16:20: *all stands for nothing; no &all before it",
        ],
        id="an_alias_of_nothing",
    ),
    pytest.param(
        "  ben: {name",
        "  ben: {<<: *x, name",
        [
            "38:9: agents.ben: merge keys (<<) are not allowed; an alias (*name) may stand for a whole value",
            "38:13: *x stands for nothing; no &x before it",
        ],
        id="a_merge_key",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: !!python/object:os.system general",
        [
            "14:15: default_lane: tags (!…) are not allowed",
        ],
        id="a_tag",
    ),
    pytest.param(
        "default_lane: general",
        "---\ndefault_lane: general",
        [
            "14:1: a second document begins here; one file holds one hotline",
        ],
        id="a_second_document",
    ),
    pytest.param(
        "name: Ben",
        "name: ~",
        [
            "38:15: agents.ben.name: nothing is not a text",
        ],
        id="a_name_left_empty",
    ),
    pytest.param(
        "name: Ben",
        'name: "Ben\\nDover"',
        [
            '38:15: agents.ben.name: "Ben\\nDover": has a line break or a control character; '
            "one line of plain text is allowed",
        ],
        id="a_name_of_two_lines",
    ),
    pytest.param(
        "phone: ben",
        "phone: true",
        [
            '38:27: agents.ben.phone: true is not a text; write it in quotes: "true"',
        ],
        id="a_phone_called_true",
    ),
    pytest.param(
        "en: Welcome.",
        "en: Welcome, dear",
        [
            "24:35: menus.main[0].say.dear (step 1): looks like the rest of a text; a comma inside {…} "
            "ends a text unless the text stands in quotes",
            "24:35: menus.main[0].say.dear (step 1): nothing is not a text",
        ],
        id="a_comma_in_a_flow_text",
    ),
    pytest.param(
        "announcements:",
        "vip: {}\nannouncements:",
        [
            "33:1: vip: stands twice; the first is on line 17",
        ],
        id="a_section_twice",
    ),
    pytest.param(
        "name: Ben",
        "name: B\x07en",
        [
            "38:16: the character '\\x07' is not allowed in a text file",
        ],
        id="a_control_character",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("say:\n  en: For English: press two.\n", "2:18: not YAML: a colon and a space stand inside a text; "),
        (
            "menus:\n    main: 1\n   spare: 2\n",
            "3:4: not YAML: this line is indented otherwise than what it belongs to",
        ),
        ("menus:\n    - main\n   - spare\n", "3:4: not YAML: this list is indented otherwise than"),
        ("menus\nlanes: 1\n", "2:6: not YAML: a colon and a space stand inside a text; "),
    ],
)
def test_a_slip_that_is_often_made_is_told_in_an_operators_words(text: str, told: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(text)
    assert str(refused.value.faults[0]).removeprefix("<text>:").startswith(told)
