"""The floor: agents' desks and callers' lines, and the one place where a caller is offered to an agent.

Everything that changes an agent's state goes through here, so that whoever becomes ready is given a call at once, and
whatever state ends by itself has its deadline.
"""

from typing import Protocol

from acd.core.agents import HINDERED, OFFERED, AgentState, Desk
from acd.core.callbacks import stands_in_line
from acd.core.caller_events import CustomerCalled
from acd.core.calls import Call, CallState
from acd.core.deadlines import Deadlines, Due, Kind
from acd.core.events import AgentChanged, AgentOffered, Event, OfferEnd, OfferEnded
from acd.core.instants import Duration, Instant
from acd.core.matching import Matching, Turn
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, OfferId
from acd.core.orders import CallCustomer, Order, RingAgent, SurveySwitch
from acd.core.policy import CallbackFirst, Lane
from acd.core.service_level import LaneCounts, RecentCounts
from acd.core.step import Step
from acd.core.switch_events import PhoneState

OFFERS_PER_EPOCH = 1_000_000
"""More offers than one process makes in its life; the epoch above it keeps every number unique."""

RING_GRACE: Duration = 10_000
"""How much longer than it may ring a customer's phone is waited for: an outside line takes its time to begin."""


class Witness(Protocol):
    """Somebody who looks on, to explain afterwards; he changes nothing."""

    def offering(self, call: Call, desk: Desk, now: Instant, turn: Turn | None) -> None:
        """An agent has been chosen for a call, and nothing has changed yet.

        `turn` is None when the call came and took an agent, and not an agent became ready and took a call.
        """
        ...


class Floor:
    """The memory with its indexes, and what has been said and ordered since the last step was taken out."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.witness: Witness | None = None
        self.deadlines = Deadlines()
        self.rung: dict[CallId, None] = {}
        """Customers who are being called back with nobody reserved for them."""
        self._events: list[Event] = []
        self._orders: list[Order] = []
        for desk in memory.desks.values():
            self.deadlines.set(Kind.AGENT, desk.agent, desk.until)
        self.rebuild_lines(memory.now)

    def renew(self) -> None:
        """Compile the policy anew, with nobody in any line yet."""
        self.matching = Matching(self.memory)

    def rebuild_lines(self, now: Instant) -> None:
        """Make the lines anew from the memory, as they are at `now`."""
        self.renew()
        for call in self.memory.calls.values():
            if call.state is CallState.WAITING or stands_in_line(call, self.memory, self.matching.floor(now), now):
                self.matching.lines.add(call, now)

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
        return self.matching.rules.lane_of(call).lane

    def counts_of(self, call: Call) -> LaneCounts:
        """The books of the lane in which the call was counted as offered."""
        assert call.lane is not None
        return self.memory.counts.setdefault(call.lane, LaneCounts())

    def count_recent(self, call: Call, now: Instant, *, in_time: bool) -> None:
        """Note in the rolling window that the call leaves its lane."""
        assert call.lane is not None
        recent = self.memory.recent.setdefault(call.lane, RecentCounts())
        recent.count(now, in_time=in_time, window=self.memory.policy.window)

    # Deadlines

    def next_due(self) -> Due | None:
        """The earliest thing that ends by itself."""
        return self.deadlines.first()

    def set_until(self, desk: Desk, until: Instant | None) -> None:
        """Let the desk's present state end at `until`, or not by itself at all."""
        desk.until = until
        self.deadlines.set(Kind.AGENT, desk.agent, until)

    # Agents

    def change(
        self, desk: Desk, state: AgentState, now: Instant, *, until: Instant | None = None, reason: str = ""
    ) -> None:
        """Move a desk to another state and tell everybody; somebody who becomes ready is given a call at once.

        Who would be ready is hindered instead while his phone is lost or busy with a call that is not ours.
        """
        was_offered = desk.state in OFFERED
        if state is AgentState.READY:
            state = _ready_with(desk.phone)
        desk.move(state, now, reason=reason)
        self.set_until(desk, until)
        if state is AgentState.READY and not was_offered:
            desk.idle_since = now
        self.matching.idle.follow(desk)
        self.tell(desk)
        if state is AgentState.READY:
            # Customers who are only being rung leave him ready for the next in line.
            while desk.state is AgentState.READY and self._seek_call(desk, now):
                pass
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
        limit = self.memory.policy.pause_reasons.get(reason) if afterwards is AgentState.PAUSED else None
        self.change(desk, afterwards, now, until=None if limit is None else now + limit, reason=reason)

    def hear_phone(self, desk: Desk, phone: PhoneState, now: Instant) -> None:
        """Take in what the switch says of an agent's phone; it may hinder an agent, or no longer."""
        desk.phone = phone
        if (desk.state is AgentState.READY or desk.state in HINDERED) and _ready_with(phone) is not desk.state:
            self.change(desk, AgentState.READY, now)

    # Offers

    def seek_agent(self, call: Call, now: Instant) -> bool:
        """Offer a waiting call to the agent who should take it; False if none is ready."""
        may_be_served = self.memory.switch_ready and (call.state is not CallState.AWAY or self._may_ring())
        desk = self.matching.agent_for(call, now) if may_be_served else None
        if desk is not None:
            self._serve(call, desk, now, None)
        return desk is not None

    def serve_waiting(self, now: Instant) -> None:
        """Offer all waiting calls, in the order of their places, as far as agents are ready.

        For moments when calls and ready agents may stand side by side: after a survey, under a new policy, or when a
        reserve is let go.
        """
        lines = self.matching.lines
        unserved: dict[int, None] = {}
        for waiting in self.matching.waiting(now):
            while self.matching.idle.ready and waiting in lines and id(lines.line_of(waiting)) not in unserved:
                desk = self.matching.agent_for(self.memory.calls[waiting], now) if self.memory.switch_ready else None
                # The agent whom the first in line would get takes whom he has to take by every rule.
                if desk is None or not self._seek_call(desk, now):
                    unserved[id(lines.line_of(waiting))] = None

    def _seek_call(self, desk: Desk, now: Instant) -> bool:
        turn = self.matching.call_for(desk.agent, now, entries=self._may_ring()) if self.memory.switch_ready else None
        if turn is not None:
            self._serve(turn.call, desk, now, turn)
        return turn is not None

    def _may_ring(self) -> bool:
        """Whether one more customer may be rung: no more of them are without an agent than there are ready agents."""
        callbacks = self.memory.policy.callbacks
        if callbacks is None or callbacks.first is CallbackFirst.AGENT:
            return True
        return len(self.rung) < self.matching.idle.ready.bit_count()

    def serve(self, call: Call, desk: Desk, now: Instant) -> None:
        """Offer a caller who waits, and stands in no line, to this very agent."""
        self._serve(call, desk, now, None)

    def dial(self, entry: Call, desk: Desk, now: Instant, ring_for: Duration) -> None:
        """Call a customer for this very agent; his phone rings when the customer has answered."""
        entry.move(CallState.CALLED, now)
        self._call_customer(entry, self._offer(entry, desk, now, ring_for + RING_GRACE), now, ring_for)

    def _serve(self, call: Call, desk: Desk, now: Instant, turn: Turn | None) -> None:
        """Let a call have its turn with an agent: an offer, or the customer is called back."""
        callbacks = self.memory.policy.callbacks if call.state is CallState.AWAY else None
        agent_first = callbacks is None or callbacks.first is CallbackFirst.AGENT
        if self.witness is not None and agent_first:
            self.witness.offering(call, desk, now, turn)
        if call.id in self.matching.lines:
            self.matching.lines.remove(call.id)
            self.deadlines.set(Kind.CALL, call.id, None)
        if callbacks is None:
            call.move(CallState.OFFERED, now)
            self.order(self._offer(call, desk, now, self.memory.policy.arrival_limit))
        else:
            call.move(CallState.CALLED, now)
            ring = self._offer(call, desk, now, callbacks.ring_for + RING_GRACE) if agent_first else None
            self._call_customer(call, ring, now, callbacks.ring_for)

    def next_offer(self) -> OfferId:
        """A number that no offer has had before."""
        self.memory.offers_made += 1
        return OfferId(self.memory.epoch * OFFERS_PER_EPOCH + self.memory.offers_made)

    def _offer(self, call: Call, desk: Desk, now: Instant, within: Duration) -> RingAgent:
        """Reserve the agent for the call, tell everybody, and return how his phone is to be rung."""
        memory = self.memory
        offer = self.next_offer()
        lane = self.lane_of(call)
        call.contestable_at = now + within
        call.offer, call.agent = offer, desk.agent
        call.offers += 1
        memory.last_chosen[lane.name] = desk.agent
        desk.call, desk.offer = call.id, offer
        self.change(desk, AgentState.RESERVED, now, until=now + within)
        event = self.offer_of(desk)
        assert event is not None
        self.say(event)
        return RingAgent(call.id, desk.agent, memory.policy.agents[desk.agent].phone, offer, lane.ring_for)

    def _call_customer(self, call: Call, ring: RingAgent | None, now: Instant, ring_for: Duration) -> None:
        assert call.callback is not None
        assert call.place_since is not None
        lane, callback = self.lane_of(call), call.callback
        callback.attempts += 1
        call.contestable_at = now + ring_for + RING_GRACE
        if ring is None:
            self.rung[call.id] = None
            self.deadlines.set(Kind.CALL, call.id, call.contestable_at)
        self.say(CustomerCalled(call.id, lane.name, call.agent, callback.attempts))
        self.order(
            CallCustomer(
                call.id,
                call.number_to_call,
                ring_for,
                lane.name,
                self.matching.rules.language_of(call),
                call.dialled,
                call.arrived_at,
                call.place_since,
                call.tier,
                call.manager,
                call.customer,
                call.facts.menu,
                ring,
            )
        )

    def offer_of(self, desk: Desk) -> AgentOffered | None:
        """The offer that the agent holds at present, as his screen should show it."""
        call = None if desk.call is None else self.memory.calls.get(desk.call)
        shown = desk.state in OFFERED or desk.state is AgentState.CONSULTED
        if call is None or not shown or desk.offer is None or call.entered_at is None:
            return None
        return shown_to(desk.agent, desk.offer, call, desk.since)

    def take_back(self, call: Call, end: OfferEnd) -> Desk | None:
        """End the call's offer and return the desk that held it; its state is the caller's to change, and at once."""
        desk = None if call.agent is None else self.memory.desks.get(call.agent)
        if call.agent is not None and call.offer is not None:
            self.say(OfferEnded(call.id, call.offer, call.agent, end))
        call.agent = None
        return desk


def shown_to(agent: AgentId, offer: OfferId, call: Call, at: Instant) -> AgentOffered:
    """What an agent's screen shows of a call in a lane, as it is at `at`, or was when the two began to talk."""
    assert call.lane is not None
    assert call.language is not None
    assert call.entered_at is not None
    since = call.advert_since
    heard = call.advert_heard + (0 if since is None else at - since)
    return AgentOffered(
        call.id,
        offer,
        agent,
        call.lane,
        call.language,
        call.number if call.callback is None else call.number_to_call,
        call.name,
        call.dialled,
        call.tier,
        call.vip,
        call.entered_at,
        max(0, (call.answered_at or at) - call.entered_at),
        call.verified,
        call.customer,
        call.facts.menu,
        call.advert if since is not None or call.advert_heard else "",
        heard,
        call.callback is not None,
        None if call.callback is None else call.callback.message_of,
        call.agent if call.consult is not None and call.consult.offer == offer else None,
        call.sent_by,
    )


def _ready_with(phone: PhoneState) -> AgentState:
    """What an agent is who would be ready, by what the switch says of his phone."""
    match phone:
        case PhoneState.FREE:
            return AgentState.READY
        case PhoneState.BUSY:
            return AgentState.OTHER_CALL
        case PhoneState.LOST:
            return AgentState.PHONE_LOST
