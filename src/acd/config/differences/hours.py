"""Hours: when calendars are open, and when agents work, in hours of an ordinary week and in particular days."""

from collections.abc import Iterator, Mapping
from datetime import date

from acd.config import week
from acd.config.differences.difference import Difference, Kind
from acd.config.differences.two import Two
from acd.core.language.texts import clock_text
from acd.core.policy import Policy

MOST_DAYS = 5
_EPOCH = date(1970, 1, 1).toordinal()


def opening(policy: Policy, calendar: str) -> week.Minutes:
    """When a calendar is open in an ordinary week; no calendar is always open."""
    return week.rows(policy.calendars[calendar].week) if calendar else week.ALWAYS


def hours_in_words(old: week.Minutes, new: week.Minutes) -> str:
    """`open 10 h a week more (55 h instead of 45 h): also on Sat 09:00-19:00`."""
    if old == new:
        return "open at the same hours of the week"
    more = week.length(new) - week.length(old)
    if more:
        change = f"open {_hours(abs(more))} a week {'more' if more > 0 else 'less'}"
        change += f" ({_hours(week.length(new))} instead of {_hours(week.length(old))})"
    else:
        change = f"open {_hours(week.length(new))} a week as before, at other times"
    return f"{change}: {_parts(old, new)}"


def calendar_differences(two: Two) -> Iterator[Difference]:
    """Every calendar that differs, by name, with the lanes that keep it."""
    before, after = two.old.policy.calendars, two.new.policy.calendars
    for name in sorted({**before, **after}):
        old, new, about = before.get(name), after.get(name), f"calendar {name}"
        lanes = [lane for lane, each in sorted(two.new.policy.lanes.items()) if each.hours == name]
        kept = f"; kept by {', '.join(lanes)}" if lanes else ""
        if old is None and new is not None:
            text = f"is new: open {_hours(week.length(opening(two.new.policy, name)))} a week{kept}"
            yield Difference(about, "", Kind.ADDED, text)
        elif new is None:
            yield Difference(about, "", Kind.REMOVED, "is taken away")
        else:
            assert old is not None
            if old.week != new.week:
                was, now = opening(two.old.policy, name), opening(two.new.policy, name)
                text = hours_in_words(was, now) + kept
                yield Difference(about, "week", Kind.CHANGED, text, week.in_words(was, 50), week.in_words(now, 50))
            yield from _days(about, old.days, new.days)


def shift_differences(two: Two) -> Iterator[Difference]:
    """Every agent whose hours of work differ, by id. Routing never sees them."""
    before, after = two.old.config.shifts, two.new.config.shifts
    for agent in sorted({**before, **after}):
        if before.get(agent) == after.get(agent):
            continue
        was, now = (_worked(shifts[agent]) if agent in shifts else None for shifts in (before, after))
        about, what = f"shifts of {agent}", ""
        if was is None:
            assert now is not None
            text = f"are new: {_hours(week.length(now))} a week, {week.in_words(now)}"
            yield Difference(about, what, Kind.ADDED, text, None, week.in_words(now, 50))
        elif now is None:
            text = "are taken away; counts as always there"
            yield Difference(about, what, Kind.REMOVED, text, week.in_words(was, 50), None)
        elif was != now:
            text = f"{_hours(week.length(now))} a week instead of {_hours(week.length(was))}: {_parts(was, now)}"
            yield Difference(about, what, Kind.CHANGED, text, week.in_words(was, 50), week.in_words(now, 50))


def _parts(old: week.Minutes, new: week.Minutes) -> str:
    parts = []
    if new & ~old:
        parts.append(f"also on {week.in_words(new & ~old)}")
    if old & ~new:
        parts.append(f"no longer on {week.in_words(old & ~new)}")
    return ", ".join(parts)


def _days(
    about: str, old: Mapping[int, tuple[tuple[int, int], ...]], new: Mapping[int, tuple[tuple[int, int], ...]]
) -> Iterator[Difference]:
    days = [day for day in sorted({**old, **new}) if old.get(day) != new.get(day)]
    if not days:
        return
    told = [f"{_date(day)} {_day(new.get(day))} instead of {_day(old.get(day))}" for day in days[:MOST_DAYS]]
    rest = f" and {len(days) - MOST_DAYS} more days" if len(days) > MOST_DAYS else ""
    yield Difference(about, "days", Kind.CHANGED, "; ".join(told) + rest)


def _worked(shifts: tuple[tuple[tuple[int, int, int], ...], ...]) -> week.Minutes:
    minutes = 0
    for entry in shifts:
        for day, start, end in entry:
            minutes |= week.stretch(day, start, end)
    return minutes


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.4g} h"


def _date(day: int) -> str:
    return date.fromordinal(day + _EPOCH).isoformat()


def _day(spans: tuple[tuple[int, int], ...] | None) -> str:
    if spans is None:
        return "as its day of the week"
    return ", ".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in spans) or "closed"
