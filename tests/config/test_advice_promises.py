"""An operator hears of menus that do not do what callers, or the settings themselves, promise."""

from tests.config.lost import ASKS, SAYS, with_menus
from tests.config.test_advice_menus import said

CARDS = f'{ASKS}, keys: {{"1": cards, "2": general}}'
LANGUAGES = 'step: language, say: {zh: 按一。, en: Press two.}, keys: {"1": zh, "2": en}'
SPRING = "adverts: {spring: {spots: [{zh: 一。, en: One.}], lanes: [LANE]}}\n"
OFFER = "step: advert_offer, advert: spring, say: {zh: 按一。, en: Press one.}"


def test_a_menu_whose_0_leads_to_nobody_is_a_warning() -> None:
    for end in ("hang-up", "say goodbye"):
        text = with_menus(main=CARDS.replace('"2": general', f'"2": general, "0": {end}')).replace(
            "announcements:\n", "announcements:\n  goodbye: {zh: 再见。, en: Goodbye.}\n"
        )
        assert said(text) == [
            f"menus.main[0].keys.0: leads to `{end}`, but callers are used to a person at 0; take it out, and it does"
        ]
    assert said(with_menus(main=CARDS.replace('"2": general', '"2": general, "0": general'))) == []


def test_a_language_that_no_key_chooses_is_a_warning() -> None:
    assert said(with_menus(main=[LANGUAGES, CARDS])) == []
    assert said(with_menus(main=[LANGUAGES.replace(', "2": en', ""), CARDS])) == [
        "languages.en: no caller can choose it: no step `language` has a key for it; "
        "give it one, or take the language out"
    ]
    # Where nobody is asked there may be a reason.
    assert said(with_menus(main=CARDS)) == []


def test_an_advert_for_a_lane_that_has_not_been_chosen_where_it_is_offered_is_a_warning() -> None:
    general = [CARDS.replace('"1": cards', '"1": menu more'), OFFER]
    more = ["step: hours, calendar: office, open: cards, closed: cards", SAYS]
    cards, default = SPRING.replace("LANE", "cards"), SPRING.replace("LANE", "general")

    assert said(with_menus(main=general, more=more) + cards) == [
        "adverts.spring.lanes: nobody is asked: who comes to the question goes to general; "
        "name that lane, or ask where one of these has been chosen"
    ]
    assert said(with_menus(main=general, more=more) + default) == []
    assert said(with_menus(main=general, more=[more[0], OFFER]) + cards) == []
    # Whoever has chosen no lane yet goes to the default one.
    assert said(with_menus(main=[OFFER, CARDS]) + default) == []
    assert len(said(with_menus(main=[OFFER, CARDS]) + cards)) == 1
