"""The grammar of conditions, and the types of what they compare.

    condition = logic of:  floor fact | call fact
    floor fact = measure "(" lane ")" compare value        waiting(cards) > 5
               | count "(" [needs] ")" compare value       idle(cards >= 3) == 0
               | "time" order clock | "time" "in" clock "-" clock
               | "day" ("==" | "!=") day | "day" "in" day "-" day
               | "open" "(" calendar ")"
               | "closes_in" "(" calendar ")" compare value    closes_in(office) < 15m

Counts compare with whole numbers, waits with lengths of time, shares with percentages; nothing else is read.
"""

import re
from dataclasses import dataclass, replace

from acd.core.instants import Duration
from acd.core.language.grammar import (
    Reading,
    about_call,
    equality_taken,
    is_about_call,
    is_whole,
    logic,
    needs,
    taken_compare,
    unknown_fact,
)
from acd.core.language.syntax import (
    NOTHING,
    AgentsCounted,
    ClosesIn,
    Condition,
    ConditionLeaf,
    DayIs,
    DayWithin,
    LaneMeasured,
    Needs,
    Open,
    TimeCompared,
    TimeWithin,
)
from acd.core.language.terms import JOINING, AgentCount, Compare, LaneMeasure, Weekday
from acd.core.language.texts import subject_of
from acd.core.language.vocabulary import Names, name_of
from acd.core.language.words import (
    ExpressionFault,
    Kind,
    Word,
    Words,
    printable,
    quoted,
    shown,
    suggestion,
    unexpected,
)
from acd.core.names import LaneName

LONGEST_WAIT: Duration = 24 * 3_600_000
LARGEST_COUNT = 999_999
LARGEST_BURN = 1_000
"""Percent; a budget may well be burned several times over."""

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|h)")
_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,2})?) ?%")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DAYS = {day.name.lower(): day for day in Weekday}
_ALL_DAYS = "days are mon, tue, wed, thu, fri, sat and sun"
_MIDNIGHT: Duration = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class _Quantity:
    """What a measure is, and what it may be compared with."""

    what: str
    values: str


_COUNT = _Quantity("a count", "a whole number such as 5")
_WAIT = _Quantity("a length of time", "one such as 45s or 2m")
_SHARE = _Quantity("a share", "a percentage such as 85%")
_QUANTITIES = {
    LaneMeasure.WAITING: _COUNT,
    LaneMeasure.LONGEST_WAIT: _WAIT,
    LaneMeasure.ESTIMATED_WAIT: _WAIT,
    LaneMeasure.SERVICE_LEVEL: _SHARE,
    LaneMeasure.BUDGET_BURNED: _SHARE,
}


def condition(reading: Reading) -> Condition:
    """When the next words hold. Raises ExpressionFault."""
    return logic(reading.words, lambda: _leaf(reading))


def _leaf(reading: Reading) -> ConditionLeaf:
    word = reading.words.take()
    if is_about_call(word):
        return about_call(word, reading)
    if word.kind is not Kind.NAME or word.text.lower() in JOINING:
        raise unexpected(word, "a fact such as waiting(lane)")
    match word.text:
        case "time":
            return _time(reading.words)
        case "day":
            return _day(reading.words)
        case "open" | "closes_in":
            return _of_a_calendar(word.text, reading)
        case AgentCount.IDLE | AgentCount.STAFFED:
            return _agents_counted(AgentCount(word.text), reading)
        case text if text in _QUANTITIES:
            return _lane_measured(LaneMeasure(text), reading)
        case _:
            raise _no_fact(word, reading)


def _no_fact(word: Word, reading: Reading) -> ExpressionFault:
    """What is wrong with a name that is no fact; perhaps it names something that facts are about."""
    name, vocabulary = word.text, reading.vocabulary
    if vocabulary and name in vocabulary.skills:
        return ExpressionFault(word.at, f"{name} is a skill; ask for the agents who have it: idle({name}) > 0")
    if vocabulary and name in vocabulary.lanes:
        return ExpressionFault(word.at, f"{name} is a lane; ask for something of it: waiting({name}) > 5")
    return unknown_fact(word)


def _lane_measured(measure: LaneMeasure, reading: Reading) -> LaneMeasured:
    words = reading.words
    lane: LaneName | None = None
    if measure is not LaneMeasure.ESTIMATED_WAIT or words.ahead.is_one_of("("):
        words.expect("(", f"`(` and a lane, as in {measure}(lane),")
        lane = LaneName(name_of(words.take(), Names.LANE, reading.vocabulary))
        words.expect(")")
    quantity = _QUANTITIES[measure]
    what = subject_of(LaneMeasured(measure, lane, Compare.EQUAL, 0))
    compare = _compare(words, what, quantity)
    word = words.take()
    if quantity is _COUNT:
        return LaneMeasured(measure, lane, compare, _count(word, what))
    if quantity is _WAIT:
        return LaneMeasured(measure, lane, compare, _wait(word, what))
    most = LARGEST_BURN if measure is LaneMeasure.BUDGET_BURNED else 100
    return LaneMeasured(measure, lane, compare, _share(word, what, most))


def _agents_counted(count: AgentCount, reading: Reading) -> AgentsCounted:
    words = reading.words
    words.expect("(", f"`(` and skills, as in {count}(skill),")
    wanted: Needs = NOTHING
    if not words.ahead.is_one_of(")"):
        words.deeper()
        wanted = needs(replace(reading, no_call=f"{count}(...) counts agents by their skills alone"))
        words.shallower()
    words.expect(")", "`and`, `or` or `)`")
    what = printable(subject_of(AgentsCounted(count, wanted, Compare.EQUAL, 0)), 60)
    compare = _compare(words, what, _COUNT)
    return AgentsCounted(count, wanted, compare, _count(words.take(), what))


def _calendar(reading: Reading, fact: str) -> str:
    words = reading.words
    words.expect("(", f"`(` and a calendar, as in {fact}(calendar),")
    calendar = name_of(words.take(), Names.CALENDAR, reading.vocabulary)
    words.expect(")")
    return calendar


def _of_a_calendar(fact: str, reading: Reading) -> Open | ClosesIn:
    calendar = _calendar(reading, fact)
    if fact == "open":
        return Open(calendar)
    what = f"closes_in({calendar})"
    compare = _compare(reading.words, what, _WAIT)
    return ClosesIn(calendar, compare, _wait(reading.words.take(), what))


# Values.


def _compare(words: Words, what: str, quantity: _Quantity) -> Compare:
    compare = taken_compare(words)
    if compare is None:
        if words.ahead.kind in (Kind.END, Kind.VALUE) or words.ahead.is_one_of("and", "or", ")"):
            raise _mistyped(words.ahead, what, quantity)
        raise unexpected(words.ahead, "a comparison such as `>`")
    return compare


def _mistyped(word: Word, what: str, quantity: _Quantity, hint: str = "") -> ExpressionFault:
    return ExpressionFault(word.at, f"{what} is {quantity.what}; compare it with {quantity.values}{hint}")


def _count(word: Word, what: str) -> int:
    if word.kind is not Kind.VALUE or not is_whole(word.text):
        raise _mistyped(word, what, _COUNT)
    if int(word.text) > LARGEST_COUNT:
        raise ExpressionFault(word.at, f"above {LARGEST_COUNT}; allowed is 0 to {LARGEST_COUNT}")
    return int(word.text)


def _wait(word: Word, what: str) -> Duration:
    found = _DURATION.fullmatch(word.text)
    if word.kind is not Kind.VALUE or not found:
        digits = printable(word.text, 20)
        bare = word.kind is Kind.VALUE and is_whole(word.text)
        hint = f"; {digits} has no unit: write {digits}s for seconds or {digits}m for minutes" if bare else ""
        raise _mistyped(word, what, _WAIT, hint)
    duration = int(found[1]) * _UNITS[found[2]]
    if duration > LONGEST_WAIT:
        raise ExpressionFault(word.at, "longer than 24h; at most 24h")
    return duration


def _share(word: Word, what: str, most: int) -> float:
    found = _PERCENT.fullmatch(word.text)
    if word.kind is not Kind.VALUE or not found:
        raise _mistyped(word, what, _SHARE)
    percent = float(found[1])
    if percent > most:
        raise ExpressionFault(word.at, f"above {most}%; allowed is 0% to {most}%")
    return percent


# The clock and the calendar.


def _time(words: Words) -> TimeCompared | TimeWithin:
    if words.took("in"):
        return _stretch(words.take())
    sign = words.ahead
    compare = taken_compare(words)
    if compare is None:
        raise unexpected(sign, "`<`, `>=` or `in`, as in time in 09:00-17:30,")
    if compare in (Compare.EQUAL, Compare.UNEQUAL):
        how = "compare time by < or >=, or write time in 09:00-17:30"
        raise ExpressionFault(sign.at, f"`{compare}` would say the same nearly all day; {how}")
    word = words.take()
    if word.kind is Kind.VALUE and "-" in word.text:
        raise ExpressionFault(word.at, f"{shown(word)} is a stretch of time; write time in {printable(word.text)}")
    return TimeCompared(compare, _clock(word, word.text))


def _stretch(word: Word) -> TimeWithin:
    start, dash, end = word.text.partition("-")
    if word.kind is not Kind.VALUE or not dash:
        raise unexpected(word, "a stretch of time such as 09:00-17:30, without spaces,")
    within = TimeWithin(_clock(word, start), _clock(word, end, end_of_day=True))
    if within.start == within.end:
        raise ExpressionFault(word.at, f"{shown(word)} ends when it begins; the whole day is 00:00-24:00")
    return within


def _clock(word: Word, text: str, *, end_of_day: bool = False) -> Duration:
    """`text`, which is `word` or a part of it, as milliseconds since midnight."""
    found = _CLOCK.fullmatch(text)
    if word.kind is not Kind.VALUE or not found:
        raise unexpected(word, "a time of day such as 18:00")
    hours, minutes = int(found[1]), int(found[2])
    time = (hours * 60 + minutes) * 60_000
    last = _MIDNIGHT if end_of_day else _MIDNIGHT - 1
    if minutes > 59 or time > last:
        raise ExpressionFault(
            word.at, f"{text} is no time of day; allowed is 00:00 to {'24:00' if end_of_day else '23:59'}"
        )
    return time


def _day(words: Words) -> DayIs | DayWithin:
    if words.took("in"):
        word = words.take()
        first, dash, last = word.text.partition("-")
        if word.kind is Kind.NAME and first in _DAYS and not dash:
            raise ExpressionFault(
                word.at, f"{first} is one day; write day == {first}, or days such as mon-fri, without spaces"
            )
        if word.kind is not Kind.NAME or not dash:
            raise unexpected(word, "days such as mon-fri, without spaces,")
        return DayWithin(_weekday(word, first), _weekday(word, last))
    equal = equality_taken(words, "`==`, `!=` or `in`")
    word = words.take()
    if word.kind is not Kind.NAME:
        raise unexpected(word, "a day such as mon")
    first, dash, last = word.text.partition("-")
    if dash and first in _DAYS and last in _DAYS:
        raise ExpressionFault(word.at, f"{word.text} are several days; write day in {word.text}")
    return DayIs(_weekday(word, word.text), equal)


def _weekday(word: Word, text: str) -> Weekday:
    """`text`, which is `word` or a part of it, as a day."""
    if text not in _DAYS:
        raise ExpressionFault(word.at, f"there is no day {quoted(text)}{suggestion(text.lower(), _DAYS)}; {_ALL_DAYS}")
    return _DAYS[text]
