"""Who may serve whom, and in which order: the waiting callers and the ready agents, brought together.

A call's place is the instant at which it entered its lane, less its credit; the smallest is served first, and the
call's id breaks a tie. Calls of the same lane and language ask the same of an agent, so they wait in one line, and
only the head of a line need be looked at.
"""

from bisect import bisect_left, insort
from typing import TypeAlias

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName, LanguageName
from acd.core.policy import Agent, Need, Policy

Line: TypeAlias = tuple[LaneName, LanguageName]
Place: TypeAlias = tuple[Instant, CallId]


def can_serve(agent: Agent, needs: tuple[Need, ...]) -> bool:
    """Whether the agent has every skill asked for, at the level asked for or above."""
    return all(agent.skills.get(need.skill, 0) >= need.level for need in needs)


def place_of(call: Call) -> Place:
    """The call's place in its line; `call` has entered a lane."""
    assert call.entered_at is not None
    return (call.entered_at - call.credit, call.id)


class Matching:
    """The waiting lines and who may serve them: an index over the memory, made anew whenever the policy changes."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lines: dict[Line, list[Place]] = {}
        self._agents_for: dict[Line, list[AgentId]] = {}
        self._lines_of: dict[AgentId, tuple[Line, ...]] = _lines_of_agents(memory.policy)
        for agent, lines in self._lines_of.items():
            for line in lines:
                self._agents_for.setdefault(line, []).append(agent)

    def line_of(self, call: Call) -> Line:
        """The call's line; what the operator took away while the caller waited becomes the default."""
        assert call.lane is not None
        assert call.language is not None
        policy = self._memory.policy
        lane = call.lane if call.lane in policy.lanes else policy.default_lane
        language = call.language if call.language in policy.languages else policy.default_language
        return (lane, language)

    def add(self, call: Call) -> None:
        """Put a call into its line, at the place its waiting time and credit give it."""
        insort(self._lines.setdefault(self.line_of(call), []), place_of(call))

    def remove(self, call: Call) -> None:
        """Take a call out of its line; it must be in it."""
        line, place = self._lines[self.line_of(call)], place_of(call)
        index = bisect_left(line, place)
        assert line[index] == place, f"{call.id} is not waiting"
        del line[index]

    def agent_for(self, call: Call) -> Desk | None:
        """The ready agent who may serve the call and has been ready longest; the id breaks a tie."""
        desks = self._memory.desks
        capable = (desks[agent] for agent in self._agents_for.get(self.line_of(call), ()))
        return min(
            (desk for desk in capable if desk.state is AgentState.READY),
            key=lambda desk: (desk.idle_since, desk.agent),
            default=None,
        )

    def call_for(self, agent: AgentId) -> Call | None:
        """The waiting call that the agent may serve and whose place is the smallest, across all lines."""
        heads = (self._lines.get(line) for line in self._lines_of.get(agent, ()))
        place = min((head[0] for head in heads if head), default=None)
        return None if place is None else self._memory.calls[place[1]]

    def waiting(self) -> list[CallId]:
        """All waiting calls in the order in which an agent with every skill would take them."""
        return [call for _, call in sorted(place for line in self._lines.values() for place in line)]


def _lines_of_agents(policy: Policy) -> dict[AgentId, tuple[Line, ...]]:
    return {
        agent.id: tuple(
            (lane.name, language)
            for lane in policy.lanes.values()
            for language, language_needs in policy.languages.items()
            if can_serve(agent, lane.needs + language_needs)
        )
        for agent in policy.agents.values()
    }
