"""Lengths and moments as people read them in answers of the command line: `1:02.5`, `2026-11-27 21:20:07 +08:00`."""

from datetime import UTC, datetime

from acd.core.instants import Duration, Instant


def length(span: Duration) -> str:
    """A length of time as minutes and seconds, with tenths where there are any."""
    seconds, tenths = divmod(abs(span) // 100, 10)
    text = f"{seconds // 60}:{seconds % 60:02}" + (f".{tenths}" if tenths else "")
    return f"-{text}" if span < 0 else text


def moment(at: Instant, utc_offset: Duration) -> str:
    """A moment by clocks that are `utc_offset` ahead of UTC, to the second, and the offset."""
    local = datetime.fromtimestamp((at + utc_offset) / 1000, UTC)
    minutes = abs(utc_offset) // 60_000
    return f"{local:%Y-%m-%d %H:%M:%S} {'-' if utc_offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
