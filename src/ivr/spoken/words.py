"""The words of which numbers, times and amounts are put together, and what is said in each.

A name is the name of a prompt, and so of a recording: `prompts/zh/n-7.wav` replaces the spoken 七. All of them begin
with `n-` (numbers), `digit-`, `money-`, `time-`, `wait-` or `position-`, and none is longer than 16 characters, because
several must fit into one variable of a call.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Words: TypeAlias = tuple[str, ...]
"""Names of prompts, to be played one after the other."""

PAUSE = "pause"
"""A short silence, which parts the groups of a long number."""

_CHINESE = dict(zip((f"n-{n}" for n in range(11)), "零一二三四五六七八九十", strict=True)) | {
    "n-pair": "两",
    "n-100": "百",
    "n-1000": "千",
    "n-wan": "万",
    "n-yi": "亿",
    **dict(zip((f"digit-{n}" for n in range(10)), "零幺二三四五六七八九", strict=True)),
    "money-minus": "负",
    "money-yuan": "元",
    "money-jiao": "角",
    "money-fen": "分",
    "time-night": "凌晨",
    "time-morning": "上午",
    "time-noon": "中午",
    "time-afternoon": "下午",
    "time-evening": "晚上",
    "time-oclock": "点",
    "time-half": "半",
    "time-past": "分",
    "time-hours": "小时",
    "time-minutes": "分钟",
    "time-seconds": "秒",
    "position-next": "您是下一位。",
    "position-begin": "您前面还有",
    "position-end": "位客户在等待。",
    "wait-minute": "预计等待不到一分钟。",
    "wait-begin": "预计等待",
    "wait-to": "到",
    "wait-at-most": "预计等待不超过",
    "wait-more-than": "预计等待超过",
    "wait-hour": "预计等待超过一小时。",
    "wait-end": "分钟。",
}

# fmt: off
_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
# fmt: on
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

_ENGLISH = (
    {f"n-{n}": word for n, word in enumerate(_SMALL)}
    | {f"n-{10 * n}": word for n, word in enumerate(_TENS, 2)}
    | {f"digit-{n}": word for n, word in enumerate(_SMALL[:10])}
    | {
        "n-100": "hundred",
        "n-1000": "thousand",
        "n-million": "million",
        "n-billion": "billion",
        "money-minus": "minus",
        "money-yuan": "yuan",
        "money-and": "and",
        "money-fen": "fen",
        "time-oh": "oh",
        "time-am": "A.M.",
        "time-pm": "P.M.",
        "time-noon": "noon",
        "time-midnight": "midnight",
        "time-hour": "hour",
        "time-hours": "hours",
        "time-minute": "minute",
        "time-minutes": "minutes",
        "time-second": "second",
        "time-seconds": "seconds",
        "position-next": "You are next in line.",
        "position-begin": "You are number",
        "position-end": "in line.",
        "wait-minute": "You will probably wait less than a minute.",
        "wait-begin": "You will probably wait",
        "wait-to": "to",
        "wait-at-most": "You will probably wait no more than",
        "wait-more-than": "You will probably wait more than",
        "wait-hour": "You will probably wait more than an hour.",
        "wait-end": "minutes.",
        "wait-end-one": "minute.",
    }
)

TEXTS: Mapping[str, Mapping[str, str]] = {"zh": _CHINESE, "en": _ENGLISH}
"""What is said in each word, by family of languages and name; PAUSE is silent and not among them."""

_BETWEEN = {"zh": "", "en": " "}


def text_of(words: Iterable[str], family: str) -> str:
    """What a row of words says, as a person would write it. Raises KeyError for a word that the family has not."""
    texts = TEXTS[family]
    return _BETWEEN[family].join(texts[word] for word in words if word != PAUSE)
