"""Figures in a text become words before a voice reads it: times, amounts, shares, numbers of telephones, counts.

A voice left to itself reads 95555 as ninety-five thousand, 12.50元 without its point and 2个 as 二个. So every figure
of an operator's text is written out by the grammar of its language. The rules, the first that fits:

    1%-2%, -1.5%         what a dash means is said first (ivr.spoken.figures)
    9:30, 14:00-17:30    a time of day; a part of the day or A.M. that stands there already is not said twice
    ¥12.50, 300元        an amount
    3.5%                 a share
    2026年               a year, digit by digit (Chinese)
    400-888-5555, 95555  five digits or more without a comma are read one by one, and so is what follows a word such as
                         拨打, 尾号, call or ending in; but before a measure word they are a count
    3.5, 1,000, 2-3天    a fraction, a count, a range

Figures that touch Latin letters (3G, 24h, 1st) are left to the voice.
"""

import re
from collections.abc import Mapping

from ivr.spoken.chinese import Chinese
from ivr.spoken.digits import digits
from ivr.spoken.english import English
from ivr.spoken.figures import (
    ALONE,
    CLOCK,
    COUNT,
    END,
    FIGURE,
    MEASURES,
    PARTS,
    PURSE,
    RANGE,
    Match,
    Rule,
    parted,
    year,
)
from ivr.spoken.words import PAUSE, text_of

_CHINESE, _ENGLISH = Chinese(), English()
_WHOLE_DAY = 1_440
_AS_PLAIN = str.maketrans("０１２３４５６７８９％￥－＋", "0123456789%¥-+")

_NAMES_ZH = "尾号|号码|热线|电话|拨打|致电|拨|卡号|账号|帐号|工号|邮编|代码"
_NAMES_EN = "call|dial|ending in|extension|hotline|code"


def read_out(text: str, family: str) -> str:
    """The text with its figures in words; as it is for a family of languages that has no rules."""
    if not any(character.isdigit() for character in text):
        return text
    text = parted(text.translate(_AS_PLAIN), family)
    for pattern, words in _RULES.get(family, ()):
        # What a rule has written out holds no figure any more, so no later rule touches it.
        text = pattern.sub(words, text)
    return text


def _whole(written: str) -> int:
    return int(written.replace(",", ""))


def _fen(match: Match) -> int:
    return 100 * _whole(match["whole"]) + int((match["part"] or "").ljust(2, "0"))


def _minute(written: str) -> int:
    hour, minute = re.split("[:：]", written)
    return 60 * int(hour) + int(minute)


def _one_by_one(number: str, family: str, pause: str) -> str:
    """Digit by digit; in the groups in which the number was written, else in those in which people say it."""
    groups: list[list[str]] = [[]]
    written = re.split("[- ]", number)
    for word in digits(number) if len(written) == 1 else [w for part in written for w in (*_plain(part), PAUSE)]:
        if word == PAUSE:
            groups.append([])
        else:
            groups[-1].append(word)
    return pause.join(text_of(group, family) for group in groups if group)


def _plain(group: str) -> list[str]:
    return [word for word in digits(group) if word != PAUSE]


def _zh_count(written: str, *, measured: bool = False) -> str:
    value = _whole(written)
    return "两" if value == 2 and measured else text_of(_CHINESE.number(value), "zh")


def _zh_figure(written: str, *, measured: bool) -> str:
    return _zh_decimal(written) if "." in written else _zh_count(written, measured=measured)


def _zh_decimal(written: str) -> str:
    whole, _, part = written.partition(".")
    after = "点" + "".join(text_of(_CHINESE.number(int(digit)), "zh") for digit in part) if part else ""
    return text_of(_CHINESE.number(_whole(whole)), "zh") + after


def _zh_time(match: Match) -> str:
    minute = _minute(match["clock"])
    said = "晚上十二点" if minute == _WHOLE_DAY else text_of(_CHINESE.time_of_day(minute), "zh")
    # The part of the day has two characters; one that the text has already is kept instead.
    return match["day"] + said[2:] if match["day"] else said


def _zh_digits(match: Match) -> str:
    return match["name"] + _one_by_one(match["number"], "zh", "，")


def _en_count(written: str) -> str:
    return text_of(_ENGLISH.number(_whole(written)), "en")


def _en_decimal(written: str) -> str:
    whole, _, part = written.partition(".")
    after = [text_of(_ENGLISH.number(int(digit)), "en") for digit in part]
    return " ".join([_en_count(whole), *(["point", *after] if after else [])])


def _en_time(match: Match) -> str:
    minute, half = _minute(match["clock"]), (match["half"] or "").strip().lower().replace(".", "")
    if half and minute < 780:
        minute = minute % 720 + (720 if half == "pm" else 0)
    said = text_of(_ENGLISH.time_of_day(minute % _WHOLE_DAY), "en")
    return f"{said}." if match["stop"] and not said.endswith(".") else said


def _en_digits(match: Match) -> str:
    return match["name"] + _one_by_one(match["number"], "en", ", ")


_LONG = "|".join(
    (
        r"(?P<number>\+\d{5,15}",
        r"\+\d{1,3}(?:[ -]\d{2,8}){1,4}",
        r"\d{3,4}(?:-\d{3,4}){1,3}(?![\d-])",
        r"0\d{2,3}-\d{7,8}",
        r"0\d{1,19}",
        r"\d{5,20})",
    )
)

_RULES: Mapping[str, tuple[Rule, ...]] = {
    "zh": (
        (re.compile(rf"(?P<day>{PARTS})? ?{ALONE}(?P<clock>{CLOCK}){END}"), _zh_time),
        (
            re.compile(rf"{PURSE}(?P<whole>{COUNT})(?:\.(?P<part>\d{{1,2}}))?(?![.,]?\d) ?元?"),
            lambda match: text_of(_CHINESE.money(_fen(match)), "zh"),
        ),
        (
            re.compile(rf"{ALONE}(?P<whole>{COUNT})(?:\.(?P<part>\d{{1,2}}))? ?元"),
            lambda match: text_of(_CHINESE.money(_fen(match)), "zh"),
        ),
        (re.compile(rf"{ALONE}({COUNT}(?:\.\d+)?) ?%"), lambda match: "百分之" + _zh_decimal(match[1])),
        (re.compile(r"(?<!\d)(?<!\d[.,])((?:19|20)\d\d)(?=年)"), lambda match: year(match[1])),
        (
            re.compile(rf"(?P<nth>第)?{ALONE}(?<!\d[-–—~～])({FIGURE}){RANGE}({FIGURE}) ?(?={MEASURES})"),
            lambda match: (
                f"{match['nth'] or ''}"
                f"{_zh_figure(match[2], measured=not match['nth'])}到{_zh_figure(match[3], measured=not match['nth'])}"
            ),
        ),
        (re.compile(rf"(?P<name>(?:{_NAMES_ZH})[是为：:]? ?)(?P<number>\+?\d[\d-]{{1,30}}){END}"), _zh_digits),
        (
            re.compile(rf"(?<!第){ALONE}({COUNT}) ?(?={MEASURES})"),
            lambda match: _zh_count(match[1], measured=True),
        ),
        (re.compile(rf"(?P<name>){ALONE}{_LONG}{END}"), _zh_digits),
        (
            re.compile(rf"{ALONE}(?<!\d[-–—~～])({COUNT}){RANGE}({COUNT}){END}(?!{RANGE}\d)"),
            lambda match: f"{_zh_count(match[1])}到{_zh_count(match[2])}",
        ),
        (re.compile(rf"{ALONE}(\d{{1,12}}\.\d{{1,9}}){END}"), lambda match: _zh_decimal(match[1])),
        (re.compile(rf"{ALONE}({COUNT}){END}"), lambda match: _zh_count(match[1])),
    ),
    "en": (
        (re.compile(rf"{ALONE}(?P<clock>{CLOCK})(?P<half> ?[AaPp]\.?[Mm]\b)?(?P<stop>\.(?!\d))?(?!\d)"), _en_time),
        (
            re.compile(rf"{PURSE}(?P<whole>{COUNT})(?:\.(?P<part>\d{{1,2}}))?(?![.,]?\d)(?: ?yuan\b)?"),
            lambda match: text_of(_ENGLISH.money(_fen(match)), "en"),
        ),
        (
            re.compile(rf"{ALONE}(?P<whole>{COUNT})(?:\.(?P<part>\d{{1,2}}))? ?yuan\b"),
            lambda match: text_of(_ENGLISH.money(_fen(match)), "en"),
        ),
        (re.compile(rf"{ALONE}({COUNT}(?:\.\d+)?) ?%"), lambda match: f"{_en_decimal(match[1])} percent"),
        (re.compile(rf"(?i)(?P<name>\b(?:{_NAMES_EN}) )(?P<number>\+?\d[\d-]{{2,30}}){END}"), _en_digits),
        (re.compile(rf"(?P<name>){ALONE}{_LONG}{END}"), _en_digits),
        (
            re.compile(rf"{ALONE}(?<!\d[-–—~～])({COUNT}){RANGE}({COUNT}){END}(?!{RANGE}\d)"),
            lambda match: f"{_en_count(match[1])} to {_en_count(match[2])}",
        ),
        (re.compile(rf"{ALONE}(\d{{1,12}}\.\d{{1,9}}){END}"), lambda match: _en_decimal(match[1])),
        (re.compile(rf"{ALONE}({COUNT}){END}"), lambda match: _en_count(match[1])),
    ),
}
