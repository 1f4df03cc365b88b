"""Opening hours, dates and time zones, from how they are written to what the core compares."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.config.hours import CalendarConfig
from acd.config.time_zone import FIRST, LAST, utc_offsets
from acd.core.local_time import is_open, local
from acd.core.policy import Calendar

HOUR = 3_600_000
DAY = 24 * HOUR
OFFICE_HOURS = ((9 * HOUR, 18 * HOUR),)


def calendar(**settings: object) -> Calendar:
    return CalendarConfig.model_validate(settings).calendar("office")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def test_days_from_monday_to_friday_have_the_hours_and_the_weekend_has_none() -> None:
    assert calendar(open=["mon-fri 09:00-18:00"]).week == (*[OFFICE_HOURS] * 5, (), ())


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("wed", [2]),
        ("sat-sun", [5, 6]),
        ("fri-mon", [0, 4, 5, 6]),
        ("mon,wed,fri", [0, 2, 4]),
        ("mon-tue,sun", [0, 1, 6]),
        ("mon-sun", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_are_named_one_by_one_or_from_one_to_another(days: str, numbers: list[int]) -> None:
    week = calendar(open=[f"{days} 09:00-18:00"]).week

    assert [number for number, hours in enumerate(week) if hours] == numbers


def test_a_lunch_hour_makes_two_openings_of_a_day_and_openings_that_touch_are_one() -> None:
    found = calendar(open=["mon 13:00-18:00, 9:00-12:00", "tue 09:00-12:00", "tue 12:00-18:00", "tue 10:00-11:00"])

    assert found.week[0] == ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))
    assert found.week[1] == OFFICE_HOURS


def test_a_night_ends_on_the_next_day_also_from_sunday_to_monday() -> None:
    found = calendar(open=["fri 22:00-06:00", "sun 23:00-01:00"])

    assert found.week[4] == ((22 * HOUR, DAY),)
    assert found.week[5] == ((0, 6 * HOUR),)
    assert found.week[6] == ((23 * HOUR, DAY),)
    assert found.week[0] == ((0, 1 * HOUR),)


def test_always_is_the_whole_day_of_every_day() -> None:
    assert calendar(open=["mon-sun 00:00-24:00"]).week == (((0, DAY),),) * 7


def test_holidays_are_closed_and_a_special_day_has_hours_of_its_own() -> None:
    found = calendar(
        open=["mon-fri 09:00-18:00"],
        closed_on=["2026-10-01..2026-10-03", "2026-12-31"],
        special={"2026-12-24": "09:00-12:00, 13:00-14:00"},
    )

    assert found.days == {
        day("2026-10-01"): (),
        day("2026-10-02"): (),
        day("2026-10-03"): (),
        day("2026-12-24"): ((9 * HOUR, 12 * HOUR), (13 * HOUR, 14 * HOUR)),
        day("2026-12-31"): (),
    }


def test_the_night_before_a_closed_day_ends_at_midnight_and_that_of_a_closed_day_never_begins() -> None:
    # 2026-10-01 is a Thursday.
    found = calendar(open=["mon-sun 22:00-06:00"], closed_on=["2026-10-01"])

    assert found.week[3] == ((0, 6 * HOUR), (22 * HOUR, DAY))
    assert found.days == {day("2026-10-01"): (), day("2026-10-02"): ((22 * HOUR, DAY),)}


def test_the_night_of_a_special_day_ends_on_the_day_after_it() -> None:
    found = calendar(open=["mon-fri 09:00-18:00"], special={"2026-12-31": "20:00-02:00"})

    assert found.days == {
        day("2026-12-31"): ((20 * HOUR, DAY),),
        day("2027-01-01"): ((0, 2 * HOUR), (9 * HOUR, 18 * HOUR)),
    }


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), max_size=4), st.data())
def test_it_is_open_at_a_minute_exactly_if_some_entry_of_the_week_says_so(
    entries: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    entries = [entry for entry in entries if entry[1] != entry[2]]
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    texts = [f"{names[on]} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for on, start, end in entries]
    found = calendar(open=texts)

    # 2026-09-28 is a Monday; the minute is looked at in that week, by hand.
    minute = data.draw(st.integers(0, 7 * 1440 - 1))
    expected = False
    for on, start, end in entries:
        length = (end - start) % 1440 or 1440
        expected = expected or (minute - (on * 1440 + start)) % (7 * 1440) < length

    assert is_open(found, day("2026-09-28") * DAY + minute * 60_000, ((0, 0),)) is expected


def test_shanghai_has_one_offset_and_berlin_two_a_year() -> None:
    berlin = utc_offsets("Europe/Berlin")

    assert utc_offsets("UTC") == ((0, 0),)
    assert [ahead for _, ahead in utc_offsets("Asia/Shanghai")] == [8 * HOUR]
    assert len(berlin) == 1 + 2 * 25
    assert berlin[1] == (round(datetime(2020, 3, 29, 1, tzinfo=UTC).timestamp()) * 1000, 2 * HOUR)
    assert all(before[1] != after[1] for before, after in pairwise(berlin))


@given(
    st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None) - timedelta(days=1)),
    st.sampled_from(
        ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]
    ),
)
def test_local_time_is_that_of_the_time_zone_at_any_instant(moment: datetime, name: str) -> None:
    wall = moment.replace(tzinfo=UTC, microsecond=0).astimezone(ZoneInfo(name))

    found, weekday, since_midnight = local(round(wall.timestamp()) * 1000, utc_offsets(name))

    assert date(1970, 1, 1) + timedelta(days=found) == wall.date()
    assert weekday == wall.weekday()
    assert since_midnight == ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000
