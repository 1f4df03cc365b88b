"""Moments and lengths in answers of the command line can be read without a reckoner."""

import pytest

from acd.app.times import length, moment
from acd.core.instants import Duration

HOUR = 3_600_000
MORNING = 1_796_032_805_000
"""10:00:05 on 30 November 2026, in UTC."""


@pytest.mark.parametrize(
    ("utc_offset", "said"),
    [
        (0, "2026-11-30 10:00:05 +00:00"),
        (8 * HOUR, "2026-11-30 18:00:05 +08:00"),
        (-5 * HOUR, "2026-11-30 05:00:05 -05:00"),
        (5 * HOUR + HOUR // 2, "2026-11-30 15:30:05 +05:30"),
        (-3 * HOUR - HOUR // 2, "2026-11-30 06:30:05 -03:30"),
        (14 * HOUR, "2026-12-01 00:00:05 +14:00"),
    ],
)
def test_a_moment_is_told_by_local_clocks_with_their_offset(utc_offset: Duration, said: str) -> None:
    assert moment(MORNING, utc_offset) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [(0, "0:00"), (62_000, "1:02"), (62_550, "1:02.5"), (3_600_000, "60:00"), (-500, "-0:00.5")],
)
def test_a_length_of_time_is_told_in_minutes_and_seconds(span: Duration, said: str) -> None:
    assert length(span) == said
