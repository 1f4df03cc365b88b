"""When the hotline is open, by the clock on its own wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.core.local_time import DAY, closes_in, is_open, local, opens_at
from acd.core.policy import Calendar

HOUR = 3_600_000
UTC_ALWAYS = ((0, 0),)
SHANGHAI = ((0, 8 * HOUR),)
OFFICE = Calendar(
    name="office",
    week=(*[((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))] * 5, ((10 * HOUR, 14 * HOUR),), ()),
    days={
        date(2026, 10, 1).toordinal() - date(1970, 1, 1).toordinal(): (),
        date(2026, 10, 4).toordinal() - date(1970, 1, 1).toordinal(): ((0, 24 * HOUR),),
    },
)


def at(text: str) -> int:
    """An instant, written in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_the_first_day_was_a_thursday() -> None:
    assert local(0, UTC_ALWAYS) == (0, 3, 0)
    assert local(-1, UTC_ALWAYS) == (-1, 2, DAY - 1)


def test_an_evening_in_utc_is_the_next_morning_in_shanghai() -> None:
    day, weekday, since_midnight = local(at("2026-09-27T23:30"), SHANGHAI)

    assert date(1970, 1, 1) + timedelta(days=day) == date(2026, 9, 28)
    assert weekday == 0, "a Monday"
    assert since_midnight == 7 * HOUR + 30 * 60_000


def test_summer_time_begins_at_its_instant_and_not_a_millisecond_before() -> None:
    begins = at("2026-03-29T01:00")
    offsets = ((at("2025-10-26T01:00"), HOUR), (begins, 2 * HOUR))

    assert local(begins - 1, offsets)[2] == 2 * HOUR - 1
    assert local(begins, offsets)[2] == 3 * HOUR
    assert local(0, offsets)[2] == HOUR, "the first offset holds before it, too"


@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2026-09-28T00:59", False),
        ("2026-09-28T01:00", True),
        ("2026-09-28T04:00", False),
        ("2026-09-28T05:00", True),
        ("2026-09-28T09:59", True),
        ("2026-09-28T10:00", False),
        ("2026-10-03T02:00", True),
        ("2026-10-01T02:00", False),
        ("2026-09-27T02:00", False),
        ("2026-10-03T16:00", True),
        ("2026-10-04T15:59", True),
        ("2026-10-04T16:00", False),
    ],
    ids=[
        "a_minute_before_the_office_opens",
        "when_it_opens",
        "when_the_lunch_hour_begins",
        "when_it_ends",
        "a_minute_before_the_evening",
        "when_it_closes",
        "a_saturday_morning",
        "a_thursday_that_is_a_holiday",
        "an_ordinary_sunday",
        "a_sunday_that_is_open_all_day_from_midnight",
        "its_last_minute",
        "the_monday_after_it_at_midnight",
    ],
)
def test_an_office_in_shanghai_is_open(when: str, open_: bool) -> None:
    assert is_open(OFFICE, at(when), SHANGHAI) is open_


@pytest.mark.parametrize(
    ("when", "minutes"),
    [
        ("2026-09-28T00:59", 0),
        ("2026-09-28T01:00", 180),
        ("2026-09-28T03:59", 1),
        ("2026-09-28T04:00", 0),
        ("2026-10-03T16:00", 1440),
    ],
    ids=["before_it_opens", "all_morning", "the_last_minute", "closed", "open_all_day"],
)
def test_an_office_in_shanghai_closes_in(when: str, minutes: int) -> None:
    assert closes_in(OFFICE, at(when), SHANGHAI) == minutes * 60_000


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-09-28T00:59", "2026-09-28T01:00"),
        ("2026-09-28T01:00", "2026-09-28T01:00"),
        ("2026-09-28T04:00", "2026-09-28T05:00"),
        ("2026-09-28T10:00", "2026-09-29T01:00"),
        ("2026-09-30T10:00", "2026-10-02T01:00"),
        ("2026-10-03T06:00", "2026-10-03T16:00"),
    ],
    ids=["this_morning", "now", "after_lunch", "tomorrow", "after_a_holiday", "at_midnight"],
)
def test_an_office_in_shanghai_opens_at(when: str, opens: str) -> None:
    assert opens_at(OFFICE, at(when), SHANGHAI) == at(opens)


def test_what_never_opens_opens_at_no_time() -> None:
    assert opens_at(Calendar("never", ((),) * 7), at("2026-09-28T01:00"), SHANGHAI) is None


def test_it_opens_by_the_clock_that_is_shifted_meanwhile() -> None:
    spring, autumn = at("2026-03-29T01:00"), at("2026-10-25T01:00")
    berlin = ((at("2025-10-26T01:00"), HOUR), (spring, 2 * HOUR), (autumn, HOUR))
    early = Calendar("early", (((2 * HOUR + HOUR // 2, 9 * HOUR),),) * 7)

    assert opens_at(early, spring - HOUR, berlin) == spring, "half past two is left out that night"
    assert opens_at(early, autumn - 2 * HOUR, berlin) == autumn - HOUR // 2, "the first half past two of two"
    assert opens_at(early, autumn + HOUR // 4, berlin) == autumn + HOUR // 2
    assert opens_at(OFFICE, spring - HOUR, berlin) == at("2026-03-30T07:00")


@given(st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 10)))  # noqa: DTZ001 - hypothesis wants them naive.
def test_a_calendar_is_closed_until_it_opens_and_not_then(moment: datetime) -> None:
    now = round(moment.replace(tzinfo=ZoneInfo("UTC")).timestamp()) * 1000
    opens = opens_at(OFFICE, now, SHANGHAI)
    assert opens is not None
    assert is_open(OFFICE, opens, SHANGHAI)
    assert opens == now or not any(is_open(OFFICE, each, SHANGHAI) for each in (now, (now + opens) // 2, opens - 1))


def test_hours_that_pass_midnight_have_one_end() -> None:
    night = Calendar("night", (((0, 21_600_000), (79_200_000, 86_400_000)),) * 7)
    assert closes_in(night, at("2026-09-28T15:00"), SHANGHAI) == 7 * 3_600_000


@given(st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 10)))  # noqa: DTZ001 - hypothesis wants them naive.
def test_a_calendar_is_open_until_it_closes_and_not_then(moment: datetime) -> None:
    now = round(moment.replace(tzinfo=ZoneInfo("UTC")).timestamp()) * 1000
    left = closes_in(OFFICE, now, SHANGHAI)
    assert is_open(OFFICE, now, SHANGHAI) is (left > 0)
    assert left == 0 or is_open(OFFICE, now + left - 1, SHANGHAI)
    assert left in (0, 86_400_000) or not is_open(OFFICE, now + left, SHANGHAI)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2044, 12, 31)), st.sampled_from([-9, 0, 5.75, 8]))  # noqa: DTZ001 - hypothesis wants them naive.
def test_local_time_agrees_with_the_calendar_of_the_standard_library(moment: datetime, hours: float) -> None:
    offset = timedelta(hours=hours)
    wall = moment.replace(microsecond=0)
    now = round((wall - offset).replace(tzinfo=ZoneInfo("UTC")).timestamp()) * 1000

    day, weekday, since_midnight = local(now, ((0, round(offset.total_seconds() * 1000)),))

    assert date(1970, 1, 1) + timedelta(days=day) == wall.date()
    assert weekday == wall.weekday()
    assert since_midnight == ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000
