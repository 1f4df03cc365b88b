"""Hours of the week are told so that an operator finds them on his own plan."""

import pytest

from acd.config import week
from acd.config.hours import parse_week_hours

HOUR = 3_600_000


def minutes(*entries: str) -> week.Minutes:
    found = 0
    for entry in entries:
        for day, start, end in parse_week_hours(entry):
            found |= week.stretch(day, start, end)
    return found


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["mon-fri 09:00-18:00"], "Mon-Fri 09:00-18:00"),
        (["mon,wed 09:00-12:00", "tue 10:00-12:00"], "Mon, Wed 09:00-12:00; Tue 10:00-12:00"),
        (["fri 22:00-06:00"], "Fri 22:00-06:00"),
        (["sun 22:00-06:00"], "Sun 22:00-06:00"),
        (["sat-sun 00:00-24:00"], "Sat-Sun all day"),
        (["mon-sun 00:00-24:00"], "every day at all hours"),
        ([], "no day"),
        (["mon-sun 20:00-04:00"], "Mon-Sun 20:00-04:00"),
    ],
)
def test_hours_are_told_as_they_are_written(entries: list[str], words: str) -> None:
    assert week.in_words(minutes(*entries)) == words


def test_a_stretch_over_a_whole_weekend_is_told_day_by_day() -> None:
    closed = week.ALWAYS ^ minutes("mon-fri 09:00-18:00")

    told = "Mon 00:00-09:00; Mon-Thu 18:00-09:00; Fri 18:00-24:00; Sat-Sun all day"
    assert week.in_words(closed) == told


def test_many_stretches_are_told_only_in_part() -> None:
    many = minutes(*(f"mon {hour:02}:00-{hour:02}:30" for hour in range(8, 14)))

    assert week.in_words(many).endswith("Mon 11:00-11:30; and 2 more")


def test_who_came_before_the_lane_closed_may_wait_on_also_over_the_end_of_the_week() -> None:
    assert week.in_words(week.prolonged(minutes("sun 20:00-23:00"), 3 * HOUR)) == "Sun 20:00-02:00"
    assert week.in_words(week.prolonged(minutes("mon 09:00-10:00"), 90 * 60_000)) == "Mon 09:00-11:30"
    assert week.prolonged(0, HOUR) == 0
    assert week.prolonged(minutes("mon 09:00-10:00"), 24 * 7 * HOUR) == week.ALWAYS


def test_hours_of_the_week_are_counted_to_the_minute() -> None:
    assert week.length(minutes("mon-fri 09:00-17:30")) == 5 * 510
    assert week.in_words(week.without_short(minutes("mon 09:00-09:10", "tue 09:00-10:00"), 30)) == "Tue 09:00-10:00"
