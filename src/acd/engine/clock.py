"""The one reading of the clock.

The time of the core is the wall clock as it stood when the process started, carried on by the monotonic clock:
it never jumps while we run, and it means the same to the process that comes after us. It never runs behind the
journal either: after a restart on a clock that was set back, it starts where the journal ended.
"""

import time

from acd.core.instants import Instant


class SystemClock:
    """Milliseconds since the epoch that never run backwards, not even across a restart."""

    def __init__(self, not_before: Instant = 0) -> None:
        self._offset_ns = max(time.time_ns(), not_before * 1_000_000) - time.monotonic_ns()

    def now(self) -> Instant:
        """The present instant, in whole milliseconds."""
        return (time.monotonic_ns() + self._offset_ns) // 1_000_000


def wall_seconds() -> float:
    """Seconds since the epoch by the wall clock, for the lag of events that Asterisk stamped; never for a decision."""
    return time.time()
