"""An operator hears of menus, cases and offers that no caller ever comes to."""

import pytest

from tests.config.lost import ASKS, SAYS, with_menus
from tests.config.small import SMALL
from tests.config.staffed import STAFFED, advice, with_cards

ANNOUNCED = "  offer_callback: {zh: 按一。, en: Press one.}\n  callback: {zh: 再见。, en: Goodbye.}\nagents:\n"
TRUNK = 'trunks: {carrier: {match: ["203.0.113.10"]}}\n'
CALLED_BACK = STAFFED.replace("agents:\n", ANNOUNCED) + TRUNK
CARA = STAFFED.removeprefix(SMALL)


def said(text: str) -> list[str]:
    """What is said of menus, once there are enough people that nothing else is odd."""
    start = text.index("calendars:")
    return [line for line in advice(text[:start] + CARA + text[start:]) if not line.startswith("calendars.")]


def test_a_menu_to_which_nothing_leads_is_a_warning() -> None:
    island = "menus.island: no caller hears this menu: no number has it, and no menu that is heard leads here"
    cards = f'{ASKS}, keys: {{"1": cards, "2": menu island}}'

    assert said(with_menus(main=cards.replace(', "2": menu island', ""), island=SAYS)) == [island]
    assert said(with_menus(main=cards, island=SAYS)) == []
    # Two that lead to each other alone are heard by nobody, either.
    lost = with_menus(main=cards.replace("island", "main"), island=f'{ASKS}, keys: {{"1": menu more}}', more=SAYS)
    assert [line.split(":")[0] for line in said(lost)] == ["menus.island", "menus.more"]


def test_a_lane_is_come_to_by_every_kind_of_way() -> None:
    reached = (
        f'{ASKS}, keys: {{"1": cards}}',
        f'{ASKS}, keys: {{"1": general}}, otherwise: cards',
        "step: hours, calendar: office, closed: cards",
        "step: route, cases: [{when: verified, to: cards}]",
        "step: pin, say: {zh: 密码。, en: PIN.}, verified: cards",
        "step: transfer, to: cards",
    )
    for step in reached:
        assert said(with_menus(main=step)) == [], step
    (line,) = said(with_menus(main=SAYS))
    assert line.startswith("lanes.cards: no caller gets here: no menu that is heard leads here")


def test_a_lane_for_emergencies_is_come_to() -> None:
    text = with_menus(main=f'{ASKS}, keys: {{"1": cards}}').replace(
        "default_lane: general\n", "  spare: {name: {zh: 备用, en: Spare}, needs: general}\ndefault_lane: general\n"
    )

    assert [line.split(":")[0] for line in said(text)] == ["lanes.spare"]
    assert said(text.replace("    ring_for: 15s\n", "    when_emergency: spare\n")) == []


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("idle(cards) > 90", "idle(cards) is at most 3, as no more agents have what it asks for"),
        ("time < 09:00 and time > 17:00", "its parts contradict each other"),
    ],
)
def test_a_case_that_never_holds_is_a_warning(when: str, why: str) -> None:
    text = with_menus(main=[f'step: route, cases: [{{when: "{when}", to: cards}}]', SAYS])

    assert said(text) == [f"menus.main[0].cases[0].when: never holds: {why}; correct it or drop the case"]


def test_a_case_behind_one_that_always_holds_is_a_warning() -> None:
    cases = "[{when: waiting(cards) >= 0, to: cards}, {when: verified, to: general}]"

    assert said(with_menus(main=f"step: route, cases: {cases}")) == [
        "menus.main[0].cases[1]: nobody goes this way, as the case before always holds; drop one of them"
    ]


def test_a_step_that_asks_a_calendar_which_is_never_open_is_a_warning() -> None:
    text = with_menus(main="step: hours, calendar: office, open: cards, closed: general")

    assert said(text) == []
    assert said(text.replace('open: ["mon-fri 09:00-18:00"]', "open: []")) == [
        "menus.main[0].calendar: calendar office is never open, so everybody goes to `lane general`; give it hours"
    ]


@pytest.mark.parametrize(
    "used",
    [
        "step: hours, calendar: office, closed: cards",
        "step: route, cases: [{when: open(office), to: cards}]",
    ],
)
def test_a_calendar_that_a_menu_asks_is_used(used: str) -> None:
    text = with_menus(main=used).replace("pin: {}\n", "")
    start = text.index("calendars:")

    assert advice(text[:start] + CARA + text[start:]) == []


def test_an_advert_that_nobody_is_asked_about_is_a_warning() -> None:
    adverts = "adverts: {spring: {spots: [{zh: 一。, en: One.}]}}\n"
    asks = "step: advert_offer, advert: spring, say: {zh: 按一。, en: Press one.}"
    cards = f'{ASKS}, keys: {{"1": cards}}'

    assert said(with_menus(main=cards) + adverts) == [
        "adverts.spring: nobody hears it: no step of a menu asks about it; add {step: advert_offer, …}"
    ]
    assert said(with_menus(main=[cards, asks]) + adverts) == []


def test_a_survey_that_nobody_is_asked_is_a_warning() -> None:
    survey = "surveys: {asked: {questions: [{say: {zh: 好吗？, en: Good?}}], MORE}}\n"
    cards = f'{ASKS}, keys: {{"1": cards}}'

    assert said(with_menus(main=cards) + survey.replace("MORE", "menu_only: true")) == [
        "surveys.asked: nobody is asked: it is for menus alone, and none has it; add {step: survey, …}"
    ]
    assert said(with_menus(main=cards) + survey.replace("MORE", "share: 0%")) == [
        "surveys.asked.share: asks none of the callers; write a larger share, or menu_only: true"
    ]
    asked = with_menus(main=[cards, "step: survey, survey: asked"])
    assert said(asked + survey.replace("MORE", "menu_only: true")) == []


def test_callbacks_that_nobody_can_wish_are_a_warning() -> None:
    callbacks = 'callbacks: {numbers: ["+86"]}\n'

    assert advice(CALLED_BACK + callbacks) == [
        "callbacks: nobody can wish to be called back: no lane offers it or ends in it, and no menu leads to it"
    ]
    for settings in ("steps: [{after: 30s, offer_callback: true}]", "when_unstaffed: callback"):
        assert advice(with_cards(settings, CALLED_BACK) + callbacks) == []
    by_key = CALLED_BACK.replace('keys: {"1": cards,', 'keys: {"1": cards, "5": callback,')
    assert advice(by_key + callbacks) == []


def test_callbacks_that_no_carrier_can_place_are_a_warning() -> None:
    callbacks = 'callbacks: {numbers: ["+86"]}\n'
    wished = with_cards("when_unstaffed: callback", CALLED_BACK).replace(TRUNK, "") + callbacks

    assert advice(wished) == [
        "callbacks.numbers: nobody is called back: no carrier in trunks has a single IPv4 address, so none can be "
        "called; add its address to match"
    ]


def test_a_number_in_a_menu_that_no_carrier_can_be_called_for_is_a_warning() -> None:
    text = with_menus(main=[f'{ASKS}, keys: {{"1": number +862155555555, "2": cards}}', "step: transfer, to: person"])
    why = "no carrier in trunks has a single IPv4 address, so none can be called; add its address to match"

    assert said(text) == [f"menus.main[0].keys.1: nobody gets to +862155555555: {why}"]
    assert said(text + TRUNK) == []
