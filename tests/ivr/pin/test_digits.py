"""Digits are held in one place, shown by nothing and wiped."""

import pytest

from ivr.pin.digits import MOST_DIGITS, Digits


def test_leaving_them_wipes_every_place_of_the_buffer() -> None:
    digits = Digits.of("471903")
    with digits:
        buffer = digits._buffer
        assert bytes(digits.view) == b"471903"
    assert buffer == bytearray(MOST_DIGITS)
    assert len(digits) == 0


def test_the_buffer_never_moves_so_no_copy_is_left_behind() -> None:
    digits = Digits()
    before = memoryview(digits._buffer)
    for _ in range(MOST_DIGITS + 5):
        digits.add("7")
    before.release()

    assert len(digits) == MOST_DIGITS
    assert bytes(digits.view) == b"7" * MOST_DIGITS


@pytest.mark.parametrize("shown", [repr, str, lambda digits: f"{digits!r}"])
def test_nothing_shows_them(shown: object) -> None:
    assert callable(shown)
    assert shown(Digits.of("4719")) == "<digits>"


@pytest.mark.parametrize("text", ["47 19", "４７１９", "x", "1" * 21])
def test_only_digits_are_taken_and_the_refusal_does_not_repeat_them(text: str) -> None:
    with pytest.raises(ValueError, match="only digits") as refusal:
        Digits.of(text)
    assert text not in str(refusal.value)


@pytest.mark.parametrize("text", ["1111", "000000", "1234", "234567", "9876", "8901", "2109", "7"])
def test_what_anybody_would_guess_first_is_plain(text: str) -> None:
    assert Digits.of(text).plain


@pytest.mark.parametrize("text", ["4719", "1212", "1235", "1122", "9870"])
def test_anything_else_is_not(text: str) -> None:
    assert not Digits.of(text).plain


def test_two_entries_are_compared_digit_by_digit() -> None:
    assert Digits.of("4719").same_as(Digits.of("4719"))
    assert not Digits.of("4719").same_as(Digits.of("4718"))
    assert not Digits.of("4719").same_as(Digits.of("47190"))
