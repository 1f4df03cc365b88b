"""Opening hours and dates as an operator writes them: `mon-fri 09:00-18:00`, `2026-10-01..2026-10-07`.

Hours may pass midnight: `fri 22:00-06:00` ends on Saturday. A date that is listed is just what is written for it,
from midnight to midnight; nothing of the week stays on it, and nothing of the week's night before either.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from acd.config.faults import suggestion
from acd.config.fields import Section
from acd.core.instants import Duration
from acd.core.policy import Calendar

Spans: TypeAlias = tuple[tuple[Duration, Duration], ...]

DAY: Duration = 86_400_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DATES = 400
MOST_ENTRIES = 50
LONGEST_TEXT = 200
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

_DAYS = "|".join(WEEKDAYS)
_SPAN = r"[0-9]{1,2}:[0-9]{2} ?- ?[0-9]{1,2}:[0-9]{2}"
_SOME_DAYS = rf"({_DAYS})(-({_DAYS}))?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
HOURS_PATTERN = rf"^{_SPAN}(, ?{_SPAN})*$"
WEEK_PATTERN = rf"^{_SOME_DAYS}(,{_SOME_DAYS})* {HOURS_PATTERN[1:]}"
DATE_PATTERN = rf"^{_DATE}$"
DATES_PATTERN = rf"^{_DATE}(\.\.{_DATE})?$"

_TIMES = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})")
_EPOCH = date(1970, 1, 1).toordinal()
_HOW_WEEK = "write days and hours, for example mon-fri 09:00-18:00 or sat,sun 10:00-14:00"
_HOW_HOURS = "write hours as 09:00-18:00, several with a comma between them"


def parse_hours(value: object) -> Spans:
    """`"09:00-12:00, 13:00-18:00"` as milliseconds since midnight; an end after midnight lies beyond a day's length.

    Raises `ValueError` with advice.
    """
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(f"not hours; {_HOW_HOURS}")
    return tuple(sorted(_span(part.strip()) for part in value.split(",")))


def parse_week_hours(value: object) -> tuple[tuple[int, Duration, Duration], ...]:
    """`"mon-fri 09:00-18:00"` as days (Monday 0) with their hours. Raises `ValueError` with advice."""
    words = value.split(None, 1) if isinstance(value, str) and len(value) <= LONGEST_TEXT else []
    if len(words) != 2:
        raise ValueError(f"not opening hours; {_HOW_WEEK}")
    days = [day for part in words[0].split(",") for day in _days(part)]
    return tuple((day, start, end) for day in sorted(set(days)) for start, end in parse_hours(words[1]))


def parse_date(value: object) -> int:
    """`"2026-12-24"` as days since 1970-01-01. Raises `ValueError` with advice."""
    if not isinstance(value, str) or not re.fullmatch(_DATE, value):
        raise ValueError("not a date; write year, month and day as 2026-12-24")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day in the calendar; write year, month and day as 2026-12-24") from None
    if not EARLIEST <= found <= LATEST:
        raise ValueError(f"too far away; allowed is {EARLIEST} to {LATEST}")
    return found.toordinal() - _EPOCH


def parse_dates(value: object) -> tuple[int, int]:
    """`"2026-10-01..2026-10-07"`, or one date, as its first and its last day. Raises `ValueError` with advice."""
    first, between, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    start = parse_date(first)
    end = parse_date(last) if between else start
    if end < start:
        raise ValueError("ends before it begins; write the earlier date first")
    return start, end


def _span(text: str) -> tuple[Duration, Duration]:
    match = _TIMES.fullmatch(text)
    if not match:
        raise ValueError(f"`{text[:20]}` are no hours; {_HOW_HOURS}")
    start, end = _time(match[1], match[2]), _time(match[3], match[4])
    if start == DAY:
        raise ValueError(f"{text} begins when the day is over; midnight at its beginning is 00:00")
    if start == end:
        raise ValueError(f"{text} is no time at all; the whole day is 00:00-24:00")
    return (start, end) if end > start else (start, end + DAY)


def _time(hours: str, minutes: str) -> Duration:
    time = (int(hours) * 60 + int(minutes)) * 60_000
    if int(minutes) > 59 or time > DAY:
        raise ValueError(f"there is no {hours}:{minutes} on a clock; allowed is 00:00 to 24:00")
    return time


def _days(text: str) -> list[int]:
    first, between, last = text.partition("-")
    start = _weekday(first)
    end = _weekday(last) if between else start
    return [(start + more) % 7 for more in range((end - start) % 7 + 1)]


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise ValueError(
            f"`{text[:20]}` is no day of the week{suggestion(text, WEEKDAYS)}; known are {', '.join(WEEKDAYS)}"
        )
    return WEEKDAYS.index(text)


def _not_too_many(value: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    total = sum(last - first + 1 for first, last in value)
    if total > MOST_DATES:
        raise ValueError(f"these are {total} days; at most {MOST_DATES}")
    return value


WeekHours: TypeAlias = Annotated[
    tuple[tuple[int, Duration, Duration], ...],
    BeforeValidator(parse_week_hours),
    WithJsonSchema({"type": "string", "pattern": WEEK_PATTERN, "examples": ["mon-fri 09:00-18:00"]}),
]
DayHours: TypeAlias = Annotated[
    Spans,
    BeforeValidator(parse_hours),
    WithJsonSchema({"type": "string", "pattern": HOURS_PATTERN, "examples": ["09:00-12:00"]}),
]
Date: TypeAlias = Annotated[
    int, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "pattern": DATE_PATTERN})
]
Dates: TypeAlias = Annotated[
    tuple[int, int],
    BeforeValidator(parse_dates),
    WithJsonSchema({"type": "string", "pattern": DATES_PATTERN, "examples": ["2026-10-01..2026-10-07"]}),
]


class CalendarConfig(Section):
    """When something is open: hours of an ordinary week, dates that are closed, dates with hours of their own."""

    open: Annotated[tuple[WeekHours, ...], Field(max_length=MOST_ENTRIES)]
    closed_on: Annotated[tuple[Dates, ...], Field(max_length=MOST_DATES), AfterValidator(_not_too_many)] = ()
    special: Annotated[Mapping[Date, DayHours], Field(max_length=MOST_DATES)] = Field(default_factory=dict)

    def calendar(self, name: str) -> Calendar:
        """What the core is told of it: hours split at midnight, overlapping ones joined."""
        own: list[list[tuple[Duration, Duration]]] = [[] for _ in WEEKDAYS]
        for entry in self.open:
            for weekday, start, end in entry:
                own[weekday].append((start, end))
        week = tuple(_row(own[weekday], own[weekday - 1]) for weekday in range(len(WEEKDAYS)))
        listed: dict[int, Spans] = {day: () for first, last in self.closed_on for day in range(first, last + 1)}
        listed.update(self.special)
        days = {day: _row(spans, ()) for day, spans in listed.items()}
        for day, spans in listed.items():
            after = day + 1
            weekday = date.fromordinal(after + _EPOCH).weekday()
            row = _row(own[weekday], spans)
            if after not in listed and row != week[weekday]:
                days[after] = row
        return Calendar(name, week, dict(sorted(days.items())))


def _row(own: Iterable[tuple[Duration, Duration]], before: Iterable[tuple[Duration, Duration]]) -> Spans:
    """A day's hours: its own until midnight, and what the day before left over."""
    spans = [(start, min(end, DAY)) for start, end in own]
    spans += [(0, end - DAY) for _, end in before if end > DAY]
    joined: list[tuple[Duration, Duration]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
