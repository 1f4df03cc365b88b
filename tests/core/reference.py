"""What must hold after every step, worked out slowly from the events and the memory, by no index of the router's.

The ledger is kept from the events alone, as any listener of the feed could keep it; then ledger and memory must agree.
"""

from collections import Counter
from dataclasses import dataclass, field, fields

from acd.core.agents import HINDERED, OFFERED, ON_A_CALL, AgentState, Desk
from acd.core.call_flow import ECHO_LIMIT
from acd.core.caller_events import CallbackQueued, CustomerCalled
from acd.core.calls import IN_LANE, OFF_THE_LINE, CallState
from acd.core.events import (
    AgentChanged,
    AgentOffered,
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallEnteredLane,
    CallKept,
    CallLeftLane,
    CallRepaired,
    CallResult,
    Event,
    EventIgnored,
    OfferEnded,
    RequestRefused,
    ReserveChanged,
    TalkFinished,
)
from acd.core.inputs import QUIET, Input, TimePassed
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName, OfferId
from acd.core.orders import (
    BringTogether,
    CallCustomer,
    DivertCaller,
    HandOver,
    HangUpAgent,
    JoinAgain,
    LetGo,
    PutOnHold,
    ReturnCaller,
    RingAgent,
    SayToCaller,
    SendCaller,
)
from acd.core.outcomes import OutcomeKind
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    CallDiverted,
    CallerSent,
    OfferAnswered,
    OfferFailed,
    OfferReached,
    OrderFailed,
    PhoneChanged,
    PhoneState,
)
from acd.core.talk_events import CallTransferred, NumberDialled
from tests.core.audit import Auditor
from tests.core.exits import assert_exits, assert_reserves_are_right
from tests.core.same import assert_same
from tests.core.slow_rules import credit_of, lane_of, may_take, numbers, too_many_rung, vip_for, waiting, worth
from tests.core.talk_records import TalkRecords
from tests.core.told import Told

BOOKED_AS = {
    OutcomeKind.LANE: "overflowed",
    OutcomeKind.NUMBER: "overflowed",
    OutcomeKind.CALLBACK: "called_back",
    OutcomeKind.MESSAGE: "left_message",
    OutcomeKind.SAY: "refused",
}
"""The book of a lane, and the result of a call that was sent away so."""

ENTERING = (CallAppeared, CallEnteredLane, CallKept, CallRepaired, ReserveChanged)
"""What is said when somebody begins to wait, and nothing else."""


@dataclass
class Ledger:
    """The open accounts, and the tallies of what was said."""

    open_calls: set[CallId] = field(default_factory=set)
    closed_at: dict[CallId, Instant] = field(default_factory=dict)
    offers: dict[OfferId, tuple[CallId, AgentId]] = field(default_factory=dict)
    talks: dict[CallId, AgentId | None] = field(default_factory=dict)
    sent_away: dict[CallId, str] = field(default_factory=dict)
    """What is to become of those who have left their lanes for good."""
    offer_numbers: set[OfferId] = field(default_factory=set)
    tallies: Counter[tuple[LaneName, str]] = field(default_factory=Counter)

    def enter(self, event: Event, repaired: set[CallId]) -> None:
        """Write one event down; each assertion is a sentence that no history may break."""
        match event:
            case CallAppeared(call):
                assert call not in self.open_calls, f"{call} appeared twice"
                self.open_calls.add(call)
                risen = call in self.closed_at and call not in repaired and not self._long_gone(event)
                assert not risen, f"{call} came back from the dead"
            case CallbackQueued(entry) | NumberDialled(entry):
                assert entry not in self.open_calls, f"{entry} was queued twice"
                self.open_calls.add(entry)
            case CallClosed(call):
                assert call in self.open_calls, f"{call} was closed twice, or never appeared"
                self.open_calls.remove(call)
                assert event.arrived_at <= event.closed_at
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
            case CallAnswered(call, agent=agent):
                assert call not in self.talks, f"{call} was answered twice"
                assert agent is None or agent not in self.talks.values(), f"{agent} talks twice"
                self.talks[call] = agent
            case TalkFinished(call, agent):
                assert self.talks.pop(call) == agent
            case _:
                pass
        self._count(event)

    def _count(self, event: Event) -> None:
        match event:
            case CallEnteredLane(lane=lane):
                self.tallies[lane, "offered"] += 1
            case CallLeftLane(call, lane, outcome):
                assert call in self.open_calls
                assert call not in self.sent_away, f"{call} was sent away twice"
                self.tallies[lane, f"sent away: {BOOKED_AS[outcome.kind]}"] += 1
                if outcome.kind is not OutcomeKind.LANE:
                    self.sent_away[call] = BOOKED_AS[outcome.kind]
            case CallAnswered(lane=lane):
                self.tallies[lane, "picked_up"] += 1
                self.tallies[lane, "in_time"] += event.in_time
            case CallClosed(call, result, lane=lane):
                sent_away = self.sent_away.pop(call, "")
                assert result == (sent_away or result)
                assert sent_away or result not in BOOKED_AS.values()
                if lane is not None:
                    self.tallies[lane, result] += 1
            case _:
                pass

    def _long_gone(self, event: CallAppeared) -> bool:
        return self.now - self.closed_at[event.call] > ECHO_LIMIT

    now: Instant = 0


class Reference:
    """Watches a router, one step at a time."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.auditor = Auditor()
        self.told = Told()
        self.talks = TalkRecords()
        self._before = ""

    def begin(self, happened: Input, router: Router, now: Instant) -> None:
        """Remember how things stand before the input."""
        if getattr(self.auditor, "router", None) is not router:
            self.auditor.attend(router)
            self.told.attend(router)
        self.auditor.begin(happened, now)
        self.told.begin(now)
        self._before = _all_but_time(router.memory)

    def check(self, happened: Input, step: Step, router: Router, now: Instant) -> None:
        """Raise AssertionError if the step broke a rule."""
        memory = router.memory
        self.auditor.end()
        self.told.end(happened, step, router.next_deadline())
        if isinstance(happened, QUIET) and not step.events and not step.orders:
            assert_same(_all_but_time(memory), self._before, what=f"{happened} changed something in silence")
            assert_exits(router, self.auditor, now, quiet=isinstance(happened, TimePassed))
            return
        known_before = set(self.ledger.open_calls)
        self._write_down(step, now)
        if not isinstance(happened, TimePassed) and not step.orders:
            kinds = {type(event) for event in step.events}
            if kinds in ({EventIgnored}, {RequestRefused}):
                assert_same(_all_but_time(memory), self._before, what=f"{happened} was turned away but changed this")
        assert self.ledger.open_calls == set(memory.calls)
        self._offers_end_by_their_own_news(happened, step, memory)
        self._orders_fit(happened, step, known_before)
        self._desks_and_calls_agree(memory, now)
        self._books_balance(memory)
        self.talks.agree(memory)
        self._carried_on(memory)
        self._looked_on_entering(step, memory)
        if isinstance(happened, PhoneChanged):
            for agent in memory.policy.agents.values():
                desk = memory.desks[agent.id]
                heard = agent.phone == happened.phone and desk.state not in ON_A_CALL
                assert not heard or desk.phone is happened.state, f"{happened} was not heard"
        if memory.switch_ready:
            self._nobody_idle_beside_a_caller(memory)
        assert_exits(router, self.auditor, now, quiet=False)
        calls = sorted(waiting(memory, now), key=lambda call: worth(call, memory.policy, now))
        assert router.waiting() == [call.id for call in calls], (
            f"{router.waiting()} and not {[call.id for call in calls]}"
        )

    def _looked_on_entering(self, step: Step, memory: Memory) -> None:
        """If nothing happened but that somebody began to wait, the reserves were looked at when he did."""
        entered = [event.call for event in step.events if isinstance(event, CallEnteredLane)]
        nothing_else = all(isinstance(event, ENTERING) for event in step.events)
        if entered and nothing_else and memory.calls[entered[-1]].state is CallState.WAITING:
            assert_reserves_are_right(self.auditor)

    def _write_down(self, step: Step, now: Instant) -> None:
        repaired = {event.call for event in step.events if isinstance(event, CallRepaired)}
        self.ledger.now = now
        for event in step.events:
            self.ledger.enter(event, repaired)
            self.talks.enter(event, now)
            if isinstance(event, CallClosed):
                self.ledger.closed_at[event.call] = event.closed_at

    def _offers_end_by_their_own_news(self, happened: Input, step: Step, memory: Memory) -> None:
        """News of one offer do nothing to another, though it be of the same call."""
        if isinstance(happened, CallerSent):
            sent = any(isinstance(event, CallTransferred) for event in step.events)
            assert not sent or self.talks.offers[happened.call] == happened.offer, f"{happened} moved another talk"
        if not isinstance(happened, OfferReached | OfferAnswered | OfferFailed | OrderFailed):
            return
        for event in step.events:
            if isinstance(event, OfferEnded | CallAnswered) and event.call == happened.call:
                assert event.offer == happened.offer, f"{happened} did something to the offer {event.offer}"
            if isinstance(event, AgentChanged) and event.state is AgentState.RINGING and event.since == memory.now:
                assert memory.desks[event.agent].offer == happened.offer

    def _orders_fit(self, happened: Input, step: Step, known_before: set[CallId]) -> None:
        alive = known_before | {event.call for event in step.events if isinstance(event, CallAppeared)}
        alive |= {event.entry for event in step.events if isinstance(event, CallbackQueued | NumberDialled)}
        offered = {event.offer: event for event in step.events if isinstance(event, AgentOffered)}
        for order in step.orders:
            match order:
                case RingAgent(call, agent, offer=offer):
                    assert call in alive, f"an order for {call}, who is gone"
                    assert (offered[offer].call, offered[offer].agent) == (call, agent)
                case ReturnCaller(call) | SayToCaller(call):
                    assert call in alive, f"an order for {call}, who is gone"
                case (
                    PutOnHold(call)
                    | JoinAgain(call)
                    | HangUpAgent(call)
                    | SendCaller(call)
                    | HandOver(call)
                    | BringTogether(call)
                    | LetGo(call)
                ):
                    assert call in self.ledger.talks, f"an order for {call}, who talks with nobody"
                case DivertCaller(call, outcome):
                    assert call in alive, f"an order for {call}, who is gone"
                    assert outcome.kind is not OutcomeKind.LANE
        said = [order for order in step.orders if isinstance(order, SayToCaller) and order.announcement]
        assert said == self.auditor.to_say
        self._diversions_fit(happened, step)
        customers = [order for order in step.orders if isinstance(order, CallCustomer)]
        rung = [*step.orders, *(order.offer for order in customers)]
        assert set(offered) == {order.offer for order in rung if isinstance(order, RingAgent)}
        called = [(event.entry, event.agent) for event in step.events if isinstance(event, CustomerCalled)]
        assert called == [(each.call, None if each.offer is None else each.offer.agent) for each in customers]

    def _diversions_fit(self, happened: Input, step: Step) -> None:
        """Whoever leaves his lane for good is moved by the switch, once; but not who was found to be gone already."""
        repaired = [event for event in step.events if isinstance(event, CallRepaired)]
        lost = [event.call for event in repaired if event.repair == "DiversionLost"]
        found = {event.call for event in repaired if event.repair == "CallDiverted"}
        found |= {happened.call} if isinstance(happened, CallDiverted) else set()
        gone = [each.call for each in self.auditor.sent_away if each.outcome.kind is not OutcomeKind.LANE]
        moved = [order.call for order in step.orders if isinstance(order, DivertCaller)]
        assert sorted(each for each in moved if each not in found) == sorted({*lost, *gone} - found)
        assert len(moved) == len(set(moved))

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
            if call.agent is not None and call.state in (CallState.OFFERED, CallState.CALLED, CallState.TALKING):
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
            for book in sorted(set(BOOKED_AS.values())):
                assert getattr(counts, book) == tally[lane, f"sent away: {book}"]
            fallen = sum(call.state is CallState.FALLEN_BACK for call in calls)
            assert counts.fell_back == tally[lane, CallResult.FELL_BACK] + fallen

    def _carried_on(self, memory: Memory) -> None:
        """What the memory carries from step to step is what the events say."""
        auditor = self.auditor
        assert memory.last_chosen == auditor.last_chosen
        assert memory.allowance == auditor.turns.accounts
        assert memory.last_agents == auditor.keepers.last_agents
        auditor.entries.agree(memory)
        for desk in memory.desks.values():
            auditor.desks.agree(desk)
        for lane, recent in memory.recent.items():
            left = auditor.floor().recently(lane)
            assert recent.sums(auditor.now, memory.policy.window) == (sum(each.in_time for each in left), len(left))
        for call in memory.calls.values():
            if call.entered_at is not None and call.state not in OFF_THE_LINE:
                assert (call.arrived_at, call.entered_at) == auditor.came[call.id], f"{call.id} lost his place"
            if call.state in IN_LANE:
                steps = lane_of(call, memory.policy).steps
                for bits, kept in ((call.steps_taken, auditor.taken), (call.steps_dropped, auditor.dropped)):
                    assert {steps[number] for number in numbers(bits)} == set(kept[call.id]), f"{call.id}'s steps"
                assert call.credit == credit_of(call, memory.policy)
                vip = vip_for(call, memory.policy)
                assert call.vip == (None if vip is None else vip.name)

    def _nobody_idle_beside_a_caller(self, memory: Memory) -> None:
        """Unless a reserve keeps him, or the call is kept for somebody else."""
        for agent in memory.policy.agents.values():
            if memory.desks[agent.id].state is AgentState.READY:
                for call in waiting(memory, self.auditor.now):
                    if call.state is CallState.AWAY and too_many_rung(memory):
                        continue
                    assert not may_take(agent, call, memory), f"{agent.id} is idle while {call.id} waits"


def _desk_is_sound(desk: Desk, memory: Memory, now: Instant) -> None:
    assert desk.since <= now
    match desk.state:
        case AgentState.TALKING:
            assert desk.call is not None
            assert memory.calls[desk.call].state is CallState.TALKING
            assert memory.calls[desk.call].agent == desk.agent
        case AgentState.RESERVED | AgentState.RINGING:
            assert desk.call is not None
            assert memory.calls[desk.call].state in (CallState.OFFERED, CallState.CALLED)
            assert (memory.calls[desk.call].agent, memory.calls[desk.call].offer) == (desk.agent, desk.offer)
            assert desk.until is not None or not memory.switch_ready, f"{desk.agent} is {desk.state} without end"
        case AgentState.CONSULTED:
            assert desk.call is not None
            consult = memory.calls[desk.call].consult
            assert consult is not None
            assert (consult.agent, consult.offer) == (desk.agent, desk.offer)
            together = consult.together_since is not None
            assert not together or (consult.answered and memory.calls[desk.call].held_since is None)
            open_ended = desk.until is None
            assert not open_ended or (consult.answered and not consult.parted) or not memory.switch_ready, (
                f"{desk.agent} is {desk.state} without end"
            )
        case AgentState.WRAP_UP | AgentState.COOLING:
            assert desk.until is not None, f"{desk.agent} is {desk.state} without end"
        case AgentState.PAUSED:
            pass
        case _:
            assert desk.until is None
    if desk.state not in ON_A_CALL:
        assert desk.call is None
        assert desk.offer is None
    assert desk.until is None or desk.until > now, f"{desk.agent}'s deadline has passed"
    known = desk.agent in memory.policy.agents
    assert known or desk.state is not AgentState.READY, f"{desk.agent} works here no more"
    if desk.state in HINDERED | {AgentState.READY}:
        hindered = {PhoneState.BUSY: AgentState.OTHER_CALL, PhoneState.LOST: AgentState.PHONE_LOST}
        assert desk.state is hindered.get(desk.phone, AgentState.READY), f"{desk.agent}'s phone is {desk.phone}"


def _all_but_time(memory: Memory) -> str:
    return repr([getattr(memory, each.name) for each in fields(memory) if each.name not in ("now", "policy")])
