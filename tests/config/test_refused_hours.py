"""Hours, dates and time zones that are none: each edit of the small hotline is refused with exactly these lines."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited

REFUSED = [
    pytest.param(
        "default_lane: general",
        "default_lane: general\ncalendars: {office: {}}",
        [
            "15:21: calendars.office.open: is missing",
        ],
        id="a_calendar_without_hours",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ncalendars: {office: {open: [mon-fry 09:00-18:00]}}",
        [
            '15:29: calendars.office.open[0]: "mon-fry 09:00-18:00": `fry` is no day of the week (did you mean '
            "fri?); known are mon, tue, wed, thu, fri, sat, sun",
        ],
        id="a_day_that_is_none",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ncalendars: {office: {open: [mon-fri]}}",
        [
            '15:29: calendars.office.open[0]: "mon-fri": not opening hours; write days and hours, for example '
            "mon-fri 09:00-18:00 or sat,sun 10:00-14:00",
        ],
        id="a_day_without_hours",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["09:00-18:00"]}}',
        [
            '15:29: calendars.office.open[0]: "09:00-18:00": not opening hours; write days and hours, for example '
            "mon-fri 09:00-18:00 or sat,sun 10:00-14:00",
        ],
        id="hours_without_a_day",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["mon 09:00-25:00"]}}',
        [
            '15:29: calendars.office.open[0]: "mon 09:00-25:00": there is no 25:00 on a clock; allowed is 00:00 to '
            "24:00",
        ],
        id="an_hour_that_no_clock_has",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["mon 09:60-10:00"]}}',
        [
            '15:29: calendars.office.open[0]: "mon 09:60-10:00": there is no 09:60 on a clock; allowed is 00:00 to '
            "24:00",
        ],
        id="a_minute_that_no_clock_has",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["mon 09:00-09:00"]}}',
        [
            '15:29: calendars.office.open[0]: "mon 09:00-09:00": 09:00-09:00 is no time at all; the whole day is '
            "00:00-24:00",
        ],
        id="an_opening_of_no_time",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["mon 24:00-06:00"]}}',
        [
            '15:29: calendars.office.open[0]: "mon 24:00-06:00": 24:00-06:00 begins when the day is over; midnight '
            "at its beginning is 00:00",
        ],
        id="hours_that_begin_when_the_day_is_over",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: ["mon 9am-5pm"]}}',
        [
            '15:29: calendars.office.open[0]: "mon 9am-5pm": `9am-5pm` are no hours; write hours as 09:00-18:00, '
            "several with a comma between them",
        ],
        id="hours_of_twelve",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ncalendars: {office: {open: [], closed_on: [31.12.2026]}}",
        [
            '15:44: calendars.office.closed_on[0]: "31.12.2026": not a date; write year, month and day as 2026-12-24',
        ],
        id="a_date_written_otherwise",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], closed_on: ["2026-02-30"]}}',
        [
            '15:44: calendars.office.closed_on[0]: "2026-02-30": there is no such day in the calendar; write year, '
            "month and day as 2026-12-24",
        ],
        id="a_day_in_no_calendar",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], closed_on: ["1999-12-31"]}}',
        [
            '15:44: calendars.office.closed_on[0]: "1999-12-31": too far away; allowed is 2000-01-01 to 2099-12-31',
        ],
        id="a_date_of_the_last_century",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], closed_on: ["2026-10-07..2026-10-01"]}}',
        [
            '15:44: calendars.office.closed_on[0]: "2026-10-07..2026-10-01": ends before it begins; write the '
            "earlier date first",
        ],
        id="holidays_that_end_before_they_begin",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], closed_on: ["2026-01-01..2028-01-01"]}}',
        [
            "15:43: calendars.office.closed_on: these are 731 days; at most 400",
        ],
        id="holidays_of_many_years",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], special: {christmas: "09:00-12:00"}}}',
        [
            '15:42: calendars.office.special.christmas: "christmas": not a date; write year, month and day as '
            "2026-12-24",
        ],
        id="a_special_day_that_is_no_date",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], special: {"2026-12-24": closed}}}',
        [
            '15:56: calendars.office.special.2026-12-24: "closed": `closed` are no hours; write hours as '
            "09:00-18:00, several with a comma between them",
        ],
        id="special_hours_that_are_none",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\ncalendars: {office: {open: [], closed_on: ["2026-12-20..2026-12-31"], special: '
        '{"2026-12-24": "09:00-12:00"}}}',
        [
            "15:44: calendars.office.closed_on[0]: has hours of its own in special; a date is one or the other",
        ],
        id="a_date_that_is_closed_and_special",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\nshifts: {ana: ["mon-fri 08:00-19:00"]}',
        [
            '15:10: shifts.ana: there is no agent "ana" (did you mean anna?); known are anna, ben',
        ],
        id="a_shift_of_nobody",
    ),
    pytest.param(
        "default_lane: general",
        'default_lane: general\nshifts: {anna: ["monday 08:00-19:00"]}',
        [
            '15:17: shifts.anna[0]: "monday 08:00-19:00": `monday` is no day of the week (did you mean mon?); known '
            "are mon, tue, wed, thu, fri, sat, sun",
        ],
        id="a_shift_on_no_day",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntime_zone: Asia/Shangai",
        [
            '15:12: time_zone: "Asia/Shangai": there is no such time zone (did you mean Asia/Shanghai?); write one '
            "as Asia/Shanghai or UTC",
        ],
        id="a_time_zone_that_does_not_exist",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntime_zone: ../../etc/passwd",
        [
            '15:12: time_zone: "../../etc/passwd": not a time zone; write one as Asia/Shanghai or UTC',
        ],
        id="a_time_zone_that_is_a_path",
    ),
    pytest.param(
        "default_lane: general",
        "default_lane: general\ntime_zone: America",
        [
            '15:12: time_zone: "America": there is no such time zone (did you mean America/Nuuk?); write one as '
            "Asia/Shanghai or UTC",
        ],
        id="a_time_zone_that_is_a_folder",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), REFUSED)
def test_the_operator_is_told_what_is_wrong_and_what_is_allowed(old: str, new: str, lines: list[str]) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")

    assert [str(fault) for fault in refused.value.faults] == [f"bank.yaml:{line}" for line in lines]
