"""Names that are no names, or that stand for nothing: each edit is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "{menu: main}",
        "{menu: mian}",
        [
            '2:19: numbers.95555.menu: there is no menu "mian" (did you mean main?); known are main',
        ],
        id="a_menu_that_does_not_exist",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: genral",
        [
            '14:15: default_lane: there is no lane "genral" (did you mean general?); known are cards, general',
        ],
        id="a_default_lane_that_does_not_exist",
    ),
    pytest.param(
        "default_language: zh",
        "default_language: fr",
        [
            '15:19: default_language: there is no language "fr"; known are en, zh',
        ],
        id="a_default_language_that_does_not_exist",
    ),
    pytest.param(
        "phones: [anna]",
        "phones: [ana]",
        [
            '16:21: fallback.phones[0]: no agent has the phone "ana" (did you mean anna?); known are anna, ben',
        ],
        id="a_fallback_phone_of_nobody",
    ),
    pytest.param(
        "needs: cards >= 3",
        "needs: card >= 3",
        [
            '9:12: lanes.cards.needs: there is no skill "card" (did you mean cards?); '
            "known are cards, english, general, mandarin",
        ],
        id="a_need_that_is_nobodys_skill",
    ),
    pytest.param(
        "skill: mandarin",
        "skill: mandarine",
        [
            '4:37: languages.zh.skill: no agent has the skill "mandarine" (did you mean '
            "mandarin?); known are cards, english, general, mandarin",
        ],
        id="a_language_that_is_nobodys_skill",
    ),
    pytest.param(
        '"1": cards',
        '"1": crads',
        [
            '30:19: menus.main[2].keys.1 (step 3): there is no lane "crads" (did you mean cards?); known are '
            "cards, general",
        ],
        id="a_key_to_a_lane_that_does_not_exist",
    ),
    pytest.param(
        '"2": en}',
        '"2": eng}',
        [
            '27:28: menus.main[1].keys.2 (step 2): there is no language "eng" (did you mean en?); known are en, zh',
        ],
        id="a_key_to_a_language_that_does_not_exist",
    ),
    pytest.param(
        'dialled: ["95555"]',
        'dialled: ["95556"]',
        [
            '19:56: vip.platinum.recognised_by.dialled[0]: nobody can dial the number "95556" '
            "(did you mean 95555?); known are 95555",
        ],
        id="a_vip_number_that_nobody_can_dial",
    ),
    pytest.param(
        "phone: ben",
        "phone: anna",
        [
            '38:27: agents.ben.phone: "anna" is used twice; already at agents.anna.phone on line 37',
        ],
        id="two_agents_share_a_phone",
    ),
    pytest.param(
        "phones: [anna]",
        "phones: [anna, anna]",
        [
            '16:27: fallback.phones[1]: "anna" is used twice; already at fallback.phones[0] on line 16',
        ],
        id="a_fallback_phone_twice",
    ),
    pytest.param(
        "name: {zh: 银行卡, en: Cards}",
        "name: {zh: 银行卡}",
        [
            "8:11: lanes.cards.name: has no text in en; a text is needed in every language",
        ],
        id="a_lane_without_a_name_in_one_language",
    ),
    pytest.param(
        "say: {zh: 欢迎。, en: Welcome.}",
        "say: {en: Welcome.}",
        [
            "24:12: menus.main[0].say (step 1): has no text in zh; a text is needed in every language",
        ],
        id="a_greeting_missing_in_one_language",
    ),
    pytest.param(
        "say: {zh: 欢迎。, en: Welcome.}",
        "say: {zh: 欢迎。, en: Welcome., fr: Bonjour.}",
        [
            '24:40: menus.main[0].say.fr (step 1): there is no language "fr"; known are en, zh',
        ],
        id="a_text_in_a_language_nobody_offers",
    ),
    pytest.param(
        "step: greeting",
        "step: greting",
        [
            '23:7: menus.main[0] (step 1): there is no step "greting" (did you mean greeting?); allowed '
            "are greeting, say, language, menu, hours, route, collect, pin, pin_change, advert_offer, survey, message, "
            "transfer, hang_up",
        ],
        id="a_step_of_an_unknown_kind",
    ),
    pytest.param(
        "  cards:\n    name",
        "  Cards:\n    name",
        [
            '7:3: lanes.Cards: "Cards": not a name; allowed are a-z, 0-9 and -, first a letter, at most 32 characters',
            '30:19: menus.main[2].keys.1 (step 3): there is no lane "cards" (did you mean Cards?); known are '
            "Cards, general",
        ],
        id="a_lane_with_a_capital",
    ),
    pytest.param(
        "  ben: {",
        "  ben dover: {",
        [
            '38:3: agents.ben dover: "ben dover": not a name; allowed are a-z, 0-9 and -, '
            "first a letter, at most 32 characters",
        ],
        id="an_agent_with_a_space",
    ),
    pytest.param(
        'recognised_by: {customer_tier: platinum, dialled: ["95555"]}',
        "recognised_by: {}",
        [
            "19:20: vip.platinum.recognised_by: recognises nobody; give a customer_tier, dialled numbers, "
            "or verified: true",
        ],
        id="a_vip_class_recognised_by_nothing",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntrunks: {carrier: {match: [192.0.2.7, 192.0.2.7]}}",
        [
            '15:39: trunks.carrier.match[1]: "192.0.2.7" is used twice; already at trunks.carrier.match[0] on line 15',
        ],
        id="the_same_carrier_address_twice",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\npause_reasons: [Lunch!, break, break]",
        [
            '15:17: pause_reasons[0]: "Lunch!": not a name; allowed are a-z, 0-9 and -, first '
            "a letter, at most 32 characters",
            '15:32: pause_reasons[2]: "break" is used twice; already at pause_reasons[1] on line 15',
        ],
        id="a_pause_reason_that_is_no_name",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]


def test_no_phone_is_named_like_the_softphone_of_another_one() -> None:
    text = edited("phone: anna,", "phone: anna-web,").replace("phones: [anna]", "phones: [anna-web]")
    with pytest.raises(ConfigRefused, match="ends in -web is that of a softphone"):
        loads(text)
