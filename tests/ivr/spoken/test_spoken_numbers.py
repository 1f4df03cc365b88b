"""Numbers are said as people say them, in Chinese and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken import GRAMMARS, text_of
from ivr.spoken.words import TEXTS
from tests.ivr.spoken import readers

HIGHEST = 999_999_999_999
NUMBERS = (
    st.integers(0, HIGHEST)
    | st.integers(0, 9).flatmap(lambda digit: st.integers(0, 11).map(lambda zeros: digit * 10**zeros + digit))
    | st.lists(st.sampled_from("00001259"), min_size=1, max_size=12).map(lambda digits: int("".join(digits)))
)
"""Among them many with gaps, whole groups of zeros in the middle included."""


def said(value: int, family: str) -> str:
    return text_of(GRAMMARS[family].number(value), family)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "零", "zero"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (11, "十一", "eleven"),
        (12, "十二", "twelve"),
        (20, "二十", "twenty"),
        (22, "二十二", "twenty two"),
        (100, "一百", "one hundred"),
        (102, "一百零二", "one hundred two"),
        (110, "一百一十", "one hundred ten"),
        (112, "一百一十二", "one hundred twelve"),
        (200, "两百", "two hundred"),
        (222, "两百二十二", "two hundred twenty two"),
        (1_000, "一千", "one thousand"),
        (1_002, "一千零二", "one thousand two"),
        (1_010, "一千零一十", "one thousand ten"),
        (1_050, "一千零五十", "one thousand fifty"),
        (1_200, "一千二百", "one thousand two hundred"),
        (2_000, "两千", "two thousand"),
        (2_222, "两千二百二十二", "two thousand two hundred twenty two"),
        (10_000, "一万", "ten thousand"),
        (10_001, "一万零一", "ten thousand one"),
        (10_010, "一万零一十", "ten thousand ten"),
        (12_000, "一万二千", "twelve thousand"),
        (20_000, "两万", "twenty thousand"),
        (100_000, "十万", "one hundred thousand"),
        (110_000, "十一万", "one hundred ten thousand"),
        (100_010, "十万零一十", "one hundred thousand ten"),
        (102_000, "十万二千", "one hundred two thousand"),
        (200_000, "二十万", "two hundred thousand"),
        (1_000_000, "一百万", "one million"),
        (2_000_000, "两百万", "two million"),
        (10_100_000, "一千零一十万", "ten million one hundred thousand"),
        (20_030_004, "两千零三万零四", "twenty million thirty thousand four"),
        (100_000_000, "一亿", "one hundred million"),
        (100_000_010, "一亿零一十", "one hundred million ten"),
        (100_100_000, "一亿零一十万", "one hundred million one hundred thousand"),
        (100_001_000, "一亿零一千", "one hundred million one thousand"),
        (500_002_000, "五亿零二千", "five hundred million two thousand"),
        (500_020_000, "五亿零二万", "five hundred million twenty thousand"),
        (1_000_001_000, "十亿零一千", "one billion one thousand"),
        (1_200_000_000, "十二亿", "one billion two hundred million"),
        (200_000_000_000, "两千亿", "two hundred billion"),
        (200_000_002, "两亿零二", "two hundred million two"),
        (
            999_999_999,
            "九亿九千九百九十九万九千九百九十九",
            "nine hundred ninety nine million nine hundred ninety nine thousand nine hundred ninety nine",
        ),
    ],
)
def test_hard_numbers_by_hand(value: int, chinese: str, english: str) -> None:
    assert said(value, "zh") == chinese
    assert said(value, "en") == english


def test_every_number_to_thirty_thousand_is_understood_by_who_knows_the_rules() -> None:
    for value in range(30_001):
        assert readers.chinese(said(value, "zh")) == value
        assert readers.english(said(value, "en")) == value


@given(NUMBERS)
def test_any_number_is_understood_by_who_knows_the_rules(value: int) -> None:
    assert readers.chinese(said(value, "zh")) == value
    assert readers.english(said(value, "en")) == value


@given(NUMBERS)
def test_two_is_a_pair_at_the_head_of_a_number_alone(value: int) -> None:
    text = said(value, "zh")

    assert "两" not in text[1:]
    assert not text.startswith(("二百", "二千", "二万", "二亿"))
    assert text != "两"


@pytest.mark.parametrize(
    "wrong",
    [
        "一十",
        "一百十",
        "一千二",
        "一亿一千",
        "零一千",
        "一万零一千",
        "一百零零二",
        "一万零",
        "一千零百",
        "三四",
        "零五",
    ],
)
def test_the_reader_of_these_tests_takes_no_bad_chinese(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong[-1]):
        readers.chinese(wrong)


@pytest.mark.parametrize("wrong", ["one one", "twenty ten", "hundred", "zero hundred", "one hundred zero", "ten two"])
def test_the_reader_of_these_tests_takes_no_bad_english(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        readers.english(wrong)


@pytest.mark.parametrize("value", [-1, HIGHEST + 1])
@pytest.mark.parametrize("family", ["zh", "en"])
def test_what_cannot_be_said_is_refused(value: int, family: str) -> None:
    with pytest.raises(ValueError, match="a number that cannot be said; allowed are 0 to 999999999999"):
        GRAMMARS[family].number(value)


@pytest.mark.parametrize("family", ["zh", "en"])
def test_the_words_fit_into_a_variable_of_a_call(family: str) -> None:
    for name, text in TEXTS[family].items():
        assert len(name) <= 16
        assert name[0].isalpha()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert text.strip() == text != ""
