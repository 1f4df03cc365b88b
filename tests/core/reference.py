"""What must hold after every step, worked out slowly from the events and the memory, by no index of the router's.

The ledger is kept from the events alone, as any listener of the feed could keep it; then ledger and memory must agree.
"""

from collections import Counter
from dataclasses import dataclass, field

from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.call_flow import ECHO_LIMIT
from acd.core.calls import IN_LANE, Call, CallState
from acd.core.events import (
    AgentChanged,
    AgentOffered,
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallEnteredLane,
    CallRepaired,
    CallResult,
    Event,
    EventIgnored,
    OfferEnded,
    RequestRefused,
    TalkFinished,
)
from acd.core.inputs import Input, TimePassed
from acd.core.instants import Instant
from acd.core.language.needs import satisfied
from acd.core.language.reading import read_needs
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName, OfferId
from acd.core.orders import ReturnCaller, RingAgent
from acd.core.policy import Agent, Policy
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import OfferAnswered, OfferFailed, OfferReached, OrderFailed


def may_serve(agent: Agent, call: Call, policy: Policy) -> bool:
    """Whether the agent has what the call's lane and language ask for; what is gone became the default."""
    lane = policy.lanes.get(call.lane or policy.default_lane, policy.lanes[policy.default_lane])
    language = call.language if call.language in policy.languages else policy.default_language
    assert language is not None
    return all(
        satisfied(read_needs(text), agent.skills, call.facts) for text in (lane.needs, policy.languages[language])
    )


@dataclass
class Ledger:
    """The open accounts, and the tallies of what was said."""

    open_calls: set[CallId] = field(default_factory=set)
    closed_at: dict[CallId, Instant] = field(default_factory=dict)
    offers: dict[OfferId, tuple[CallId, AgentId]] = field(default_factory=dict)
    talks: dict[CallId, AgentId | None] = field(default_factory=dict)
    offer_numbers: set[OfferId] = field(default_factory=set)
    tallies: Counter[tuple[LaneName, str]] = field(default_factory=Counter)

    def enter(self, event: Event, repaired: set[CallId]) -> None:
        """Write one event down; each assertion is a sentence that no history may break."""
        match event:
            case CallAppeared(call):
                assert call not in self.open_calls, f"{call} appeared twice"
                self.open_calls.add(call)
            case CallClosed(call):
                assert call in self.open_calls, f"{call} was closed twice, or never appeared"
                self.open_calls.remove(call)
                if event.lane is not None:
                    self.tallies[event.lane, event.result] += 1
                assert event.arrived_at <= event.closed_at
            case CallEnteredLane(lane=lane):
                self.tallies[lane, "offered"] += 1
            case AgentOffered(call, offer, agent):
                assert offer not in self.offer_numbers, f"the offer's number {offer} was given before"
                self.offer_numbers.add(offer)
                assert all(agent != other for _, other in self.offers.values()), f"{agent} holds two offers"
                assert all(call != other for other, _ in self.offers.values()), f"{call} is in two offers"
                assert agent not in self.talks.values(), f"{agent} was offered a call while talking"
                assert call not in self.talks, f"{call} was offered while talking"
                self.offers[offer] = (call, agent)
            case OfferEnded(call, offer, agent):
                assert self.offers.pop(offer) == (call, agent)
            case CallAnswered(call, agent=agent, lane=lane):
                assert call not in self.talks, f"{call} was answered twice"
                assert agent is None or agent not in self.talks.values(), f"{agent} talks twice"
                self.talks[call] = agent
                self.tallies[lane, "picked_up"] += 1
                self.tallies[lane, "in_time"] += event.in_time
            case TalkFinished(call, agent):
                assert self.talks.pop(call) == agent
            case _:
                pass
        if isinstance(event, CallAppeared) and event.call in self.closed_at:
            assert event.call in repaired or self._long_gone(event), f"{event.call} came back from the dead"

    def _long_gone(self, event: CallAppeared) -> bool:
        return self.now - self.closed_at[event.call] > ECHO_LIMIT

    now: Instant = 0


class Reference:
    """Watches a router, one step at a time."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._before = ""
        self._counts_before: dict[LaneName, list[int]] = {}

    def look_before(self, router: Router) -> None:
        """Remember how things stood before the next step."""
        self._before = _all_but_time(router.memory)

    def check(self, happened: Input, step: Step, router: Router, now: Instant) -> None:
        """Raise AssertionError if the step broke a rule."""
        memory = router.memory
        known_before = set(self.ledger.open_calls)
        self._write_down(step, now)
        if not isinstance(happened, TimePassed) and not step.orders:
            kinds = {type(event) for event in step.events}
            if kinds in ({EventIgnored}, {RequestRefused}):
                assert _all_but_time(memory) == self._before, f"{happened} was turned away and changed something"
        assert self.ledger.open_calls == set(memory.calls)
        self._offers_end_by_their_own_news(happened, step, memory)
        self._orders_fit(step, known_before)
        self._desks_and_calls_agree(memory, now)
        self._books_balance(memory)
        if memory.switch_ready:
            self._nobody_idle_beside_a_caller(memory)
        self._offers_were_just(step, memory)
        ends = [desk.until for desk in memory.desks.values() if desk.until is not None]
        assert router.next_deadline() == min(ends, default=None)
        waiting = [call.id for call in memory.calls.values() if call.state is CallState.WAITING]
        assert sorted(router.waiting()) == sorted(waiting)

    def _write_down(self, step: Step, now: Instant) -> None:
        repaired = {event.call for event in step.events if isinstance(event, CallRepaired)}
        self.ledger.now = now
        for event in step.events:
            self.ledger.enter(event, repaired)
            if isinstance(event, CallClosed):
                self.ledger.closed_at[event.call] = event.closed_at

    def _offers_end_by_their_own_news(self, happened: Input, step: Step, memory: Memory) -> None:
        """News of one offer do nothing to another, though it be of the same call."""
        if not isinstance(happened, OfferReached | OfferAnswered | OfferFailed | OrderFailed):
            return
        for event in step.events:
            if isinstance(event, OfferEnded | CallAnswered) and event.call == happened.call:
                assert event.offer == happened.offer, f"{happened} did something to the offer {event.offer}"
            if isinstance(event, AgentChanged) and event.state is AgentState.RINGING and event.since == memory.now:
                assert memory.desks[event.agent].offer == happened.offer

    def _orders_fit(self, step: Step, known_before: set[CallId]) -> None:
        alive = known_before | {event.call for event in step.events if isinstance(event, CallAppeared)}
        offered = {event.offer: event for event in step.events if isinstance(event, AgentOffered)}
        for order in step.orders:
            match order:
                case RingAgent(call, agent, offer=offer):
                    assert call in alive, f"an order for {call}, who is gone"
                    assert (offered[offer].call, offered[offer].agent) == (call, agent)
                case ReturnCaller(call):
                    assert call in alive, f"an order for {call}, who is gone"
        assert set(offered) == {order.offer for order in step.orders if isinstance(order, RingAgent)}

    def _desks_and_calls_agree(self, memory: Memory, now: Instant) -> None:
        held = {agent: call for call, agent in self.ledger.offers.values()}
        talking = {agent: call for call, agent in self.ledger.talks.items() if agent is not None}
        for agent, desk in memory.desks.items():
            if desk.state in OFFERED:
                assert held.get(agent) == desk.call, f"{agent} holds an offer that nobody was told of"
            if desk.state is AgentState.TALKING:
                assert talking.get(agent) == desk.call
            _desk_is_sound(desk, memory, now)
        for agent in (*held, *talking):
            assert memory.desks[agent].call == held.get(agent, talking.get(agent)), f"{agent} was let go in silence"
        for call in memory.calls.values():
            if call.agent is not None and call.state in (CallState.OFFERED, CallState.TALKING):
                assert memory.desks[call.agent].call == call.id
            assert (call.state is CallState.TALKING) == (call.id in self.ledger.talks)

    def _books_balance(self, memory: Memory) -> None:
        for lane, counts in memory.counts.items():
            calls = [call for call in memory.calls.values() if call.lane == lane]
            tally = self.ledger.tallies
            assert counts.waiting() == sum(call.state in IN_LANE for call in calls), f"{lane}: the books are off"
            assert counts.offered == tally[lane, "offered"]
            assert counts.answered == tally[lane, "picked_up"]
            assert counts.answered_in_time == tally[lane, "in_time"]
            assert counts.abandoned == tally[lane, CallResult.ABANDONED]
            assert counts.short_abandoned == tally[lane, CallResult.SHORT_ABANDONED]
            fallen = sum(call.state is CallState.FALLEN_BACK for call in calls)
            assert counts.fell_back == tally[lane, CallResult.FELL_BACK] + fallen

    def _nobody_idle_beside_a_caller(self, memory: Memory) -> None:
        for agent in memory.policy.agents.values():
            if memory.desks[agent.id].state is AgentState.READY:
                for call in memory.calls.values():
                    beside = call.state is CallState.WAITING and may_serve(agent, call, memory.policy)
                    assert not beside, f"{agent.id} is idle while {call.id} waits"

    def _offers_were_just(self, step: Step, memory: Memory) -> None:
        """First come, first served inside a class; others overtake by their credit and no more; longest idle first."""
        for offered in (event for event in step.events if isinstance(event, AgentOffered)):
            call = memory.calls.get(offered.call)
            if call is None or (call.offer, call.agent) != (offered.offer, offered.agent):
                continue
            agent = memory.policy.agents[offered.agent]
            assert may_serve(agent, call, memory.policy), f"{agent.id} cannot serve {call.id}"
            for other in memory.calls.values():
                if other.state is CallState.WAITING and may_serve(agent, other, memory.policy):
                    assert call.entered_at is not None
                    assert other.entered_at is not None
                    gain = call.credit - other.credit
                    assert (call.entered_at, call.id) <= (other.entered_at + gain, other.id), f"{other.id} came first"
            mine = memory.desks[agent.id]
            for idle in memory.policy.agents.values():
                desk = memory.desks[idle.id]
                if desk.state is AgentState.READY and may_serve(idle, call, memory.policy):
                    assert (mine.idle_since, mine.agent) < (desk.idle_since, desk.agent), f"{idle.id} was idle longer"


def _desk_is_sound(desk: Desk, memory: Memory, now: Instant) -> None:
    assert desk.since <= now
    match desk.state:
        case AgentState.TALKING:
            assert desk.call is not None
            assert memory.calls[desk.call].state is CallState.TALKING
            assert memory.calls[desk.call].agent == desk.agent
        case AgentState.RESERVED | AgentState.RINGING:
            assert desk.call is not None
            assert memory.calls[desk.call].state is CallState.OFFERED
            assert (memory.calls[desk.call].agent, memory.calls[desk.call].offer) == (desk.agent, desk.offer)
            assert desk.until is not None or not memory.switch_ready, f"{desk.agent} is {desk.state} without end"
        case AgentState.WRAP_UP | AgentState.COOLING:
            assert desk.until is not None, f"{desk.agent} is {desk.state} without end"
        case _:
            assert desk.until is None
    if desk.state not in OFFERED and desk.state is not AgentState.TALKING:
        assert desk.call is None
        assert desk.offer is None
    assert desk.until is None or desk.until > now, f"{desk.agent}'s deadline has passed"
    known = desk.agent in memory.policy.agents
    assert known or desk.state is not AgentState.READY, f"{desk.agent} works here no more"


def _all_but_time(memory: Memory) -> str:
    return repr((memory.switch_ready, memory.desks, memory.calls, memory.counts, memory.offers_made))
