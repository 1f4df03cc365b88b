"""An agent's own day: how long he talked, finished his notes and paused since he logged in, for his screen alone.

Calls and finished talks are the core's (`Desk`). The rest is added up here from what is heard of his states, from when
this process began to hear of him, and the page says since when. Bound: one note per agent of the policy.
"""

from dataclasses import dataclass, field

from acd.core.agents import AgentState, Desk
from acd.core.events import AgentChanged
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId

COUNTED = frozenset({AgentState.TALKING, AgentState.WRAP_UP, AgentState.PAUSED})
"""States whose length an agent is told."""


@dataclass(slots=True)
class Day:
    """What has been added up of one agent since `since`, finished states alone."""

    since: Instant
    state: AgentState
    entered: Instant
    spent: dict[AgentState, Duration] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def so_far(self, state: AgentState, now: Instant) -> Duration:
        """How long he has been in this state, the present stay included."""
        running = now - self.entered if self.state is state else 0
        return self.spent[state] + max(0, running)


class Days:
    """The days of all agents."""

    def __init__(self) -> None:
        self._days: dict[AgentId, Day] = {}

    def hear(self, at: Instant, event: AgentChanged) -> None:
        """Take note of a state that begins; one that only changes its end goes on."""
        agent = event.agent
        day = self._days.get(agent)
        if day is None or day.state is AgentState.LOGGED_OUT:
            self._days[agent] = Day(at, event.state, event.since)
            return
        if event.state is day.state and event.since == day.entered:
            return
        if day.state in COUNTED:
            day.spent[day.state] += max(0, event.since - day.entered)
        day.state, day.entered = event.state, event.since

    def of(self, desk: Desk, now: Instant) -> Day:
        """An agent's day; one that begins now for him of whom nothing was heard."""
        return self._days.get(desk.agent) or self._days.setdefault(desk.agent, Day(now, desk.state, desk.since))
