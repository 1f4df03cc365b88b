"""Calls that are kept for one agent for a while: the caller's relationship manager, or the agent of his last call.

A call is kept when it enters a lane, for nobody who could not take it: he must be logged in and neither paused nor
without a phone, have what the call asks for, and not be kept from the lane by a reserve. It is kept no longer when the
time is over, when he leaves, and when an offer to him came to nothing.
"""

from acd.core.agents import ABSENT
from acd.core.calls import Call
from acd.core.events import CallKept
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.names import AgentId
from acd.core.policy import Preference


class Keeping:
    """Whom a call is kept for, and until when."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def keep(self, call: Call, now: Instant) -> None:
        """Keep the call for its relationship manager, else for the agent of its caller's last call, else for nobody."""
        call.kept_for = call.kept_until = None
        if call.kept_enough:
            return
        for agent, preference in self._preferred(call, now):
            until = call.lane_since + preference.wait_for
            if until > now and self._may_take(call, agent):
                call.kept_for, call.kept_until = agent, until
                self._say(call)
                return

    def lapses(self, call: Call, now: Instant) -> bool:
        """Whether the call is no longer kept for the agent for whom it was; perhaps it is then kept for the other."""
        if not self.would_lapse(call, now):
            return False
        self.keep(call, now)
        if call.kept_for is None:
            self._say(call)
        return True

    def would_lapse(self, call: Call, now: Instant) -> bool:
        """Whether the time is over or the agent cannot take the call any more."""
        if call.kept_until is None:
            return False
        return call.kept_until <= now or not self._may_take(call, call.kept_for)

    def _preferred(self, call: Call, now: Instant) -> list[tuple[AgentId, Preference]]:
        vip, found = self._floor.matching.rules.vip_of(call), []
        if vip is not None and vip.relationship_manager is not None and call.manager:
            found.append((AgentId(call.manager), vip.relationship_manager))
        last = (vip.last_agent if vip is not None else None) or self._floor.lane_of(call).last_agent
        agent, at = self._floor.memory.last_agents.get(call.number, (None, 0))
        if last is not None and agent is not None and (last.within is None or now - at <= last.within):
            found.append((agent, last))
        return found

    def _may_take(self, call: Call, agent: AgentId | None) -> bool:
        desk = None if agent is None else self._floor.memory.desks.get(agent)
        if desk is None or desk.state in ABSENT:
            return False
        matching = self._floor.matching
        needs = matching.rules.class_of(call)
        able = needs.mask & ~matching.reserves.barred(needs.lane)
        return bool(able & matching.rules.team.bit(desk.agent))

    def _say(self, call: Call) -> None:
        self._floor.say(CallKept(call.id, self._floor.lane_of(call).name, call.kept_for, call.kept_until))
