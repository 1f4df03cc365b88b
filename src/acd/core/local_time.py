"""Local time from an instant, for calendars and for conditions: the rules of time zones were worked out before.

A policy carries its UTC offsets as a table, so that nothing here asks the machine for its time zone and a replay
elsewhere agrees.
"""

from bisect import bisect_right

from acd.core.instants import Duration, Instant
from acd.core.policy import Calendar

DAY: Duration = 86_400_000
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def local(now: Instant, offsets: tuple[tuple[Instant, Duration], ...]) -> tuple[int, int, Duration]:
    """The local day (counted from 1970-01-01), its weekday (Monday 0) and the milliseconds since local midnight.

    `offsets` says from when on local time is how much ahead of UTC, oldest first and never empty; the first holds
    before it, too.
    """
    at = bisect_right(offsets, now, key=lambda entry: entry[0])
    day, since_midnight = divmod(now + offsets[max(at - 1, 0)][1], DAY)
    return day, (day + _EPOCH_WEEKDAY) % 7, since_midnight


def is_open(calendar: Calendar, now: Instant, offsets: tuple[tuple[Instant, Duration], ...]) -> bool:
    """Whether `calendar` says open at `now`: by the particular day if it is listed, else by the day of the week."""
    day, weekday, since_midnight = local(now, offsets)
    spans = calendar.days.get(day, calendar.week[weekday])
    return any(start <= since_midnight < end for start, end in spans)
