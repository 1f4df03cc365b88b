"""Every text of the settings becomes a prompt, under a name that the menus and the dialplan agree on."""

import re
from pathlib import Path

import pytest

from acd.config import load, loads
from acd.config.references import CALLBACK, LEAVE_MESSAGE, OFFER_CALLBACK
from ivr.line import Prompt
from ivr.prompt_names import INVALID_KEY, checked, prompts_of
from ivr.prompts import path_in
from tests.ivr.fake_line import MENUS, bank

ROOT = Path(__file__).parents[2]


def test_the_prompts_of_a_hotline_are_its_steps_its_announcements_and_the_standard_ones() -> None:
    prompts = prompts_of(bank())

    assert [text.prompt.name for text in prompts if text.prompt.language == "zh"] == [
        "main-1-greeting",
        "main-2-language",
        "main-3-menu",
        "short-1-greeting",
        "all_busy",
        "technical_problem",
        INVALID_KEY,
    ]
    assert prompts[0].text == "欢迎。"
    assert prompts[0].voice == "cmn"
    assert prompts[0].place == "menus.main[1].say.zh"
    assert prompts[1].prompt == Prompt("en", "main-1-greeting")


def test_no_two_prompts_share_a_name() -> None:
    prompts = [text.prompt for text in prompts_of(load(ROOT / "examples/bank/hotline.yaml"))]

    assert len(prompts) == len(set(prompts)) > 10


def test_every_announcement_is_a_prompt_called_by_its_name() -> None:
    more = MENUS.replace("announcements:\n", "announcements:\n  sorry: {zh: 请稍候。, en: Please hold on.}\n")
    found = [text for text in prompts_of(loads(more)) if text.prompt.name == "sorry"]

    assert [(text.prompt.language, text.text, text.place) for text in found] == [
        ("zh", "请稍候。", "announcements.sorry.zh"),
        ("en", "Please hold on.", "announcements.sorry.en"),
    ]


def test_what_the_dialplan_plays_is_among_the_prompts() -> None:
    played = {
        name
        for file in (ROOT / "dialplans").glob("*.conf")
        for name in re.findall(r"hotline/\$\{HL_LANGUAGE\}/([A-Za-z0-9_-]+)", file.read_text())
    }

    assert played
    # Settings that lead to one of these without its text are refused.
    where_a_lane_leads = {LEAVE_MESSAGE, CALLBACK, OFFER_CALLBACK}
    assert played <= {text.prompt.name for text in prompts_of(bank())} | where_a_lane_leads


def test_a_language_without_a_standard_text_has_none() -> None:
    german = MENUS.replace("voice: en-us", "voice: de")

    standard = [text.prompt for text in prompts_of(loads(german)) if text.prompt.name == INVALID_KEY]

    assert standard == [Prompt("zh", INVALID_KEY)]


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
