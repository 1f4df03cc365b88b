"""For whom a call is kept: the relationship manager, or whoever talked with the number last, by the events alone."""

from acd.core.agents import AgentState
from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId
from acd.core.policy import Policy
from tests.core.slow_rules import kept_back, lane_of, serves

ABSENT = (AgentState.LOGGED_OUT, AgentState.PAUSED, AgentState.PHONE_LOST)
"""Nothing is kept for an agent who is one of these."""


class Keepers:
    """Who talked with each number last."""

    def __init__(self) -> None:
        self.last_agents: dict[str, tuple[AgentId, Instant]] = {}

    def remember(self, number: str, agent: AgentId, policy: Policy, now: Instant) -> None:
        preferences = [lane.last_agent for lane in policy.lanes.values()] + [vip.last_agent for vip in policy.vip]
        if number and any(preferences):
            self.last_agents[number] = (agent, now)

    def keeper(self, call: Call, memory: Memory, now: Instant) -> tuple[AgentId, Instant] | None:
        """The agent for whom the call must be kept now, and until when."""
        if call.kept_enough:
            return None
        lane = lane_of(call, memory.policy)
        vip = next((vip for vip in memory.policy.vip if vip.name == call.vip), None)
        wanted = [] if vip is None else [(AgentId(call.manager), vip.relationship_manager)]
        last = lane.last_agent if vip is None or vip.last_agent is None else vip.last_agent
        agent, at = self.last_agents.get(call.number, (AgentId(""), 0))
        if call.number and last is not None and (last.within is None or now - at <= last.within):
            wanted.append((agent, last))
        for name, preference in wanted:
            if preference is not None and is_there(call, name, memory):
                until = call.lane_since + preference.wait_for
                if until > now:
                    return name, until
        return None


def is_there(call: Call, agent: AgentId, memory: Memory) -> bool:
    """Whether the agent could take the call if he were free."""
    known = memory.policy.agents.get(agent)
    if known is None or memory.desks[agent].state in ABSENT:
        return False
    lane = lane_of(call, memory.policy).name
    return serves(known, call, memory.policy) and not kept_back(known, lane, memory)
