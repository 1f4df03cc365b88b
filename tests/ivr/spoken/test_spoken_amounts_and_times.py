"""Amounts of money, times of day and lengths of time are said as people say them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken import GRAMMARS, text_of
from tests.ivr.spoken import readers

ZH, EN = GRAMMARS["zh"], GRAMMARS["en"]


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (0, "零元", "zero yuan"),
        (2, "两分", "two fen"),
        (5, "五分", "five fen"),
        (20, "两角", "twenty fen"),
        (22, "两角二分", "twenty two fen"),
        (50, "五角", "fifty fen"),
        (100, "一元", "one yuan"),
        (200, "两元", "two yuan"),
        (202, "两元零二分", "two yuan and two fen"),
        (220, "两元二角", "two yuan and twenty fen"),
        (1_000, "十元", "ten yuan"),
        (10_005, "一百元零五分", "one hundred yuan and five fen"),
        (12_345, "一百二十三元四角五分", "one hundred twenty three yuan and forty five fen"),
        (20_000, "两百元", "two hundred yuan"),
        (1_000_000, "一万元", "ten thousand yuan"),
        (10_000_100_000, "一亿零一千元", "one hundred million one thousand yuan"),
        (-250, "负两元五角", "minus two yuan and fifty fen"),
    ],
)
def test_amounts_by_hand(fen: int, chinese: str, english: str) -> None:
    assert text_of(ZH.money(fen), "zh") == chinese
    assert text_of(EN.money(fen), "en") == english


@given(st.integers(-99_999_999_999_999, 99_999_999_999_999))
def test_any_amount_is_understood(fen: int) -> None:
    chinese = re.fullmatch(r"(负)?(?:(.+)元)?(?:(.)角)?(?:(零)?(.)分)?", text_of(ZH.money(fen), "zh"))
    english = re.fullmatch(r"(minus )?(?:(.+) yuan)?(?: and )?(?:(.+) fen)?", text_of(EN.money(fen), "en"))

    assert chinese is not None
    assert english is not None
    sign, yuan, jiao, gap, left = chinese.groups()
    whole = 100 * readers.chinese(yuan or "零") + 10 * readers.chinese(jiao or "零") + readers.chinese(left or "零")
    assert (-whole if sign else whole) == fen
    assert bool(gap) == (bool(yuan) and not jiao and bool(left)), "a missing 角 is said, once"
    sign, yuan, left = english.groups()
    whole = 100 * readers.english(yuan or "zero") + readers.english(left or "zero")
    assert (-whole if sign else whole) == fen


@pytest.mark.parametrize(
    ("clock", "chinese", "english"),
    [
        ("00:00", "凌晨零点", "twelve midnight"),
        ("00:05", "凌晨零点零五分", "twelve oh five A.M."),
        ("02:00", "凌晨两点", "two A.M."),
        ("09:00", "上午九点", "nine A.M."),
        ("09:30", "上午九点半", "nine thirty A.M."),
        ("11:59", "上午十一点五十九分", "eleven fifty nine A.M."),
        ("12:00", "中午十二点", "twelve noon"),
        ("12:02", "中午十二点零二分", "twelve oh two P.M."),
        ("14:20", "下午两点二十分", "two twenty P.M."),
        ("18:00", "晚上六点", "six P.M."),
        ("23:10", "晚上十一点十分", "eleven ten P.M."),
    ],
)
def test_times_of_day_by_hand(clock: str, chinese: str, english: str) -> None:
    minute = 60 * int(clock[:2]) + int(clock[3:])

    assert text_of(ZH.time_of_day(minute), "zh") == chinese
    assert text_of(EN.time_of_day(minute), "en") == english


def test_no_two_minutes_of_a_day_sound_alike() -> None:
    for grammar in (ZH, EN):
        assert len({grammar.time_of_day(minute) for minute in range(1_440)}) == 1_440


def test_every_minute_of_a_day_is_understood() -> None:
    for minute in range(1_440):
        match = re.fullmatch(r"(..)(.+)点(半|零?(.+)分)?", text_of(ZH.time_of_day(minute), "zh"))
        assert match is not None
        part, hour, past, minutes = match.groups()
        afternoon = part in {"下午", "晚上"}
        told = 60 * (readers.chinese(hour.replace("两", "二")) + (12 if afternoon else 0))
        assert told + (30 if past == "半" else readers.chinese(minutes or "零")) == minute


@pytest.mark.parametrize(
    ("whole_seconds", "chinese", "english"),
    [
        (0, "零秒", "zero seconds"),
        (1, "一秒", "one second"),
        (2, "两秒", "two seconds"),
        (59, "五十九秒", "fifty nine seconds"),
        (60, "一分钟", "one minute"),
        (120, "两分钟", "two minutes"),
        (720, "十二分钟", "twelve minutes"),
        (3_600, "一小时", "one hour"),
        (3_720, "一小时零二分钟", "one hour two minutes"),
        (7_260, "两小时零一分钟", "two hours one minute"),
        (9_000, "两小时三十分钟", "two hours thirty minutes"),
    ],
)
def test_lengths_of_time_by_hand(whole_seconds: int, chinese: str, english: str) -> None:
    assert text_of(ZH.duration(1_000 * whole_seconds + 999), "zh") == chinese
    assert text_of(EN.duration(1_000 * whole_seconds), "en") == english


@pytest.mark.parametrize("family", ["zh", "en"])
def test_what_is_no_time_and_no_amount_is_refused(family: str) -> None:
    grammar = GRAMMARS[family]
    for say, value in (
        (grammar.time_of_day, 1_440),
        (grammar.time_of_day, -1),
        (grammar.duration, -1),
        (grammar.money, 100_000_000_000_000),
        (grammar.money, -100_000_000_000_000),
        (grammar.position, 0),
    ):
        with pytest.raises(ValueError, match="cannot be said; allowed are"):
            say(value)
