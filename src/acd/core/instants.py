"""Time as the core knows it: whole milliseconds, always passed in, never read.

An `Instant` counts milliseconds since the Unix epoch by `acd.engine.clock`, which never jumps while the process
runs. A `Duration` is a difference of two instants. Whole numbers compare exactly, so a replay agrees to the bit.
"""

from typing import TypeAlias

Instant: TypeAlias = int
Duration: TypeAlias = int


def seconds(count: float) -> Duration:
    """`count` seconds as a duration in milliseconds, rounded to the nearest."""
    return round(count * 1000)
