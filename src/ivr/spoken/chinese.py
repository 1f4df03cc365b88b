"""Numbers in Chinese.

Digits stand in groups of four, each group followed by 万 or 亿. A gap of zeros between digits is one 零, and so is a
group that begins with zeros or follows one that is nothing; zeros at the end of a group are not read. Ten to nineteen
at the beginning of a number are 十 to 十九, elsewhere 一十 to 一十九. Two is 两 where it is the first digit before 百,
千, 万 or 亿, or the whole number before a measure word, and 二 everywhere else.
"""

from acd.core.instants import Duration, seconds
from ivr.spoken.bounds import HIGHEST, within
from ivr.spoken.words import Words

_ZERO, _TEN, _PAIR = "n-0", "n-10", "n-pair"
_GROUPS = ((100_000_000, "n-yi"), (10_000, "n-wan"), (1, ""))
_PLACES = ((1_000, "n-1000"), (100, "n-100"), (10, _TEN), (1, ""))


class Chinese:
    """The grammar of the family zh."""

    def number(self, value: int) -> Words:
        """See Grammar."""
        within(value, 0, HIGHEST, "a number")
        if value == 0:
            return (_ZERO,)
        words: list[str] = []
        skipped = False
        for size, name in _GROUPS:
            group = value // size % 10_000
            if group == 0:
                skipped = True
                continue
            words += _group(group, gap=bool(words) and (skipped or group < 1_000))
            skipped = False
            if name:
                words.append(name)
        if words[:2] == ["n-1", _TEN]:
            words = words[1:]
        if words[0] == "n-2" and len(words) > 1 and words[1] != _TEN:
            words[0] = _PAIR
        return tuple(words)

    def money(self, fen: int) -> Words:
        """See Grammar: yuan, jiao and fen, of which those that are nothing are left out."""
        within(abs(fen), 0, 100 * HIGHEST + 99, "an amount")
        yuan, rest = divmod(abs(fen), 100)
        jiao, fen_left = divmod(rest, 10)
        words: list[str] = ["money-minus"] if fen < 0 else []
        if yuan or not rest:
            words += [*self._counted(yuan), "money-yuan"]
        if jiao:
            words += [*(self._counted(jiao) if not yuan else self.number(jiao)), "money-jiao"]
        if fen_left:
            if yuan and not jiao:
                words.append(_ZERO)
            words += [*(self._counted(fen_left) if not yuan and not jiao else self.number(fen_left)), "money-fen"]
        return tuple(words)

    def time_of_day(self, minute: int) -> Words:
        """See Grammar: with the part of the day, and by twelve hours."""
        hour, past = divmod(within(minute, 0, 1_439, "a time of day"), 60)
        words = [_part_of_day(hour), *self._counted(hour if hour <= 12 else hour - 12), "time-oclock"]
        if past == 30:
            words.append("time-half")
        elif past:
            words += [*((_ZERO,) if past < 10 else ()), *self.number(past), "time-past"]
        return tuple(words)

    def duration(self, lasting: Duration) -> Words:
        """See Grammar."""
        whole = within(lasting, 0, seconds(HIGHEST), "a length of time") // 1_000
        if whole < 60:
            return (*self._counted(whole), "time-seconds")
        hours, minutes = divmod(whole // 60, 60)
        words: list[str] = []
        if hours:
            words += [*self._counted(hours), "time-hours"]
        if minutes:
            words += [*((_ZERO,) if hours and minutes < 10 else ()), *self._after(hours, minutes), "time-minutes"]
        return tuple(words)

    def position(self, position: int) -> Words:
        """See Grammar: how many wait before him."""
        if within(position, 1, HIGHEST, "a position") == 1:
            return ("position-next",)
        return ("position-begin", *self._counted(position - 1), "position-end")

    def wait(self, low: int, high: int) -> Words:
        """See Grammar."""
        if low <= 0:
            return ("wait-at-most", *self._counted(high), "wait-end")
        if high < low:
            return ("wait-more-than", *self._counted(low), "wait-end")
        if high == low:
            return ("wait-begin", *self._counted(low), "wait-end")
        return ("wait-begin", *self._counted(low), "wait-to", *self._counted(high), "wait-end")

    def wait_under_a_minute(self) -> Words:
        """See Grammar."""
        return ("wait-minute",)

    def wait_over_an_hour(self) -> Words:
        """See Grammar."""
        return ("wait-hour",)

    def _counted(self, value: int) -> Words:
        """A number before a measure word."""
        return (_PAIR,) if value == 2 else self.number(value)

    def _after(self, before: int, value: int) -> Words:
        # After 零 two is 二 again: 一小时零二分钟.
        return self.number(value) if before and value < 10 else self._counted(value)


def _group(group: int, *, gap: bool) -> list[str]:
    """Four digits, 1 to 9999; `gap` is whether digits come before them, and then zeros."""
    words: list[str] = []
    for size, name in _PLACES:
        digit = group // size % 10
        if digit == 0:
            gap = gap or bool(words)
            continue
        if gap:
            words.append(_ZERO)
            gap = False
        words.append(f"n-{digit}")
        if name:
            words.append(name)
    return words


def _part_of_day(hour: int) -> str:
    if hour < 6:
        return "time-night"
    if hour < 12:
        return "time-morning"
    if hour == 12:
        return "time-noon"
    return "time-afternoon" if hour < 18 else "time-evening"
