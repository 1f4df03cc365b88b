"""Menus in which a caller would be lost are refused, at the place where he would be, before anybody hears them."""

import pytest

from acd.config.menus import STEP_KINDS
from tests.config.lost import ASKS, SAYS, faults, lines, with_menus

FOR_EVER = "who presses nothing would go round for ever"


def test_menus_that_lead_to_a_lane_a_person_or_an_end_are_fine() -> None:
    text = with_menus(
        main=[
            SAYS,
            f'{ASKS}, keys: {{"1": cards, "2": menu more, "3": repeat, "9": hang-up}}',
            "step: hours, calendar: office, closed: person",
        ],
        more=[f'{ASKS}, keys: {{"1": menu main, "2": back, "3": number +862155555555, "4": say all_busy}}'],
    )

    assert faults(text) == []


def test_a_step_behind_one_that_always_leads_elsewhere_is_refused_where_it_stands() -> None:
    text = with_menus(main=[f'{ASKS}, keys: {{"1": person, "2": menu more}}, otherwise: person', SAYS, SAYS], more=SAYS)

    # The step after it is no news, though nobody comes to that one either.
    assert lines(text) == [
        "24:7: menus.main[1] (step 2): no caller gets to this step: step 1 of main (menu) always leads elsewhere; "
        "take one of them out"
    ]


@pytest.mark.parametrize("last", ["step: hang_up", "step: transfer, to: cards", "step: transfer, to: person"])
def test_nothing_comes_behind_an_end(last: str) -> None:
    kind = last.split(",", maxsplit=1)[0].removeprefix("step: ")

    assert faults(with_menus(main=[SAYS, last, SAYS])) == [
        f"menus.main[2]: no caller gets to this step: step 2 of main ({kind}) always leads elsewhere; "
        "take one of them out"
    ]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        (f'{ASKS}, keys: {{"1": cards}}, otherwise: repeat', "otherwise"),
        ("step: hours, calendar: office, closed: repeat", "closed"),
        ("step: route, cases: [{when: verified, to: repeat}]", "cases[0].to"),
        ("step: pin, say: {zh: 密码。, en: PIN.}, otherwise: repeat", "otherwise"),
    ],
)
def test_what_repeats_without_a_key_is_refused(step: str, place: str) -> None:
    assert faults(with_menus(main=step)) == [
        f"menus.main[0].{place}: repeats without a key, so who presses nothing would hear it for ever; write next, "
        "person or another way"
    ]


def test_a_key_leads_back_only_where_a_question_can_have_come_before() -> None:
    first = with_menus(main=[SAYS, f'{ASKS}, keys: {{"1": cards, "2": back}}'])

    assert lines(first) == [
        "24:79: menus.main[1].keys.2 (step 2): leads back to nothing: no caller has been asked anything before he "
        "comes here; write another way"
    ]
    assert faults(with_menus(main=[f'{ASKS}, keys: {{"1": cards}}', f'{ASKS}, keys: {{"2": back}}'])) == []
    assert faults(with_menus(main=f'{ASKS}, keys: {{"1": menu more}}', more=f'{ASKS}, keys: {{"2": back}}')) == []


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("step: hours, calendar: office, closed: back", "closed"),
        ("step: route, cases: [{when: verified, to: back}]", "cases[0].to"),
        (f'{ASKS}, keys: {{"1": cards}}, otherwise: back', "otherwise"),
        ("step: collect, say: {zh: 号码。, en: Your number.}, otherwise: back", "otherwise"),
    ],
)
def test_nobody_is_led_back_by_silence_to_a_question_that_silence_leads_on_from(back: str, place: str) -> None:
    asked = f'{ASKS}, keys: {{"1": cards}}'
    by_key = f'{ASKS}, keys: {{"1": menu more}}, otherwise: person'

    assert faults(with_menus(main=[asked, back])) == [
        f"menus.main[1].{place}: leads back to a question without a key, so who presses nothing would be asked for "
        "ever; write another way"
    ]
    # Who came by a key is asked again, and goes elsewhere if he presses nothing.
    assert faults(with_menus(main=by_key, more=back)) == []


def test_menus_that_lead_to_each_other_by_silence_are_refused_where_the_circle_closes() -> None:
    text = with_menus(
        main=[SAYS, f'{ASKS}, keys: {{"1": cards}}, otherwise: menu more'],
        more=["step: hours, calendar: office, open: person, closed: menu main"],
    )

    assert lines(text) == [
        "26:61: menus.more[0].closed (step 1): who presses nothing would go round for ever: main step 1 -> "
        "main step 2 -> more step 1 -> main step 1; let one of them lead elsewhere"
    ]


@pytest.mark.parametrize(
    "closing",
    [
        f'{ASKS}, keys: {{"1": cards}}, otherwise: menu main',
        "step: route, cases: [{when: verified, to: menu main}]",
        "step: route, cases: [{when: verified, to: person}], otherwise: menu main",
        "step: pin, say: {zh: 密码。, en: PIN.}, otherwise: menu main",
        "step: pin, say: {zh: 密码。, en: PIN.}, verified: menu main",
        "step: pin_change, say: {zh: 密码。, en: PIN.}, otherwise: menu main",
        "step: collect, say: {zh: 号码。, en: Your number.}, otherwise: menu main",
    ],
)
def test_whatever_leads_round_without_a_key_is_found(closing: str) -> None:
    (fault,) = faults(with_menus(main=[SAYS, closing]))

    assert FOR_EVER in fault


def test_a_circle_that_needs_a_key_is_a_menu_like_any_other() -> None:
    main = f'{ASKS}, keys: {{"1": menu more}}, otherwise: person'

    assert faults(with_menus(main=main, more=f'{ASKS}, keys: {{"1": menu main}}, otherwise: person')) == []
    changed = "step: pin_change, say: {zh: 密码。, en: PIN.}, changed: menu main, otherwise: person"
    assert faults(with_menus(main=main, more=changed)) == []


def test_each_circle_is_told_once_and_a_long_one_shortly() -> None:
    names = [f"m{at}" for at in range(30)]
    ring = {name: f"step: hours, calendar: office, open: person, closed: menu {after}"
            for name, after in zip(names, [*names[1:], names[0]], strict=True)}  # fmt: skip
    (fault,) = faults(with_menus(main=f'{ASKS}, keys: {{"1": menu m0}}', **ring))

    assert fault == (
        f"menus.m29[0].closed: {FOR_EVER}: m0 step 1 -> m1 step 1 -> m2 step 1 -> m3 step 1 -> m4 step 1 -> "
        "m5 step 1 -> … -> m0 step 1; let one of them lead elsewhere"
    )


@pytest.mark.parametrize("target", ["next", "back", "repeat", "menu main", "say all_busy", "hang-up"])
def test_a_transfer_leads_to_a_number_a_lane_or_a_person(target: str) -> None:
    assert faults(with_menus(main=[f"step: transfer, to: {target}"])) == [
        f"menus.main[0].to: {target} leads nowhere from a transfer; write number DIGITS, lane NAME or person"
    ]


def test_callers_are_found_lost_although_something_else_is_wrong_too() -> None:
    text = with_menus(main=["step: hang_up", SAYS]).replace("ring_for: 15s", "ring_for: 15")

    assert [fault.split(":")[0] for fault in faults(text)] == ["lanes.cards.ring_for", "menus.main[1]"]


def test_menus_that_are_wrong_in_themselves_are_mended_first() -> None:
    text = with_menus(main=["step: hang_up", SAYS, "step: wait"])

    assert faults(text) == [
        f'menus.main[2]: there is no step "wait"; allowed are {", ".join(STEP_KINDS)}',
    ]
