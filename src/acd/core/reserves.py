"""Reserves: agents who are kept back from some lanes until a condition holds.

A reserve is looked at whenever a caller enters a lane and once a second while anybody waits. What comes of it holds
until the next look, so that live, late and replayed hotlines agree.
"""

from dataclasses import dataclass

from acd.core.language.facts import NOBODY, FloorFacts
from acd.core.memory import Memory
from acd.core.names import LaneName
from acd.core.rules import Rules


@dataclass(frozen=True, slots=True)
class ReserveNews:
    """A reserve that was let go, or is kept back again."""

    name: str
    released: bool


class Reserves:
    """Which agents may not serve which lanes at present."""

    def __init__(self, memory: Memory, rules: Rules) -> None:
        self._memory = memory
        self._rules = rules
        self.exist = bool(rules.reserves)
        self._barred: dict[LaneName, int] = {}
        self._lanes_barred_to: dict[int, frozenset[LaneName]] = {}
        self._draw()

    def look(self, floor: FloorFacts) -> list[ReserveNews]:
        """Look at every condition; what has changed since the last look."""
        news = []
        for each in self._rules.reserves:
            name, released = each.reserve.name, each.released(floor, NOBODY, each.lane)
            if released != self._memory.released.get(name, False):
                self._memory.released[name] = released
                news.append(ReserveNews(name, released))
        if news:
            self._draw()
        return news

    def barred(self, lane: LaneName) -> int:
        """The agents who take no call of this lane at present, as bits."""
        return self._barred.get(lane, 0)

    def lanes_barred_to(self, agent: int) -> frozenset[LaneName]:
        """The lanes of which the agent with this number takes no call at present."""
        if not self._barred:
            return frozenset()
        found = self._lanes_barred_to.get(agent)
        if found is None:
            found = frozenset(lane for lane, mask in self._barred.items() if mask >> agent & 1)
            self._lanes_barred_to[agent] = found
        return found

    def keeping(self, lane: LaneName, agent: int) -> str:
        """The reserve that keeps the agent from the lane at present; empty if none does."""
        for each in self._rules.reserves:
            if self._holds(each.reserve.name) and each.reserve.bars(lane) and each.agents >> agent & 1:
                return each.reserve.name
        return ""

    def _holds(self, name: str) -> bool:
        return not self._memory.released.get(name, False)

    def _draw(self) -> None:
        self._barred = {}
        self._lanes_barred_to = {}
        for each in self._rules.reserves:
            if self._holds(each.reserve.name):
                for lane in self._rules.lanes:
                    if each.reserve.bars(lane):
                        self._barred[lane] = self._barred.get(lane, 0) | each.agents
