"""The floor at one instant, as conditions ask about it."""

from acd.core.idle import IdleAgents
from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY
from acd.core.language.syntax import Needs
from acd.core.lines import Lines
from acd.core.local_time import DAY, closes_in, is_open, local
from acd.core.memory import Memory
from acd.core.names import LaneName
from acd.core.rules import Rules

ALL = 100.0


class FloorNow:
    """Satisfies `acd.core.language.facts.FloorFacts`; each answer is worked out when it is asked for."""

    def __init__(self, memory: Memory, rules: Rules, lines: Lines, idle: IdleAgents, now: Instant) -> None:
        self._memory = memory
        self._rules = rules
        self._lines = lines
        self._idle = idle
        self._now = now

    def waiting(self, lane: LaneName) -> int:
        """Callers who wait in the lane and are not being offered to anybody."""
        return self._lines.waiting(lane)

    def longest_wait(self, lane: LaneName) -> Duration:
        """How long the first of them has waited; 0 when nobody waits."""
        return self._lines.longest_wait(lane, self._now)

    def idle(self, needs: Needs) -> int:
        """Ready agents who satisfy `needs`."""
        return (self._rules.team.who(needs, NOBODY) & self._idle.ready).bit_count()

    def staffed(self, needs: Needs) -> int:
        """Agents who satisfy `needs` and are logged in, whatever they do."""
        return (self._rules.team.who(needs, NOBODY) & self._idle.staffed).bit_count()

    def service_level(self, lane: LaneName) -> float:
        """Percent answered in time over the rolling window; 100 when nobody has left the lane in it."""
        in_time, left = self._recent(lane)
        return ALL * in_time / left if left else ALL

    def budget_burned(self, lane: LaneName) -> float:
        """Percent of the misses that the target allows for the window's calls and that have happened.

        0 while fewer than `Policy.budget_from` calls have left the lane in the window. A target of 100 % allows no
        miss: its budget is burned by the first.
        """
        in_time, left = self._recent(lane)
        policy = self._memory.policy
        if left < max(1, policy.budget_from):
            return 0.0
        allowed, missed = left * (100 - policy.target), 100 * (left - in_time)
        if allowed == 0:
            return ALL if missed else 0.0
        return ALL * missed / allowed

    def estimated_wait(self, lane: LaneName) -> Duration:
        """How long who enters now is likely to wait: his place times the lane's pace; see `acd.core.estimate`.

        0 while nobody stands in line and an agent of the lane is ready. While the pace is not known: as long as the
        first in the lane has waited; else as the caller answered last had, unless that was longer ago than the rolling
        window.
        """
        # With those who keep their places to be called back: they come before him.
        ahead = sum(len(line.places) for line in self._lines.of_lane(lane))
        rules = self._rules.lanes.get(lane)
        if rules is not None:
            who = self._rules.team.who(rules.needs, NOBODY)
            if not ahead and who & self._idle.ready:
                return 0
            record = self._memory.waits.get(lane)
            at_work = (who & self._idle.at_work).bit_count()
            expected = None if record is None else record.expected(ahead + 1, at_work, self._now)
            if expected is not None:
                return expected
        if waited := self._lines.longest_wait(lane, self._now):
            return waited
        waited, at = self._memory.last_wait.get(lane, (0, 0))
        return waited if self._now - at <= self._memory.policy.window else 0

    def weekday(self) -> int:
        """The local day of the week, Monday 0."""
        return local(self._now, self._memory.policy.utc_offsets)[1]

    def time_of_day(self) -> Duration:
        """Milliseconds since local midnight."""
        return local(self._now, self._memory.policy.utc_offsets)[2]

    def is_open(self, calendar: str) -> bool:
        """Whether a calendar says open now; one that the policy does not have is always open."""
        found = self._memory.policy.calendars.get(calendar)
        return found is None or is_open(found, self._now, self._memory.policy.utc_offsets)

    def closes_in(self, calendar: str) -> Duration:
        """How long a calendar says open yet, at most a day; a day for one that the policy does not have."""
        found = self._memory.policy.calendars.get(calendar)
        return DAY if found is None else closes_in(found, self._now, self._memory.policy.utc_offsets)

    def _recent(self, lane: LaneName) -> tuple[int, int]:
        recent = self._memory.recent.get(lane)
        return (0, 0) if recent is None else recent.sums(self._now, self._memory.policy.window)
