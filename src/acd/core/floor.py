"""The floor: agents' desks and callers' lines, and the one place where a caller is offered to an agent.

Everything that changes an agent's state goes through here, so that whoever becomes ready is given a call at once, and
whatever state ends by itself has its deadline on the heap.
"""

import heapq

from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.calls import Call, CallState
from acd.core.events import AgentChanged, AgentOffered, Event, OfferEnd, OfferEnded
from acd.core.instants import Instant
from acd.core.matching import Line, Matching
from acd.core.memory import Memory
from acd.core.names import AgentId, OfferId
from acd.core.orders import Order, RingAgent, SurveySwitch
from acd.core.policy import Lane
from acd.core.service_level import LaneCounts
from acd.core.step import Step

OFFERS_PER_EPOCH = 1_000_000
"""More offers than one process makes in its life; the epoch above it keeps every number unique."""


class Floor:
    """The memory with its indexes, and what has been said and ordered since the last step was taken out."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._events: list[Event] = []
        self._orders: list[Order] = []
        self._due = [(desk.until, desk.agent) for desk in memory.desks.values() if desk.until is not None]
        heapq.heapify(self._due)
        self.rebuild_lines()

    def rebuild_lines(self) -> None:
        """Make the lines anew: the policy changed, or the memory came from a checkpoint."""
        self.matching = Matching(self.memory)
        for call in self.memory.calls.values():
            if call.state is CallState.WAITING:
                self.matching.add(call)

    def say(self, event: Event) -> None:
        """Tell everybody."""
        self._events.append(event)

    def order(self, order: Order) -> None:
        """Tell the switch; one survey tells as much as many."""
        if not (isinstance(order, SurveySwitch) and order in self._orders):
            self._orders.append(order)

    @property
    def said(self) -> int:
        """How much has been said and ordered since the last step was taken out."""
        return len(self._events) + len(self._orders)

    def take_step(self) -> Step:
        """All that was said and ordered since the last time."""
        step = Step(tuple(self._events), tuple(self._orders))
        self._events.clear()
        self._orders.clear()
        return step

    def lane_of(self, call: Call) -> Lane:
        """The rules under which the call is served; the default lane's if its own has been taken away."""
        lanes = self.memory.policy.lanes
        default = lanes[self.memory.policy.default_lane]
        return default if call.lane is None else lanes.get(call.lane, default)

    def counts_of(self, call: Call) -> LaneCounts:
        """The books of the lane in which the call was counted as offered."""
        assert call.lane is not None
        return self.memory.counts.setdefault(call.lane, LaneCounts())

    # Deadlines

    def next_due(self) -> tuple[Instant, AgentId] | None:
        """The earliest end of a state, and whose; entries that a later change made void are dropped on the way."""
        while self._due:
            due, agent = self._due[0]
            desk = self.memory.desks.get(agent)
            if desk is not None and desk.until == due:
                return due, agent
            heapq.heappop(self._due)
        return None

    def set_until(self, desk: Desk, until: Instant | None) -> None:
        """Let the desk's present state end at `until`, or not by itself at all."""
        desk.until = until
        if until is not None:
            heapq.heappush(self._due, (until, desk.agent))

    # Agents

    def change(
        self, desk: Desk, state: AgentState, now: Instant, *, until: Instant | None = None, reason: str = ""
    ) -> None:
        """Move a desk to another state and tell everybody; somebody who becomes ready is given a call at once."""
        was_offered = desk.state in OFFERED
        desk.move(state, now, reason=reason)
        self.set_until(desk, until)
        if state is AgentState.READY and not was_offered:
            desk.idle_since = now
        self.tell(desk)
        if state is AgentState.READY:
            self._seek_call(desk, now)
        elif state is AgentState.LOGGED_OUT and desk.agent not in self.memory.policy.agents:
            del self.memory.desks[desk.agent]

    def tell(self, desk: Desk) -> None:
        """Tell everybody how a desk stands."""
        self.say(AgentChanged(desk.agent, desk.state, desk.reason, desk.since, desk.until, desk.afterwards))

    def free(
        self,
        desk: Desk,
        now: Instant,
        state: AgentState = AgentState.READY,
        *,
        until: Instant | None = None,
        reason: str = "",
    ) -> None:
        """The agent's part in an offer or a call is over; what he asked for meanwhile takes effect now."""
        if desk.afterwards is None:
            self.change(desk, state, now, until=until, reason=reason)
            return
        afterwards, reason = desk.afterwards, desk.afterwards_reason
        desk.afterwards, desk.afterwards_reason = None, ""
        self.change(desk, afterwards, now, reason=reason)

    # Offers

    def seek_agent(self, call: Call, now: Instant) -> bool:
        """Offer a waiting call to the agent who should take it; False if none is ready."""
        desk = self.matching.agent_for(call) if self.memory.switch_ready else None
        if desk is not None:
            self._offer(call, desk, now)
        return desk is not None

    def serve_waiting(self, now: Instant) -> None:
        """Offer all waiting calls, in the order of their places, as far as agents are ready.

        For moments when calls and ready agents may stand side by side: after a survey, or under a new policy.
        """
        unserved: set[Line] = set()
        for waiting in self.matching.waiting():
            call = self.memory.calls[waiting]
            line = self.matching.line_of(call)
            if line not in unserved and not self.seek_agent(call, now):
                unserved.add(line)

    def _seek_call(self, desk: Desk, now: Instant) -> None:
        if self.memory.switch_ready:
            call = self.matching.call_for(desk.agent)
            if call is not None:
                self._offer(call, desk, now)

    def _offer(self, call: Call, desk: Desk, now: Instant) -> None:
        memory = self.memory
        assert call.entered_at is not None
        memory.offers_made += 1
        offer = OfferId(memory.epoch * OFFERS_PER_EPOCH + memory.offers_made)
        self.matching.remove(call)
        call.move(CallState.OFFERED, now)
        call.contestable_at = now + memory.policy.arrival_limit
        call.offer, call.agent = offer, desk.agent
        call.offers += 1
        desk.call, desk.offer = call.id, offer
        self.change(desk, AgentState.RESERVED, now, until=now + memory.policy.arrival_limit)
        event = self.offer_of(desk)
        assert event is not None
        self.say(event)
        phone = memory.policy.agents[desk.agent].phone
        self.order(RingAgent(call.id, desk.agent, phone, offer, self.lane_of(call).ring_for))

    def offer_of(self, desk: Desk) -> AgentOffered | None:
        """The offer that the agent holds at present, as his screen should show it."""
        call = None if desk.call is None else self.memory.calls.get(desk.call)
        if call is None or desk.state not in OFFERED or desk.offer is None or call.entered_at is None:
            return None
        assert call.lane is not None
        assert call.language is not None
        return AgentOffered(
            call.id,
            desk.offer,
            desk.agent,
            call.lane,
            call.language,
            call.number,
            call.name,
            call.dialled,
            call.tier,
            call.vip,
            call.entered_at,
            desk.since - call.entered_at,
        )

    def take_back(self, call: Call, end: OfferEnd) -> Desk | None:
        """End the call's offer and return the desk that held it; its state is the caller's to change, and at once."""
        desk = None if call.agent is None else self.memory.desks.get(call.agent)
        if call.agent is not None and call.offer is not None:
            self.say(OfferEnded(call.id, call.offer, call.agent, end))
        call.agent = None
        return desk
