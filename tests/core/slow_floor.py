"""The floor as conditions see it, counted anew from the memory and from a list of all who ever left a lane."""

from collections.abc import Callable
from dataclasses import dataclass

from acd.core import estimate
from acd.core.agents import ABSENT, AgentState
from acd.core.calls import Call
from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY
from acd.core.language.needs import satisfied
from acd.core.language.reading import read_needs
from acd.core.language.syntax import Needs
from acd.core.memory import Memory
from acd.core.names import LaneName
from tests.core.slow_rules import DAY, is_open, lane_of, on_the_line, waiting

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
        calls = [call for call in on_the_line(self.memory) if call is not self.at_the_door]
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
        standing = [call for call in waiting(self.memory, self.now) if call is not self.at_the_door]
        ahead = sum(lane_of(call, self.memory.policy).name == lane for call in standing)
        rules = self.memory.policy.lanes.get(lane)
        if rules is not None:
            needs = read_needs(rules.needs)
            if not ahead and self.idle(needs):
                return 0
            # What the record holds is checked where it is written, by `tests.core.told`.
            served = self.memory.waits[lane].served if lane in self.memory.waits else []
            recent = [each for each in served if self.now - each.answered_at <= estimate.PACE_HOLDS_FOR]
            at_work = self._count(needs, lambda state: state not in ABSENT)
            if at_work and recent and len(recent) >= estimate.SERVED_AT_LEAST:
                places = sum(each.place for each in recent)
                work = sum(each.waited * each.at_work for each in recent)
                return (ahead + 1) * work // (at_work * places)
        if waited := self.longest_wait(lane):
            return waited
        waited, at = self.last_wait.get(lane, (0, 0))
        return waited if self.now - at <= self.memory.policy.window else 0

    def weekday(self) -> int:
        return (self.now // DAY + 3) % 7

    def time_of_day(self) -> Duration:
        return self.now % DAY

    def is_open(self, calendar: str) -> bool:
        return is_open(calendar, self.memory.policy, self.now)

    def closes_in(self, calendar: str) -> Duration:
        """Looked for minute by minute."""
        after = (self.now // MINUTE + each for each in range(DAY // MINUTE + 1))
        if not self.is_open(calendar):
            return 0
        closed = (each * MINUTE for each in after if not is_open(calendar, self.memory.policy, each * MINUTE))
        return min(DAY, next((at - self.now for at in closed if at > self.now), DAY))

    def recently(self, lane: LaneName) -> list[Left]:
        """Whole minutes, so that the first one of the window is the one after that in which it begins."""
        begin = (self.now - self.memory.policy.window) // MINUTE
        return [each for each in self.left if each.lane == lane and each.at // MINUTE > begin]

    def _count(self, needs: Needs, counts: Callable[[AgentState], bool]) -> int:
        return sum(
            counts(self.memory.desks[agent.id].state) and satisfied(needs, agent.skills, NOBODY)
            for agent in self.memory.policy.agents.values()
        )
