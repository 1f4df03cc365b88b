"""What a waiting caller is told about his wait: in his language, kindly rounded, and never too long for a variable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.config import loads
from acd.core.names import CallId, LanguageName
from acd.core.orders import SayToCaller
from ivr.prompt_names import prompts_of
from ivr.spoken import text_of
from ivr.waiting_words import LONGEST_TEXT, WaitingWords
from tests.ivr.prompt_settings import MANY

WORDS = WaitingWords(loads(MANY))
PROMPTS = {(text.prompt.language, text.prompt.name) for text in prompts_of(loads(MANY))}
MINUTE = 60_000
CALL = CallId("hotline-1.1")


def told(language: str, position: int = 0, wait: tuple[int, int] | None = None) -> str:
    order = SayToCaller(CALL, "", LanguageName(language), position=position, wait=wait)
    return text_of(WORDS.of(order), language)


@pytest.mark.parametrize(
    ("position", "chinese", "english"),
    [
        (1, "您是下一位。", "You are next in line."),
        (2, "您前面还有一位客户在等待。", "You are number two in line."),
        (3, "您前面还有两位客户在等待。", "You are number three in line."),
        (13, "您前面还有十二位客户在等待。", "You are number thirteen in line."),
        (111, "您前面还有一百一十位客户在等待。", "You are number one hundred eleven in line."),
        (0, "", ""),
        (1_000, "", ""),
        (-3, "", ""),
    ],
)
def test_his_place(position: int, chinese: str, english: str) -> None:
    assert told("zh", position) == chinese
    assert told("en", position) == english


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        ((0, 0.5), "不到一分钟。", "less than a minute."),
        ((0, 1), "不超过一分钟。", "no more than one minute."),
        ((0.5, 1.7), "不超过两分钟。", "no more than two minutes."),
        ((1.5, 1.9), "一到两分钟。", "one to two minutes."),
        ((2.1, 3.8), "两到四分钟。", "two to four minutes."),
        ((2, 2), "两分钟。", "two minutes."),
        ((14.5, 15), "十四到十五分钟。", "fourteen to fifteen minutes."),
        ((17, 41), "十五到四十五分钟。", "fifteen to forty five minutes."),
        ((22, 60), "二十到六十分钟。", "twenty to sixty minutes."),
        ((22, 61), "超过二十分钟。", "more than twenty minutes."),
        ((60, 90), "超过一小时。", "more than an hour."),
    ],
)
def test_how_long_he_will_probably_wait(minutes: tuple[float, float], chinese: str, english: str) -> None:
    wait = (round(minutes[0] * MINUTE), round(minutes[1] * MINUTE))

    assert told("zh", wait=wait) == f"预计等待{chinese}"
    assert told("en", wait=wait) == f"You will probably wait {english}"


@pytest.mark.parametrize("wait", [(0, 61 * MINUTE), (4 * MINUTE, 90 * MINUTE), (0, 0), (5, 4), (-1, 4)])
def test_a_wait_of_which_nothing_is_known_is_not_told(wait: tuple[int, int]) -> None:
    assert told("zh", wait=wait) == told("en", wait=wait) == ""


def test_the_announcement_comes_first_then_his_place_then_the_wait() -> None:
    order = SayToCaller(CALL, "sorry", LanguageName("en"), position=1, wait=(0, 1))

    assert WORDS.of(order) == ("sorry", "position-next", "wait-minute")


def test_a_question_comes_last_so_that_he_may_answer_it() -> None:
    order = SayToCaller(CALL, "offer_callback", LanguageName("zh"), offer_callback=True, position=1, wait=(0, 1))

    assert WORDS.of(order) == ("position-next", "wait-minute", "offer_callback")


def test_a_language_whose_numbers_we_cannot_say_hears_the_announcement_alone() -> None:
    german = WaitingWords(loads(MANY.replace("voice: en-us", "voice: de")))

    assert german.of(SayToCaller(CALL, "sorry", LanguageName("en"), position=3, wait=(0, 1))) == ("sorry",)
    assert german.of(SayToCaller(CALL, "", LanguageName("zh"), position=1)) == ("position-next",)
    assert german.of(SayToCaller(CALL, "", LanguageName("fr"), position=3)) == ()


@given(
    st.sampled_from(["zh", "en"]),
    st.integers(-1, 1_100),
    st.tuples(st.integers(0, 70 * MINUTE), st.integers(0, 70 * MINUTE)) | st.none(),
    st.sampled_from(["", "a" * 32]),
    st.booleans(),
)
def test_whatever_he_is_told_is_recorded_and_fits(
    language: str, position: int, wait: tuple[int, int] | None, announcement: str, offer: bool
) -> None:
    order = SayToCaller(CALL, announcement, LanguageName(language), offer, position, wait)
    words = WORDS.of(order)

    assert len("+".join(words)) <= LONGEST_TEXT
    for word in words:
        assert re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", word)
        assert word == announcement or (language, word) in PROMPTS


@given(st.integers(0, 60 * MINUTE), st.integers(1, 60 * MINUTE))
def test_the_interval_told_holds_the_one_that_was_found(least: int, more: int) -> None:
    most = min(least + more, 60 * MINUTE)
    text = told("zh", wait=(least, most))
    english = told("en", wait=(least, most))

    if least < most < MINUTE:
        assert "不到一分钟" in text
    elif least < MINUTE <= most:
        assert "no more than" in english
    elif least < 60 * MINUTE:
        assert " to " in english or least // MINUTE == -(-most // MINUTE)


def test_what_does_not_fit_is_left_out_from_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    order = SayToCaller(CALL, "sorry", LanguageName("en"), position=3, wait=(2 * MINUTE, 4 * MINUTE))
    whole = WORDS.of(order)
    place = ("sorry", "position-begin", "n-3", "position-end")
    assert whole[:4] == place

    monkeypatch.setattr("ivr.waiting_words.LONGEST_TEXT", len("+".join(whole)) - 1)
    assert WORDS.of(order) == place

    monkeypatch.setattr("ivr.waiting_words.LONGEST_TEXT", len("+".join(place)) - 1)
    assert WORDS.of(order) == ("sorry",)
