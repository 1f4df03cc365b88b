"""A prompt without a sound: the caller hears another language, or goes to a person. He never waits in silence."""

import pytest

from tests.ivr.fake_line import FakeLine, FakeSituation, bank, bank_with, led

BOTH = ["zh/main-3-menu", "en/main-3-menu"]


async def test_a_prompt_that_his_language_lacks_is_heard_in_another() -> None:
    line = FakeLine(keys=[(500, "2"), (1_000, "3")], missing={"en/main-3-menu"})

    assert (await led(line)).lane == "wealth"
    assert line.heard == ["zh/main-1-greeting", "zh/main-3-menu"]


async def test_who_has_chosen_no_language_hears_the_ones_that_are_there() -> None:
    line = FakeLine(missing={"zh/main-2-language"})

    await led(line)

    assert line.heard[:4] == ["zh/main-1-greeting", "en/main-1-greeting", "en/main-2-language", "en/main-2-language"]


async def test_a_question_that_nobody_can_hear_leads_to_a_person() -> None:
    for language in ("zh", "en"):
        line = FakeLine(keys=[(500, "1" if language == "zh" else "2")], missing=set(BOTH))
        choice = await led(line)

        assert (choice.lane, choice.language) == ("general", language)
        assert line.wrote[-1] == ("HL_DONE", "1")
        assert line.time < 1_000


async def test_a_greeting_that_nobody_can_hear_is_left_out() -> None:
    line = FakeLine(keys=[(500, "2"), (900, "1")], missing={"zh/main-1-greeting", "en/main-1-greeting"})

    assert (await led(line)).lane == "cards"
    assert line.heard == ["zh/main-2-language", "en/main-3-menu"]


async def test_without_the_word_for_a_wrong_key_the_question_is_asked_again() -> None:
    line = FakeLine(keys=[(500, "2"), (900, "9"), (1_500, "1")], missing={"zh/invalid-key", "en/invalid-key"})

    assert (await led(line)).lane == "cards"
    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu", "en/main-3-menu"]


@pytest.mark.parametrize("step", ["{step: say, say: {zh: 请听。, en: Listen.}}", "{step: hang_up, say: {zh: 再见。}}"])
async def test_last_words_that_nobody_can_hear_are_left_to_a_person(step: str) -> None:
    settings = bank_with(f"  main:\n    - {step}\n".replace("再见。}", "再见。, en: Bye.}"))
    kind = "say" if "step: say" in step else "hang_up"
    line = FakeLine(missing={f"zh/main-1-{kind}", f"en/main-1-{kind}"})

    assert not (await led(line, config=settings)).ends
    assert line.heard == []
    assert line.wrote[-1] == ("HL_DONE", "1")


async def test_so_is_an_announcement_before_the_end() -> None:
    settings = bank_with(
        "  main:\n    - {step: route, cases: [{when: day in mon-sun, to: say closed}]}\n",
    )
    line = FakeLine(missing={"zh/closed", "en/closed"})

    assert not (await led(line, config=settings, situation=FakeSituation(holding={"day in mon-sun"}))).ends


@pytest.mark.parametrize("language", ["1", "2"])
async def test_with_all_prompts_gone_a_caller_still_reaches_a_person(language: str) -> None:
    names = {f"main-{number}-{step.step}" for number, step in enumerate(bank().menus["main"], 1)}
    line = FakeLine(keys=[(10, language)], missing={f"{at}/{name}" for name in names for at in ("zh", "en")})

    assert (await led(line)).lane == "general"
    assert line.heard == []
    assert line.wrote[-1] == ("HL_DONE", "1")
