"""A time zone by its name, and the table of its offsets from UTC that the core is given.

The table is worked out here, once, because the core asks no machine for its time zone. It reaches from 2020 to
2045; before and after, the first and the last offset hold.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from acd.config.faults import suggestion
from acd.core.instants import Duration, Instant

ZONE_PATTERN = r"^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$"
UTC_NAME = "UTC"
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
LAST = datetime(2045, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)
_A_SECOND = timedelta(seconds=1)


def parse_zone(name: str) -> str:
    """`name`, if this machine knows such a time zone. Raises `ValueError` with advice."""
    if not re.fullmatch(ZONE_PATTERN[1:-1], name):
        raise ValueError("not a time zone; write one as Asia/Shanghai or UTC")
    if name == UTC_NAME:
        return name
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        known = sorted(available_timezones())
        if not known:
            raise ValueError(
                "this machine has no table of time zones; install tzdata, or leave the key out for UTC"
            ) from None
        raise ValueError(
            f"there is no such time zone{suggestion(name, known)}; write one as Asia/Shanghai or UTC"
        ) from None
    return name


@lru_cache(maxsize=16)
def utc_offsets(name: str) -> tuple[tuple[Instant, Duration], ...]:
    """From when on local time in the zone is how much ahead of UTC, oldest first; only real changes."""
    if name == UTC_NAME:
        # Without asking the machine, which may have no table of time zones.
        return ((0, 0),)
    zone = ZoneInfo(name)
    found = [(_instant(FIRST), _ahead(FIRST, zone))]
    day = FIRST
    while day < LAST:
        after = day + _A_DAY
        if _ahead(after, zone) != found[-1][1]:
            found.append((_instant(_change(day, after, zone)), _ahead(after, zone)))
        day = after
    return tuple(found)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset changes between two instants with different offsets."""
    old = _ahead(before, zone)
    while after - before > _A_SECOND:
        middle = before + timedelta(seconds=(after - before) // _A_SECOND // 2)
        if _ahead(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _ahead(moment: datetime, zone: ZoneInfo) -> Duration:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None, "a zone of the standard library always has an offset"
    return offset // timedelta(milliseconds=1)


def _instant(moment: datetime) -> Instant:
    return int(moment.timestamp()) * 1000
