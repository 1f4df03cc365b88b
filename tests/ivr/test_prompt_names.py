"""Every text of the settings becomes a prompt, under a name that the menus and the dialplan agree on."""

import re
from pathlib import Path

import pytest

from acd.config import HotlineConfig, load, loads
from acd.config.references import CALLBACK, LEAVE_MESSAGE, OFFER_CALLBACK
from ivr.line import Prompt
from ivr.prompt_names import (
    INVALID_KEY,
    PromptText,
    advert_spot_name,
    checked,
    prompts_of,
    step_name,
    survey_comment_name,
    survey_question_name,
    survey_thanks_name,
)
from ivr.prompts import path_in
from ivr.spoken import digits
from ivr.standard_texts import STANDARD_TEXTS
from tests.ivr.prompt_settings import FEW, MANY

ROOT = Path(__file__).parents[2]


def names(config: HotlineConfig, language: str = "zh") -> list[str]:
    return [text.prompt.name for text in prompts_of(config) if text.prompt.language == language]


def called(name: str, text: str) -> list[PromptText]:
    return [each for each in prompts_of(loads(text)) if each.prompt.name == name]


def test_a_hotline_that_says_little_has_few_prompts() -> None:
    prompts = prompts_of(loads(FEW))

    assert names(loads(FEW)) == ["main-1-greeting", "all_busy", "technical_problem", INVALID_KEY]
    assert prompts[0] == PromptText(Prompt("zh", "main-1-greeting"), "欢迎。", "cmn", "menus.main[1].say.zh")
    assert prompts[1].prompt == Prompt("en", "main-1-greeting")


def test_every_kind_of_text_is_a_prompt() -> None:
    found = names(loads(MANY))

    assert found[: found.index(INVALID_KEY)] == [
        step_name("main", 1, "greeting"),
        "main-2-say",
        "main-3-collect",
        "main-4-pin",
        "main-5-pin_change",
        "main-6-advert_offer",
        "main-8-hang_up",
        "all_busy",
        "technical_problem",
        "invalid_key",
        survey_question_name("service", 1),
        "survey-service-2",
        survey_comment_name("service"),
        survey_thanks_name("service"),
        advert_spot_name("card", 1),
        "advert-card-2",
        "advert-loan-1",
    ]
    assert set(STANDARD_TEXTS) <= set(found)


def test_the_places_of_texts_lead_an_operator_to_his_file() -> None:
    places = {text.prompt.name: text.place for text in prompts_of(loads(MANY)) if text.prompt.language == "en"}

    assert places["survey-service-2"] == "surveys.service.questions[2].say.en"
    assert places["survey-service-thanks"] == "surveys.service.thanks.en"
    assert places["advert-card-2"] == "adverts.card.spots[2].en"
    assert places["pin-wrong"] == "the standard text pin-wrong.en"
    assert places["n-7"] == "the word n-7.en"


def test_no_two_prompts_share_a_name() -> None:
    for config in (loads(MANY), load(ROOT / "examples/bank/hotline.yaml")):
        prompts = [text.prompt for text in prompts_of(config)]
        assert len(prompts) == len(set(prompts)) > 10


def test_an_announcement_of_its_name_replaces_a_standard_text() -> None:
    chinese, english = called(INVALID_KEY, MANY)
    assert chinese.text == "没有这个选项。"
    assert chinese.place == "announcements.invalid_key.zh"
    assert english.text == "There is no such choice."

    assert called(INVALID_KEY, FEW)[1].text == STANDARD_TEXTS[INVALID_KEY].by_family["en"]


@pytest.mark.parametrize(
    ("setting", "needed"),
    [
        ("pin: {}\n", "pin-wrong"),
        ('callbacks: {numbers: ["1"]}\ntrunks: {carrier: {match: ["127.0.0.1"]}}\n', "callback-confirm"),
        ('callbacks: {numbers: ["1"]}\ntrunks: {carrier: {match: ["127.0.0.1"]}}\n', "digit-7"),
        ('surveys: {calls: {questions: [{say: {zh: "您满意吗？", en: "Content?"}}]}}\n', "survey-thanks"),
    ],
)
def test_a_standard_text_is_made_only_where_it_is_needed(setting: str, needed: str) -> None:
    assert needed not in names(loads(FEW))
    assert needed in names(loads(FEW + setting))


@pytest.mark.parametrize(
    ("announce", "spoken", "silent"),
    [
        ("position: true", "position-begin", "wait-begin"),
        ("estimated_wait: true", "wait-begin", "position-begin"),
    ],
)
def test_numbers_are_made_only_for_what_is_told(announce: str, spoken: str, silent: str) -> None:
    found = names(loads(FEW.replace("needs: general}", f"needs: general, announce: {{{announce}}}}}")))

    assert spoken in found
    assert silent not in found
    assert "n-pair" in found
    assert "n-wan" not in found, "nobody waits behind ten thousand others"
    assert "money-yuan" not in found


def test_all_that_digits_say_is_among_the_prompts() -> None:
    assert set(digits("0123456789")) <= set(names(loads(MANY), "en")) & set(names(loads(MANY), "zh"))


def test_what_the_dialplan_plays_is_among_the_prompts() -> None:
    played = {
        name
        for file in (ROOT / "dialplans").glob("*.conf")
        for name in re.findall(r"hotline/\$\{HL_LANGUAGE\}/([A-Za-z0-9_-]+)", file.read_text())
    }

    assert played
    # Settings that lead to one of these without its text are refused.
    where_a_lane_leads = {LEAVE_MESSAGE, CALLBACK, OFFER_CALLBACK}
    assert played <= set(names(loads(MANY))) | where_a_lane_leads


def test_a_language_of_no_known_family_has_its_own_texts_and_no_others() -> None:
    german = MANY.replace("voice: en-us", "voice: de").replace("  invalid_key:", "  sorry:")

    found = names(loads(german), "en")

    assert "main-1-greeting" in found
    assert not set(STANDARD_TEXTS) & set(found)
    assert not [name for name in found if name.startswith(("n-", "digit-", "wait-"))]
    assert set(STANDARD_TEXTS) <= set(names(loads(german), "zh"))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Ä", "A", "a\n", "-x", "a" * 97, "a.wav"])
def test_a_name_that_could_lead_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a prompt cannot be called"):
        checked(Prompt("en", name))
    with pytest.raises(ValueError, match="a prompt cannot be called"):
        path_in(ROOT, Prompt("en", name))


@pytest.mark.parametrize("language", ["", "..", "e/n", "EN", "1"])
def test_a_language_that_could_lead_out_of_its_folder_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="a prompt cannot be called"):
        path_in(ROOT, Prompt(language, "welcome"))
