"""A telephone number is read digit by digit, in the groups that people know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken import digits, text_of
from ivr.spoken.grammar import DIGIT_WORDS
from ivr.spoken.words import PAUSE


def groups(number: str) -> str:
    return "".join(" " if word == PAUSE else word.removeprefix("digit-") for word in digits(number))


@pytest.mark.parametrize(
    ("number", "heard"),
    [
        ("13812345678", "138 1234 5678"),
        ("+8613812345678", "86 138 1234 5678"),
        ("02155555555", "0215 5555 555"),
        ("+862155555555", "8621 5555 5555"),
        ("95555", "95555"),
        ("123456789", "1234 56789"),
        ("7", "7"),
        ("", ""),
        ("anonymous", ""),
        ("138-1234-5678\r\nAction: Originate", "138 1234 5678"),
    ],
)
def test_the_groups_of_a_number(number: str, heard: str) -> None:
    assert groups(number) == heard


def test_one_is_said_so_that_nobody_takes_it_for_seven() -> None:
    assert text_of(digits("13817"), "zh") == "幺三八幺七"
    assert text_of(digits("10"), "en") == "one zero"


@given(st.text("0123456789+", max_size=60))
def test_every_digit_is_said_in_its_turn_up_to_the_bound(number: str) -> None:
    said = groups(number).replace(" ", "")

    assert said == number.replace("+", "")[:32]
    assert set(digits(number)) <= DIGIT_WORDS
    assert not groups(number).startswith(" ")
    assert not groups(number).endswith(" ")
    assert all(2 <= len(group) <= 5 for group in groups(number).split()) or len(said) < 2
