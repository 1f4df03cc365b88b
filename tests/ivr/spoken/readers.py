"""Reads spoken numbers back, by the rules of each language as a grammar book states them, and not as ours are made."""

import re

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1_000}


def chinese(text: str) -> int:
    """The number that a Chinese text says. Raises ValueError for one that no Chinese would say so."""
    total, skipped = 0, False
    for sign, size in (("亿", 100_000_000), ("万", 10_000), ("", 1)):
        head, found, tail = text.partition(sign) if sign else (text, "", "")
        if sign and not found:
            skipped = total > 0
            continue
        total += _thousands(head, follows=total > 0, skipped=skipped) * size
        text, skipped = tail, False
    return total


def _thousands(text: str, *, follows: bool, skipped: bool = False) -> int:
    """At most four digits. A gap between digits is one 零; where digits come before, so is one at the beginning.

    Four digits of nothing that were `skipped` before these are such a gap, too.
    """
    if not text:
        return 0
    if text == "零" and not follows:
        return 0
    digit = "[一两二三四五六七八九]"
    shape = f"(零)?(?:({digit})千)?(零)?(?:({digit})百)?(零)?(?:({digit})?(十))?(零)?({digit})?"
    match = re.fullmatch(shape, text)
    if match is None:
        raise ValueError(text)
    gap_0, thousands, gap_1, hundreds, gap_2, tens, ten, gap_3, ones = match.groups()
    if ten and tens is None:
        if follows or thousands or hundreds:
            raise ValueError(f"{text}: 十 without 一 inside a number")
        tens = "一"
    elif ten and tens == "一" and not (follows or thousands or hundreds):
        raise ValueError(f"{text}: 一十 at the beginning")
    places = [_DIGITS.get(digit or "零", 0) for digit in (thousands, hundreds, tens, ones)]
    _check_gaps(text, places, [gap_0, gap_1, gap_2, gap_3], follows=follows, skipped=skipped)
    return sum(digit * size for digit, size in zip(places, (1_000, 100, 10, 1), strict=True))


def _check_gaps(text: str, places: list[int], gaps: list[str | None], *, follows: bool, skipped: bool) -> None:
    written = ("0" if skipped else "") + "".join(str(digit) for digit in places).rstrip("0")
    if not follows:
        written = written.lstrip("0")
    expected = len(re.findall("0+", written))
    if text.count("零") != expected or sum(gap is not None for gap in gaps) != expected:
        raise ValueError(f"{text}: {expected} gaps are to be said")


_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_SMALL = {word: number for number, word in enumerate((*_UNITS, *_TEENS))}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}


def english(text: str) -> int:
    """The number that an English text says. Raises ValueError for one that is not well said."""
    if text == "zero":
        return 0
    total = 0
    for word, size in (("billion", 1_000_000_000), ("million", 1_000_000), ("thousand", 1_000), ("", 1)):
        if word and word not in text.split():
            continue
        head, _, tail = text.partition(f" {word}") if word else (text, "", "")
        if head:
            total += _hundreds(head.split()) * size
        text = tail.strip()
    return total


def _hundreds(words: list[str]) -> int:
    found = 0
    if len(words) > 1 and words[1] == "hundred":
        found, words = 100 * _one_of(_SMALL, words[0], 1, 9), words[2:]
    if words and words[0] in _TENS:
        found, words = found + _TENS[words[0]], words[1:]
        return found + (_one_of(_SMALL, words[0], 1, 9) if words and not words[1:] else _nothing(words))
    if words:
        return found + _one_of(_SMALL, words[0], 1, 19) + _nothing(words[1:])
    if not found:
        raise ValueError("a group of nothing")
    return found


def _one_of(known: dict[str, int], word: str, least: int, most: int) -> int:
    if not least <= known.get(word, -1) <= most:
        raise ValueError(word)
    return known[word]


def _nothing(words: list[str]) -> int:
    if words:
        raise ValueError(" ".join(words))
    return 0
