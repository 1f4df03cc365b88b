"""How figures stand in texts, and the first look at them: dates, signs and ranges, so that each figure stands alone.

A dash between two figures is a word, one before a figure is its sign, and one in the number of a telephone or in a name
is neither. Rewritten here are only those of which that is certain:

    2026-11-27             a date
    1000-2000元, 20%-30%   a range, with its unit on both sides; so is 1月-3月, ¥100-200 and 2020-2025年
    年化-1.5%, -200元, -5  less than nothing: before an amount or a share anywhere, else where a space is before it
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ivr.spoken.chinese import Chinese
from ivr.spoken.english import English
from ivr.spoken.words import text_of

Match: TypeAlias = "re.Match[str]"
Rule: TypeAlias = tuple["re.Pattern[str]", Callable[[Match], str] | str]

ALONE = r"(?<![A-Za-z\d.,])"
END = r"(?![A-Za-z\d]|[.,]\d)"
COUNT = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})"
CLOCK = r"(?:(?:[01]?\d|2[0-3])[:：][0-5]\d|24[:：]00)"
RANGE = r" ?[-–—~～] ?"
PURSE = r"(?:¥|RMB ?|CNY ?)"
"""What stands before an amount."""
MEASURES = (
    "个|位|次|天|年|周|星期|小时|分钟|秒|元|块|角|分|点|张|笔|条|种|项|家|名|人|遍|倍|度|份|期|套|件|部|辆|棵"
    "|百|千|万|亿"
)
"""What is counted with 两."""
PARTS = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里"
"""What stands before a time."""

_CHINESE, _ENGLISH = Chinese(), English()
FIGURE = rf"{COUNT}(?:\.\d{{1,9}})?"
_AMOUNT = rf"{COUNT}(?:\.\d{{1,2}})?(?![.,]?\d)"
_MINUS = "[-−－–]"
_UNIT = rf"(?:%|月|日|号|时|岁|楼|层|{MEASURES})"
_NUMERALS = "零一二两三四五六七八九十百千万亿"
_LATER = rf"(?:次日|当日|第二天)?(?:{PARTS})?"
_BELOW_NOTHING = "(?:%|℃|度|倍|块|[百千万亿]{0,2}元|[万亿])"
_DATE = r"(?<![\dA-Za-z.,/-])((?:19|20)\d\d)([-/])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![\dA-Za-z/-]|[.,]\d)"
_YEAR = r"(?:19|20)\d\d"
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on


def year(written: str) -> str:
    """A year in Chinese, digit by digit."""
    return "".join(text_of(_CHINESE.number(int(digit)), "zh") for digit in written)


def _zh_date(match: Match) -> str:
    month, day = (text_of(_CHINESE.number(int(match[group])), "zh") for group in (3, 4))
    return f"{year(match[1])}年{month}月{day}日"


def _en_date(match: Match) -> str:
    day, of = (text_of(_ENGLISH.number(int(match[group])), "en") for group in (4, 1))
    return f"{_MONTHS[int(match[3]) - 1]} {day}, {of}"


def _no_more(gap: str) -> str:
    """Not followed by a third figure, as in a name or in the number of a telephone."""
    return rf"(?!{gap}?\d|{RANGE}\d)"


_RULES: Mapping[str, tuple[Rule, ...]] = {
    "zh": (
        (re.compile(_DATE), _zh_date),
        (re.compile(rf"(?<=[:：]\d\d){RANGE}(?={_LATER}{CLOCK})"), "到"),
        # Amounts with a sign before them, and in ten thousands, as they are written with 元.
        (re.compile(rf"({PURSE}){_MINUS}(?={_AMOUNT})"), r"-\1"),
        (
            re.compile(rf"{PURSE}({FIGURE}){RANGE}{PURSE}?({FIGURE}) ?([百千万亿]{{1,2}})元?"),
            r"\1\3元到\2\3元",
        ),
        (re.compile(rf"{PURSE}({FIGURE}) ?([百千万亿]{{1,2}})元?"), r"\1\2元"),
        (re.compile(rf"({PURSE}{FIGURE}){RANGE}{PURSE}?({FIGURE}){_no_more('[.,]')}"), r"\1到¥\2"),
        # Ranges with a unit on both sides, or on the right one.
        (re.compile(rf"({ALONE}{FIGURE} ?{_UNIT}元?){RANGE}(?=(?:{PURSE}|{_LATER}){COUNT})"), r"\1到"),
        (re.compile(rf"(?<!\d)(?<!\d[.,])({_YEAR}){RANGE}({_YEAR}) ?年"), r"\1年到\2年"),
        (
            re.compile(rf"{ALONE}(?<!\d[-–—~～])({FIGURE}){RANGE}({FIGURE}) ?(%|元)"),
            r"\1\3到\2\3",
        ),
        (
            re.compile(
                rf"(?<![A-Za-z\d)）{_NUMERALS}])(?<![{_NUMERALS}][元块度天月日号年点时分]){_MINUS}"
                rf"(?={PURSE}{_AMOUNT}|{FIGURE} ?{_BELOW_NOTHING})"
            ),
            "负",
        ),
        (
            re.compile(rf"(?<![^\s，。；：、,;:(（]){_MINUS}(?=\d{{1,4}}(?:\.\d{{1,9}})?{END}(?!{RANGE}\d))"),
            "负",
        ),
        (re.compile(rf"(?<![A-Za-z\d)）])\+(?={FIGURE} ?%)"), "正"),
    ),
    "en": (
        (re.compile(_DATE), _en_date),
        (re.compile(rf"(?<=[:：]\d\d){RANGE}(?={CLOCK})"), " to "),
        (re.compile(rf"(\d ?[AaPp]\.?[Mm]\.?){RANGE}(?=\d)"), r"\1 to "),
        (re.compile(rf"(?<![\d-])({_YEAR}){RANGE}({_YEAR})(?![\d-]){END}"), r"\1 to \2"),
        (re.compile(rf"({PURSE}){_MINUS}(?={_AMOUNT})"), r"-\1"),
        (re.compile(rf"({PURSE}{FIGURE}){RANGE}{PURSE}?({FIGURE}){_no_more('[.,]')}"), r"\1 to ¥\2"),
        (re.compile(rf"({ALONE}{FIGURE}(?: ?%| yuan\b)){RANGE}(?={PURSE}?{COUNT})"), r"\1 to "),
        (re.compile(rf"{ALONE}(?<!\d[-–—~～])({FIGURE}){RANGE}({FIGURE}) ?%"), r"\1% to \2%"),
        (re.compile(rf"{ALONE}(?<!\d[-–—~～])({FIGURE}){RANGE}({FIGURE}) ?yuan\b"), r"\1 yuan to \2 yuan"),
        (
            re.compile(
                rf"(?<![^\s,;:(]){_MINUS}(?={PURSE}{_AMOUNT}|{FIGURE}(?: ?%| ?yuan\b)"
                rf"|\d{{1,4}}(?:\.\d{{1,9}})?{END}(?!{RANGE}\d))"
            ),
            "minus ",
        ),
        (re.compile(rf"(?<![^\s,;:(])\+(?={FIGURE} ?%)"), "plus "),
    ),
}


def parted(text: str, family: str) -> str:
    """The text with its dates in words, and with a word for each dash that is a sign or stands between two figures."""
    for pattern, words in _RULES.get(family, ()):
        text = pattern.sub(words, text)
    return text
