"""The caller's side: names that nothing has, texts that are missing, halves of a pair; each told where it stands."""

import pytest

from tests.config.everything import EVERYTHING
from tests.config.lost import ASKS, SAYS, faults, with_menus
from tests.config.small import SMALL, edited

SURVEY = "surveys:\n  asked: {questions: [{say: {zh: 好吗？, en: Good?}, keys: 5}]"
ADVERT = "adverts:\n  spring: {spots: [{zh: 一。, en: One.}]"


def the_only_fault(text: str) -> str:
    """What is wrong with settings of which just one thing is wrong."""
    (fault,) = faults(text)
    return fault


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (f'{ASKS}, keys: {{"1": crads}}', 'keys.1: there is no lane "crads" (did you mean cards?)'),
        (f'{ASKS}, keys: {{"1": menu mian}}', 'keys.1: there is no menu "mian" (did you mean main?)'),
        (f'{ASKS}, keys: {{"1": say closd}}', 'keys.1: there is no announcement "closd"'),
        (f'{ASKS}, keys: {{"1": number 110}}', 'keys.1: no overflow number is "110"'),
        (f'{ASKS}, keys: {{"1": cards}}, otherwise: genral', 'otherwise: there is no lane "genral"'),
        (f'{ASKS}, keys: {{"1": message}}', "keys.1: needs a text for callers to hear; add leave_message"),
        (f'{ASKS}, keys: {{"1": callback}}', "keys.1: needs a text for callers to hear; add callback"),
        ("step: message", ": needs a text for callers to hear; add leave_message"),
        ("step: hours, calendar: ofice", 'calendar: there is no calendar "ofice" (did you mean office?)'),
        ("step: hours, calendar: office, open: nowhere", 'open: there is no lane "nowhere"'),
        ("step: hours, calendar: office, closed: menu night", 'closed: there is no menu "night"'),
        ("step: route, cases: [{when: verified, to: vip}]", 'cases[0].to: there is no lane "vip"'),
        ("step: route, cases: [{when: verified, to: cards}], otherwise: menu x", 'otherwise: there is no menu "x"'),
        ("step: route, cases: [{when: idle(card) > 0, to: cards}]", 'cases[0].when: there is no skill "card"'),
        ("step: route, cases: [{when: tier == gold, to: cards}]", 'cases[0].when: there is no tier "gold"'),
        ("step: pin, say: {zh: 密。, en: PIN.}, verified: vip", 'verified: there is no lane "vip"'),
        ("step: pin_change, say: {zh: 密。, en: PIN.}, changed: vip", 'changed: there is no lane "vip"'),
        ("step: collect, say: {zh: 号。, en: Number.}, otherwise: vip", 'otherwise: there is no lane "vip"'),
        ("step: transfer, to: number 110", 'to: no overflow number is "110"'),
        ("step: advert_offer, advert: spring, say: {zh: 按一。, en: One.}", 'advert: there is no advert "spring"'),
        ("step: survey, survey: asked", 'survey: there is no survey "asked"'),
    ],
)
def test_a_step_that_speaks_of_nothing_is_told_where_it_does(step: str, told: str) -> None:
    place, _, what = told.partition(": ")

    assert the_only_fault(with_menus(main=step)).startswith(f"menus.main[0]{'.' if place else ''}{place}: {what}")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lanes: [cards]\n    languages", "lanes: [crads]\n    languages", "adverts.spring.lanes[0]: there is no lane"),
        ("languages: [zh]", "languages: [fr]", "adverts.spring.languages[0]: there is no language"),
        ("languages: [zh]\n    tiers: [platinum]", "tiers: [silver]", 'adverts.spring.tiers[0]: nobody has the tier'),
        ("hours: office\n    not_again", "hours: night\n    not_again", "adverts.spring.hours: there is no calendar"),
        ("lanes: [cards]\n    agents", "lanes: [crads]\n    agents", "surveys.after.lanes[0]: there is no lane"),
        ("agents: [anna]", "agents: [ana]", "surveys.after.agents[0]: there is no agent"),
        ("agents: [anna]", "agents: [anna, anna]", 'surveys.after.agents[1]: "anna" is used twice'),
        ("agents: [anna]\n    tiers: [platinum]", "tiers: [silver]", "surveys.after.tiers[0]: nobody has the tier"),
        ("hours: office\n  numbers", "hours: night\n  numbers", "callbacks.hours: there is no calendar"),
        ('numbers: ["+86"]', 'numbers: ["+86", "+86"]', 'callbacks.numbers[1]: "+86" is used twice'),
        ('numbers: ["+86"]', 'numbers: ["86-"]', "callbacks.numbers[0]: \"86-\": not how a telephone number begins"),
        ("when_emergency: say closed", "when_emergency: say nothing", "lanes.cards.when_emergency: there is no ann"),
        ("when_emergency: say closed", "when_emergency: cards", "lanes.cards.when_emergency: callers would go round"),
        ("first: customer", "first: nobody", 'callbacks.first: "nobody": not whom a callback begins with'),
        ("share: 25%", "share: 0.25", "surveys.after.share: 0.25 has no percent sign; write 25%"),
        ("every: 30s", "every: 5s", 'lanes.cards.announce.every: "5s": too short; at least 15s'),
        ('url: "https://', 'url: "http://', 'pin.https.url: "http://bank.example/pin": not an address to'),
        ("within: 2s", "within: 20ms", 'pin.https.within: "20ms": too short; at least 200ms'),
    ],
)  # fmt: skip
def test_what_callers_meet_is_checked_like_all_else(old: str, new: str, told: str) -> None:
    assert the_only_fault(edited(old, new, EVERYTHING)).startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("{zh: 请听。, en: Listen.}", "{zh: 请听。}", "menus.everything[0].say"),
        ("{zh: 听广告请按一。, en: Press one.}", "{en: Press one.}", "menus.everything[4].say"),
        ("say: {zh: 请输入客户号。, en: Your number.}", "say: {zh: 请输入客户号。}", "menus.desk[0].say"),
        ("say: {zh: 再见。, en: Goodbye.}", "say: {en: Goodbye.}", "menus.farewell[1].say"),
        ("{zh: 二。, en: Two.}", "{zh: 二。}", "adverts.spring.spots[1]"),
        ("{zh: 满意吗？, en: Happy?}", "{en: Happy?}", "surveys.after.questions[0].say"),
        ("{zh: 请说。, en: Tell us.}", "{en: Tell us.}", "surveys.after.comment"),
        ("{zh: 谢谢。, en: Thank you.}", "{zh: 谢谢。}", "surveys.after.thanks"),
    ],
)
def test_a_text_is_needed_in_every_language_wherever_callers_hear_one(old: str, new: str, place: str) -> None:
    missing = "zh" if "zh" not in new else "en"

    assert faults(edited(old, new, EVERYTHING)) == [
        f"{place}: has no text in {missing}; a text is needed in every language"
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("pin: {at_least: 7}\n", "pin.at_least: at least 7 digits and at most 6 are no number of digits"),
        ("pin: {at_least: 6, at_most: 5}\n", "pin.at_most: at least 6 digits and at most 5 are no number of digits"),
        ("pin: {verifier: https}\n", "pin.https: is missing; say where the online bank is: url and secret_file"),
        (
            "pin: {https: {url: 'https://bank.example/pin', secret_file: y}}\n",
            "pin.https: is for verifier: https; add it, or take this out",
        ),
        (
            SURVEY + ", unhappy_at: 5}\n",
            "surveys.asked.unhappy_at: every answer to questions[0] is at most 5, so all would be unhappy; "
            "write a lower key",
        ),
    ],
)
def test_halves_that_do_not_fit_each_other_are_told(more: str, told: str) -> None:
    assert the_only_fault(SMALL + more) == told


def test_a_row_of_digits_that_would_be_longer_than_the_longest_is_told() -> None:
    step = "step: collect, say: {zh: 号。, en: Number.}, at_least: 9, at_most: 8"

    assert the_only_fault(with_menus(main=step)) == (
        "menus.main[0].at_most: at least 9 digits and at most 8 are no number of digits"
    )


@pytest.mark.parametrize("step", ["pin", "pin_change"])
def test_a_pin_is_asked_for_only_where_somebody_knows_the_pins(step: str) -> None:
    text = with_menus(main=f"step: {step}, say: {{zh: 密码。, en: PIN.}}")

    assert faults(text) == []
    assert the_only_fault(edited("pin: {}\n", "", text)) == (
        "menus.main[0]: asks for a PIN that nobody knows; add the section pin: {verifier: local}"
    )


@pytest.mark.parametrize("announce", ["{}", "{every: 30s}", "{position: false, estimated_wait: false}"])
def test_an_announcement_of_nothing_is_told(announce: str) -> None:
    assert the_only_fault(edited("    ring_for: 15s\n", f"    announce: {announce}\n")) == (
        "lanes.cards.announce: tells nothing; give position: true, estimated_wait: true, or both"
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (ADVERT + ", spot: x}\n", "adverts.spring.spot: unknown key (did you mean spots?)"),
        (SURVEY + ", sahre: 5%}\n", "surveys.asked.sahre: unknown key (did you mean share?)"),
        ("callbacks: {}\n", "callbacks.numbers: is missing"),
        ("surveys: {asked: {questions: []}}\n", "surveys.asked.questions: has too few entries; at least 1"),
        ("adverts: {spring: {spots: []}}\n", "adverts.spring.spots: has too few entries; at least 1"),
        ("pin: {attempts_per_call: 0}\n", "pin.attempts_per_call: 0 is not allowed; at least 1"),
        ("pin: {at_least: 3}\n", "pin.at_least: 3 is not allowed; at least 4"),
    ],
)
def test_the_new_sections_are_closed_and_bounded(more: str, told: str) -> None:
    assert the_only_fault(SMALL + more).startswith(told)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("menu", "menu is followed by a menu, for example menu card-menu"),
        ("number reception", "number is followed by a telephone number"),
        ("back now", "nothing may follow back"),
        ("goto cards", "`goto` leads nowhere"),
        ("hangup now", "`hangup` leads nowhere (did you mean hang-up?)"),
        ("[cards]", "does not say where callers go"),
        ("''", "does not say where callers go"),
    ],
)
def test_a_way_on_that_cannot_be_read_is_told_with_all_that_may_be_written(written: str, told: str) -> None:
    fault = the_only_fault(with_menus(main=[SAYS, f'{ASKS}, keys: {{"1": {written}}}']))

    assert fault.startswith("menus.main[1].keys.1: ")
    assert told in fault


def test_adverts_whose_music_could_not_be_told_apart_are_told() -> None:
    languages = "  zh: {name: 中文, voice: cmn, skill: mandarin}\n"
    more = "  b-zh: {name: 方言, voice: cmn, skill: mandarin}\n"
    text = edited(languages, languages + more).replace("{zh: ", "{b-zh: 好, zh: ")
    spots = "{spots: [{zh: 一。, b-zh: 一。, en: One.}]}"

    assert the_only_fault(text + f"adverts:\n  a: {spots}\n  a-b: {spots}\n") == (
        "adverts.a-b: sounds like a in another language; give it another name"
    )
    assert faults(text + f"adverts:\n  a: {spots}\n  a-c: {spots}\n") == []
