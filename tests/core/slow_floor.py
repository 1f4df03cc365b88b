"""The floor as conditions see it, counted anew from the memory and from a list of all who ever left a lane."""

from collections.abc import Callable
from dataclasses import dataclass

from acd.core.agents import AgentState
from acd.core.calls import Call
from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY
from acd.core.language.needs import satisfied
from acd.core.language.reading import read_needs
from acd.core.language.syntax import Needs
from acd.core.memory import Memory
from acd.core.names import LaneName
from tests.core.slow_rules import lane_of, waiting

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left a lane; short abandons set aside."""

    at: Instant
    lane: LaneName
    in_time: bool


@dataclass(frozen=True, slots=True)
class SlowFloor:
    """Satisfies `acd.core.language.facts.FloorFacts`."""

    memory: Memory
    now: Instant
    left: list[Left]
    last_wait: dict[LaneName, tuple[Duration, Instant]]
    at_the_door: Call | None = None
    """A caller who is just coming in, and does not count yet."""

    def _in(self, lane: LaneName) -> list[Call]:
        calls = [call for call in waiting(self.memory) if call is not self.at_the_door]
        return [call for call in calls if lane_of(call, self.memory.policy).name == lane]

    def waiting(self, lane: LaneName) -> int:
        return len(self._in(lane))

    def longest_wait(self, lane: LaneName) -> Duration:
        return max((self.now - (call.entered_at or 0) for call in self._in(lane)), default=0)

    def idle(self, needs: Needs) -> int:
        return self._count(needs, lambda state: state is AgentState.READY)

    def staffed(self, needs: Needs) -> int:
        return self._count(needs, lambda state: state is not AgentState.LOGGED_OUT)

    def service_level(self, lane: LaneName) -> float:
        left = self.recently(lane)
        return 100 * sum(each.in_time for each in left) / len(left) if left else 100

    def budget_burned(self, lane: LaneName) -> float:
        """Misses, as a share of those that the target allows."""
        left, policy = self.recently(lane), self.memory.policy
        if not left or len(left) < policy.budget_from:
            return 0
        missed = sum(not each.in_time for each in left)
        allowed = len(left) * (100 - policy.target) / 100
        return 100 * missed / allowed if allowed else 100 * (missed > 0)

    def estimated_wait(self, lane: LaneName) -> Duration:
        if waited := self.longest_wait(lane):
            return waited
        rules = self.memory.policy.lanes.get(lane)
        if rules is not None and self.idle(read_needs(rules.needs)):
            return 0
        waited, at = self.last_wait.get(lane, (0, 0))
        return waited if self.now - at <= self.memory.policy.window else 0

    def weekday(self) -> int:
        """The tests' hotline lives by UTC, and 1970 began on a Thursday."""
        return (self.now // (24 * 60 * MINUTE) + 3) % 7

    def time_of_day(self) -> Duration:
        return self.now % (24 * 60 * MINUTE)

    def is_open(self, calendar: str) -> bool:
        found = self.memory.policy.calendars.get(calendar)
        spans = () if found is None else found.week[self.weekday()]
        return found is None or any(start <= self.time_of_day() < end for start, end in spans)

    def recently(self, lane: LaneName) -> list[Left]:
        """Whole minutes, so that the first one of the window is the one after that in which it begins."""
        begin = (self.now - self.memory.policy.window) // MINUTE
        return [each for each in self.left if each.lane == lane and each.at // MINUTE > begin]

    def _count(self, needs: Needs, counts: Callable[[AgentState], bool]) -> int:
        return sum(
            counts(self.memory.desks[agent.id].state) and satisfied(needs, agent.skills, NOBODY)
            for agent in self.memory.policy.agents.values()
        )
