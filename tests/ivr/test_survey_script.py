"""How callers are asked how they were served, and what stands on the call of it."""

import pytest

from ivr.agi_errors import CallerHungUp
from ivr.survey_script import LONGEST_SURVEY, SurveyScript
from ivr.visit import Surroundings
from tests.ivr.fake_line import FakeDirectory, FakeLine, FakeSituation, bank_with, led
from tests.ivr.survey_bank import QUESTIONS, SURVEYS, answering, asking_bank


async def asked(line: FakeLine) -> FakeLine:
    around = Surroundings(asking_bank(), FakeDirectory(), FakeSituation(), line)
    await SurveyScript(around, {}).ask(line)
    return line


async def test_three_keys_a_comment_and_thanks() -> None:
    line = await asked(answering("524", speaks=20_000))

    assert line.heard == [*QUESTIONS, "zh/survey-service-comment", "zh/survey-service-thanks"]
    assert line.recorded == ["hotline-comments"]
    # A tone says when to speak.
    assert [tones is None for tones in line.tones] == [False, True]
    assert line.wrote == [
        ("HL_SURVEYED", "service"),
        ("HL_ANSWERS", "5"),
        ("HL_ANSWERS", "5.2"),
        ("HL_ANSWERS", "5.2.4"),
        ("HL_COMMENT", "1"),
        ("HL_DONE", "1"),
    ]


async def test_who_says_nothing_leaves_no_comment() -> None:
    line = await asked(answering("524"))

    assert line.written()["HL_COMMENT"] == ""
    assert line.written()["HL_DONE"] == "1"


async def test_a_key_at_the_comment_is_the_wish_to_get_on() -> None:
    line = await asked(answering("524#"))

    assert line.recorded == []
    assert line.heard[-1] == "zh/survey-service-thanks"
    assert "HL_COMMENT" not in line.written()


async def test_a_survey_without_thanks_and_comment_has_the_usual_thanks() -> None:
    line = answering("5")
    line.variables["HL_SURVEY"] = "short"

    assert (await asked(line)).heard == ["zh/survey-short-1", "zh/survey-thanks"]
    assert line.recorded == []


async def test_a_key_that_is_no_answer_is_said_to_be_none() -> None:
    line = await asked(answering("59*2#4"))

    # Of the second question only 1, 2 and 3 are answers.
    assert line.written()["HL_ANSWERS"] == "5.2.4"
    assert line.heard[1:4] == [QUESTIONS[1], "zh/invalid-key", "zh/invalid-key"]


async def test_nonsense_and_silence_are_no_answer_and_the_last_question() -> None:
    for keys in ("5", "588"):
        line = await asked(answering(keys))

        assert line.written()["HL_ANSWERS"] == "5.0"
        assert QUESTIONS[2] not in line.heard
        assert line.written()["HL_DONE"] == "1"


async def test_after_the_call_zero_asks_no_further() -> None:
    line = await asked(answering("50"))

    assert line.written()["HL_ANSWERS"] == "5.0"
    assert line.written()["HL_DONE"] == "1"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("leaves", "answers", "comment"),
    [(50, None, None), (600, "5", None), (1_600, "5.2", None), (2_700, "5.2.4", None), (9_000, "5.2.4", "1")],
)
async def test_a_hang_up_loses_no_answer(leaves: int, answers: str | None, comment: str | None, language: str) -> None:
    line = answering("524", speaks=20_000, ends_at=leaves)
    line.variables["HL_LANGUAGE"] = language
    with pytest.raises(CallerHungUp):
        await asked(line)

    assert line.written().get("HL_ANSWERS") == answers
    assert line.written().get("HL_COMMENT") == comment
    assert "HL_DONE" not in line.written()
    assert {prompt[:2] for prompt in line.heard} == {language}


async def test_who_was_asked_in_the_menu_of_the_same_call_is_not_asked_again() -> None:
    line = answering("524")
    line.variables |= {"HL_SURVEYED": "service", "HL_ANSWERS": "4"}

    assert (await asked(line)).heard == []
    assert line.wrote == [("HL_DONE", "1")]


async def test_a_survey_that_the_settings_do_not_have_any_more_is_none() -> None:
    line = answering("524")
    line.variables["HL_SURVEY"] = "gone"

    assert (await asked(line)).wrote == [("HL_DONE", "1")]


async def test_a_question_that_nobody_can_hear_ends_it() -> None:
    line = answering("524")
    line.missing = {QUESTIONS[1], QUESTIONS[1].replace("zh/", "en/")}

    assert (await asked(line)).written()["HL_ANSWERS"] == "5"
    assert line.written()["HL_DONE"] == "1"


async def test_it_ends_in_bounded_time_whatever_is_pressed() -> None:
    line = await asked(answering("#" * 400))

    assert line.time <= LONGEST_SURVEY + 10_000
    assert line.written()["HL_DONE"] == "1"


async def test_a_menu_asks_it_too_and_goes_on() -> None:
    line = answering("1524#")
    choice = await led(line, config=asking_bank())

    assert choice.ends
    assert line.written()["HL_ANSWERS"] == "5.2.4"
    # He has chosen no language, so he is asked in all, and each key answers at once.
    assert line.heard[1:4] == QUESTIONS


async def test_in_a_menu_zero_leads_to_a_person() -> None:
    line = answering("150")
    choice = await led(line, config=asking_bank())

    assert not choice.ends
    assert line.written()["HL_ANSWERS"] == "5.0"


async def test_a_survey_in_a_menu_does_not_end_the_call_of_a_caller_who_pressed_nothing() -> None:
    settings = bank_with("  main:\n    - {step: survey, survey: service}\n    - {step: hang_up}\n", SURVEYS)
    assert not (await led(FakeLine(), config=settings)).ends
    assert (await led(answering("5"), config=settings)).ends
