"""Lengths of time and percentages as an operator writes them: `15s`, `5m`, `1h`, `500ms`, `85%`.

A bare number is refused, because nobody remembers whether 90 was meant in seconds or in minutes.
"""

import re

from acd.core.instants import Duration

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"([0-9]{1,7})(ms|s|m|h)")
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")
_PERCENT = re.compile(r"([0-9]{1,4}) ?%")
LONGEST: Duration = 24 * 3_600_000
DURATION_PATTERN = r"^[0-9]{1,7}(ms|s|m|h)$"
WHOLE_PERCENT_PATTERN = r"^[0-9]{1,4} ?%$"


def parse_duration(value: object) -> Duration:
    """`"15s"` as 15,000 ms. Raises `ValueError` with advice when it is none, or longer than a day."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - pydantic turns a ValueError into a fault; a TypeError would escape.
            f"{value} has no unit; write {value}s for seconds or {value}m for minutes"
        )
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("not a length of time; write a whole number and a unit: 500ms, 15s, 5m or 1h")
    duration = int(match[1]) * _UNITS[match[2]]
    if duration > LONGEST:
        raise ValueError("too long; at most 24h")
    return duration


def parse_whole_percent(value: object, least: int, most: int) -> int:
    """`"85%"` as 85. Raises `ValueError` with advice when it is no whole percentage from `least` to `most`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        meant = _percent_meant(value, least, most)
        raise ValueError(f"{value} has no percent sign; write {meant}")  # noqa: TRY004 - as above.
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not match:
        bare = _NUMBER.fullmatch(value) if isinstance(value, str) else None
        meant = f"a percent sign is missing; write {_percent_meant(float(bare[0]), least, most)}" if bare else ""
        raise ValueError(meant or "not a percentage in whole percent; write for example 85%")
    percent = int(match[1])
    if not least <= percent <= most:
        where = "above" if percent > most else "below"
        raise ValueError(f"{where} {most if percent > most else least}%; allowed is {least}% to {most}%")
    return percent


def _percent_meant(value: float, least: int, most: int) -> str:
    """The percentage that a bare number stands for: 40 is 40%, and so is 0.4, as it is a share of one."""
    is_share = 0 < value < 1 or not least <= value <= most
    percent = round(value * 100) if is_share and least <= round(value * 100) <= most else round(value)
    return f"{min(max(percent, least), most)}%"
