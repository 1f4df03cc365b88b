"""Local time from an instant, for calendars and for conditions: the rules of time zones were worked out before.

A policy carries its UTC offsets as a table, so that nothing here asks the machine for its time zone and a replay
elsewhere agrees.
"""

from bisect import bisect_right

from acd.core.instants import Duration, Instant
from acd.core.policy import Calendar

DAY: Duration = 86_400_000
DAYS_AHEAD = 366
"""How far is looked for a day on which a calendar opens again."""

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


def opens_at(calendar: Calendar, now: Instant, offsets: tuple[tuple[Instant, Duration], ...]) -> Instant | None:
    """From when on `calendar` says open: `now` if it does already, None if it stays closed for a year."""
    if is_open(calendar, now, offsets):
        return now
    today, _, time = local(now, offsets)
    for day in range(today, today + DAYS_AHEAD):
        spans = calendar.days.get(day, calendar.week[(day + _EPOCH_WEEKDAY) % 7])
        starts = [start for start, end in spans if start < end and (day > today or start > time)]
        if starts:
            return _instant(day * DAY + min(starts), now, offsets)
    return None


def _instant(by_the_clock: int, now: Instant, offsets: tuple[tuple[Instant, Duration], ...]) -> Instant:
    """When the clock shows this, or has just passed it by a shift, for the first time from `now` on."""
    ends = (*(begins for begins, _ in offsets[1:]), None)
    found = now
    for at, ((begins, offset), end) in enumerate(zip(offsets, ends, strict=True)):
        found = by_the_clock - offset if at == 0 else max(begins, by_the_clock - offset)
        if found >= now and (end is None or found < end):
            break
    return found


def closes_in(calendar: Calendar, now: Instant, offsets: tuple[tuple[Instant, Duration], ...]) -> Duration:
    """How long `calendar` says open yet, at most a day; 0 while it says closed. No shift of the clock is foreseen."""
    day, weekday, time = local(now, offsets)
    until = _end_of_span(calendar.days.get(day, calendar.week[weekday]), time)
    if until == DAY:
        until += _end_of_span(calendar.days.get(day + 1, calendar.week[(weekday + 1) % 7]), 0)
    return min(DAY, max(0, until - time))


def _end_of_span(spans: tuple[tuple[int, int], ...], time: Duration) -> Duration:
    """Until when a day's hours say open without a gap from `time` on; 0 if they do not."""
    until = 0
    for start, end in sorted(spans):
        if start <= max(time, until) < end:
            until = end
    return until
