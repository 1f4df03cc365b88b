"""What holds at every question: 0 for a person, * back, # again, and what becomes of those who say nothing."""

import pytest

from tests.ivr.fake_line import PROMPT_LASTS, FakeLine, FakeSituation, bank_with, led

MENUS = """\
  main:
    - {step: language, say: {zh: 中文请按一。, en: "English, press two."}, keys: {"1": zh, "2": en}}
    - step: menu
      say: {zh: 银行卡请按一。, en: "Cards, press one."}
      keys: {"1": menu cards-menu, "3": wealth, "9": repeat}
  cards-menu:
    - step: menu
      say: {zh: 挂失请按一。, en: "Lost cards, press one."}
      keys: {"1": cards, "4": menu main, "*": message}
"""
TWO = bank_with(MENUS)


def pressing(keys: str, apart: int = 100) -> FakeLine:
    """A caller who presses a key every so many milliseconds."""
    return FakeLine(keys=[(50 + apart * n, key) for n, key in enumerate(keys)])


async def test_zero_leads_to_a_person_from_every_question() -> None:
    for keys, language in (("0", "zh"), ("20", "en"), ("210", "en")):
        line = pressing(keys)
        choice = await led(line, config=TWO)
        assert (choice.lane, choice.language, choice.wish) == ("general", language, "")
        assert line.written()["HL_DONE"] == "1"


async def test_who_has_chosen_a_lane_waits_for_a_person_there() -> None:
    settings = bank_with(
        """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards}}
    - {step: menu, say: {zh: 二。, en: Two.}, keys: {"2": wealth}}
"""
    )
    assert (await led(pressing("10"), config=settings)).lane == "cards"


async def test_a_key_of_a_menu_may_lead_to_another_menu() -> None:
    line = pressing("211")

    choice = await led(line, config=TWO)

    assert choice.lane == "cards"
    assert choice.menu == (("main", "1"), ("cards-menu", "1"))
    assert line.heard == ["zh/main-1-language", "en/main-2-menu", "en/cards-menu-1-menu"]


async def test_hash_says_the_question_again() -> None:
    line = pressing("2##3")

    assert (await led(line, config=TWO)).lane == "wealth"
    assert line.heard == ["zh/main-1-language", *["en/main-2-menu"] * 3]


async def test_a_key_may_say_the_question_again() -> None:
    line = pressing("293")

    assert (await led(line, config=TWO)).lane == "wealth"
    assert line.heard == ["zh/main-1-language", *["en/main-2-menu"] * 2]


async def test_star_goes_back_to_the_question_before() -> None:
    line = pressing("2*11*3")
    # At the last menu * is one of its own keys.
    assert (await led(line, config=TWO)).wish == "message"

    line = pressing("2*13")
    choice = await led(line, config=TWO)
    assert (choice.lane, choice.language) == ("wealth", "zh")
    # The languages are offered in all languages again, whatever was chosen.
    assert line.heard == ["zh/main-1-language", "en/main-2-menu", "zh/main-1-language", "zh/main-2-menu"]


async def test_a_language_is_taken_back_like_any_choice() -> None:
    line = pressing("2*")

    assert (await led(line, config=TWO)).language == "zh"
    assert line.heard[:2] == ["zh/main-1-language", "en/main-2-menu"]
    assert line.heard[-2:] == ["zh/main-2-menu", "en/main-2-menu"], "who has chosen none hears all"


async def test_star_at_the_first_question_says_it_again() -> None:
    line = pressing("**23")

    assert (await led(line, config=TWO)).lane == "wealth"
    assert line.heard == [*["zh/main-1-language"] * 3, "en/main-2-menu"]


async def test_going_back_takes_back_what_was_chosen() -> None:
    settings = bank_with(
        """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "3": wealth}}
    - {step: menu, say: {zh: 二。, en: Two.}, keys: {"2": general}}
"""
    )
    choice = await led(pressing("1*0"), config=settings)
    assert (choice.lane, choice.menu) == ("general", ())
    assert (await led(pressing("1*30"), config=settings)).lane == "wealth"


async def test_a_row_of_menus_can_be_gone_back_all_the_way() -> None:
    settings = bank_with(
        """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": menu second, "3": wealth}}
  second:
    - {step: menu, say: {zh: 二。, en: Two.}, keys: {"2": menu third}}
  third:
    - {step: menu, say: {zh: 三。, en: Three.}, keys: {"3": menu main}}
"""
    )
    line = pressing("123" + "12" + "*" * 6 + "3")

    assert (await led(line, config=settings)).lane == "wealth"
    there, back = ["main", "second", "third"], ["second", "main", "third", "second", "main", "main"]
    assert line.heard == [f"zh/{menu}-1-menu" for menu in [*there, *there, *back]]


async def test_silence_and_nonsense_go_on_by_otherwise() -> None:
    settings = bank_with(
        """\
  main:
    - step: menu
      say: {zh: 一。, en: One.}
      keys: {"1": cards}
      attempts: 2
      otherwise: wealth
"""
    )
    assert (await led(FakeLine(), config=settings)).lane == "wealth"
    assert (await led(pressing("99"), config=settings)).lane == "wealth"


async def test_nobody_is_hung_up_on_because_he_pressed_nothing() -> None:
    settings = bank_with(
        """\
  main:
    - step: menu
      say: {zh: 一。, en: One.}
      keys: {"1": cards, "2": menu goodbye}
      attempts: 1
      otherwise: menu goodbye
  goodbye:
    - {step: say, say: {zh: 听。, en: Listen.}}
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
"""
    )
    silent, lost, leaving = FakeLine(), pressing("9"), pressing("2")

    assert not (await led(silent, config=settings)).ends
    assert silent.written()["HL_DONE"] == "1"
    assert "zh/goodbye-2-hang_up" not in silent.heard
    for line in (lost, leaving):
        assert (await led(line, config=settings)).ends
        assert line.written()["HL_DONE"] == "bye"


@pytest.mark.parametrize(
    "step",
    [
        "{step: hours, calendar: office, closed: say closed}",
        "{step: route, cases: [{when: day in mon-sun, to: say closed}]}",
    ],
)
async def test_the_clock_decides_for_silent_callers_as_for_all(step: str) -> None:
    settings = bank_with(
        f"""\
  main:
    - {{step: language, say: {{zh: 一。, en: Two.}}, keys: {{"1": zh, "2": en}}, attempts: 1}}
    - {step}
""",
        'calendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n',
    )
    line = FakeLine()
    situation = FakeSituation(holding={"day in mon-sun"}, closed={"office"})
    assert (await led(line, config=settings, situation=situation)).ends
    assert line.heard[-2:] == ["zh/closed", "en/closed"]


async def test_a_question_without_barge_in_is_heard_to_its_end() -> None:
    settings = bank_with(
        """\
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "3": wealth}, barge_in: false}
"""
    )
    # The first 3 was pressed before the question, the 1 during it.
    line = FakeLine(keys=[(50, "3"), (500, "1"), (50 + 2 * PROMPT_LASTS + 10, "3")])

    assert (await led(line, config=settings)).lane == "wealth"
    assert line.time >= 50 + 2 * PROMPT_LASTS
