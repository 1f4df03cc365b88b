"""Hours of an ordinary week as one whole number with a bit for each minute, from Monday's midnight on, in local time.

So "open and nobody there" is one `and` of two numbers. The week is a circle: Sunday's night goes on into Monday.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from acd.core.instants import Duration
from acd.core.language.texts import clock_text

Minutes: TypeAlias = int
"""A set of minutes of the week."""

A_MINUTE: Duration = 60_000
A_DAY = 1_440
"""Minutes."""
LENGTH = 7 * A_DAY
ALWAYS: Minutes = (1 << LENGTH) - 1
MOST_SPANS = 4
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def stretch(day: int, start: Duration, end: Duration) -> Minutes:
    """From `start` to `end` of a day (Monday 0), in milliseconds since its midnight; over midnight if `end` is."""
    first, last = start // A_MINUTE, -(-end // A_MINUTE)
    return _round((1 << max(0, last - first)) - 1 << day * A_DAY + first)


def rows(week: Iterable[Iterable[tuple[Duration, Duration]]]) -> Minutes:
    """A calendar's seven rows."""
    found = 0
    for day, spans in enumerate(week):
        for start, end in spans:
            found |= stretch(day, start, end)
    return found


def whole_day(day: int) -> Minutes:
    """All of one day."""
    return (1 << A_DAY) - 1 << day * A_DAY


def prolonged(minutes: Minutes, by: Duration) -> Minutes:
    """Each stretch goes on for `by` longer."""
    left = min(LENGTH, -(-by // A_MINUTE))
    reached = 1
    while left > 0 and minutes not in (0, ALWAYS):
        shift = min(reached, left)
        minutes = _round(minutes | minutes << shift)
        reached, left = reached + shift, left - shift
    return minutes


def without_short(minutes: Minutes, shortest: int) -> Minutes:
    """Only the stretches that last for `shortest` minutes or longer."""
    found = 0
    for first, last in _runs(minutes):
        if last - first >= shortest:
            found |= _round((1 << last - first) - 1 << first)
    return found


def length(minutes: Minutes) -> int:
    """How many minutes."""
    return minutes.bit_count()


def in_words(minutes: Minutes, most: int = MOST_SPANS) -> str:
    """`Mon-Fri 19:00-22:00; Sat all day`. At most so many stretches; the rest is only said to be there."""
    if minutes in (0, ALWAYS):
        return "every day at all hours" if minutes else "no day"
    days: dict[tuple[int, int], list[int]] = {}
    for day, start, end in _spans(minutes):
        days.setdefault((start, end), []).append(day)
    found = [f"{_days(on)} {_hours(*span)}" for span, on in sorted(days.items(), key=lambda each: (each[1], each[0]))]
    more = f"; and {len(found) - most} more" if len(found) > most else ""
    return "; ".join(found[:most]) + more


def _round(minutes: int) -> Minutes:
    """What goes beyond Sunday's midnight goes on on Monday."""
    return minutes & ALWAYS | minutes >> LENGTH


def _spans(minutes: Minutes) -> Iterator[tuple[int, int, int]]:
    """The stretches as day, start and end; one over midnight belongs to its first day unless it lasts days."""
    for first, last in _runs(minutes):
        if last - first < A_DAY:
            day, start = divmod(first, A_DAY)
            yield day % 7, start, start + last - first
            continue
        at = first
        while at < last:
            day, start = divmod(at, A_DAY)
            end = min(A_DAY, start + last - at)
            yield day % 7, start, end
            at += end - start


def _runs(minutes: Minutes) -> Iterator[tuple[int, int]]:
    """First minute and end of each run; one that begins before Monday's midnight and goes on is one run."""
    text = f"{minutes:0{LENGTH}b}"[::-1]
    shift = 0
    if text[0] == text[-1] == "1" and "0" in text:
        shift = text.index("0")
        text = text[shift:] + text[:shift]
    at = text.find("1")
    while at >= 0:
        end = text.find("0", at)
        end = LENGTH if end < 0 else end
        yield at + shift, end + shift
        at = text.find("1", end)


def _days(days: list[int]) -> str:
    parts: list[list[int]] = []
    for day in sorted(days):
        if parts and parts[-1][-1] == day - 1:
            parts[-1].append(day)
        else:
            parts.append([day])
    return ", ".join(_DAYS[part[0]] + (f"-{_DAYS[part[-1]]}" if len(part) > 1 else "") for part in parts)


def _hours(start: int, end: int) -> str:
    if (start, end) == (0, A_DAY):
        return "all day"
    last = end - A_DAY if end > A_DAY else end
    return f"{clock_text(start * A_MINUTE)}-{clock_text(last * A_MINUTE)}"
