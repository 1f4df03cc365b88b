"""Hears each thing that the router says at the moment it is said, and holds it against the rules worked out slowly.

At that moment the memory still stands as it was decided upon. Whatever the memory carries from step to step is kept
here once more, by the events alone: who was idle since when, which steps were taken, what a class may yet overtake.
"""

import math

from acd.core.agents import AgentState, Desk
from acd.core.caller_events import AdvertOffered, CallbackQueued, CustomerCalled, CustomerMissed, WaitForetold
from acd.core.calls import Call, CallState
from acd.core.events import (
    AgentChanged,
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallEnteredLane,
    CallKept,
    CallLeftLane,
    CallRepaired,
    CallResult,
    Event,
    LeaveReason,
    OfferEnded,
    PauseLimitPassed,
    PhoneSeen,
    ReserveChanged,
    StepTaken,
    TalkFinished,
)
from acd.core.inputs import Input, PolicyLoaded, TimePassed
from acd.core.instants import Duration, Instant
from acd.core.language.conditions import holds
from acd.core.language.facts import NOBODY
from acd.core.language.reading import read_condition
from acd.core.matching import Turn
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName
from acd.core.orders import SayToCaller
from acd.core.outcomes import MOST_MOVES, Outcome, OutcomeKind
from acd.core.policy import RouteStep
from acd.core.router import Router
from acd.core.switch_events import CallStartedWaiting, PhoneState, SwitchSurveyed
from acd.core.talk_events import NumberDialled
from tests.core.desk_records import Desks
from tests.core.entries import Entries, kept_places
from tests.core.keepers import Keepers
from tests.core.slow_floor import Left, SlowFloor
from tests.core.slow_rules import (
    ALL_BUSY,
    JUST_COME,
    alike,
    best_agent,
    credit_of,
    ever_served,
    lane_of,
    may_take,
    place_since,
    serves,
    stands_for_somebody,
    too_many_rung,
    vip_for,
    waiting,
    worth,
)
from tests.core.talk_records import Sent
from tests.core.turns import Turns

Door = tuple[Outcome, LeaveReason]

ON_THE_WAY = (CallbackQueued, AdvertOffered, WaitForetold)
"""What may be said of a caller between his entering a lane and what comes of it."""


class Auditor:
    """Raises AssertionError in the middle of a step if something is said that the rules do not allow."""

    def __init__(self) -> None:
        self.now: Instant = 0
        self.first_now = True
        """Nothing else has happened at this instant."""
        self.turns = Turns()
        self.desks = Desks()
        self.taken: dict[CallId, list[RouteStep]] = {}
        """By call, the steps of its present lane that hold for it."""
        self.dropped: dict[CallId, list[RouteStep]] = {}
        self.came: dict[CallId, tuple[Instant, Instant]] = {}
        """When each caller arrived and first entered a lane."""
        self.last_chosen: dict[LaneName, AgentId] = {}
        self.keepers = Keepers()
        self.left: list[Left] = []
        self.last_wait: dict[LaneName, tuple[Duration, Instant]] = {}
        self.entries = Entries()
        self.returning: dict[CallId, Instant] = {}
        """Callers whose talk is over and who may wait again, with the places that they keep."""
        self.sent = Sent()
        self.wished: dict[CallId, tuple[Outcome]] = {}
        """What a caller chose in the menu who enters his lane by this input."""
        self.to_say: list[SayToCaller] = []
        """What the step should order to be said to callers."""
        self.sent_away: list[CallLeftLane] = []
        self.numbers: dict[CallId, str] = {}
        self._shown_out: CallId | None = None
        self._fallen: set[CallId] = set()
        self._at_the_door: tuple[CallId, Door | None, tuple[AgentId, Instant] | None] | None = None
        """Who has just entered a lane, and what must come of it at once."""

    @property
    def memory(self) -> Memory:
        return self.router.memory

    def attend(self, router: Router) -> None:
        """From now on hear what this router says."""
        self.router = router
        floor, say = router.floor, router.floor.say

        def heard(event: Event) -> None:
            say(event)
            self.hear(event)

        floor.witness = self
        floor.say = heard  # type: ignore[method-assign]

    def begin(self, happened: Input, now: Instant) -> None:
        """An input is about to happen."""
        self.first_now, self.now = now > self.now, now
        self.to_say, self.sent_away = [], []
        chose = isinstance(happened, CallStartedWaiting) and happened.wish is not None
        self.wished = {happened.call: (happened.wish,)} if chose else {}
        self.desks.by_itself = isinstance(happened, TimePassed)
        self.desks.asked_at = happened.asked_at if isinstance(happened, SwitchSurveyed) else None
        if isinstance(happened, PolicyLoaded):
            for call in self.memory.calls.values():
                before, after = lane_of(call, self.memory.policy), lane_of(call, happened.policy)
                for steps in (self.taken, self.dropped):
                    kept = [step for step in steps.get(call.id, []) if step in after.steps]
                    steps[call.id] = kept if before.name == after.name else []

    def end(self) -> None:
        """The input has happened."""
        self._resolve_door(None)
        self._note_fallen()
        self.desks.forget_all_but(self.memory.desks)

    # What is heard

    def hear(self, event: Event) -> None:
        self._resolve_door(event)
        self._note_fallen()
        self._hear_of_waiting(event)
        self._hear_of_desk(event)
        self.sent.hear(event)
        match event:
            case CallAppeared(call):
                self.numbers[call] = self.memory.calls[call].number
            case CallbackQueued() | NumberDialled():
                self.entries.queued(event, self.memory, self.now, (self.taken, self.dropped))
                self.numbers[event.entry] = self.entries.numbers[event.entry]
            case CustomerCalled() | CustomerMissed():
                self.entries.rung(event, self.memory, self.now)
                if isinstance(event, CustomerCalled) and event.agent is not None:
                    self.last_chosen[event.lane] = event.agent
            case TalkFinished(call) if call in self.memory.calls:
                self.returning[call] = place_since(self.memory.calls[call])
            case ReserveChanged():
                self._reserve_changed(event)
            case CallAnswered(call, lane=lane):
                self.left.append(Left(self.now, lane, event.in_time))
                self.last_wait[lane] = (event.waited, self.now)
                assert event.waited == self.now - self.came[call][1]
            case CallClosed(call):
                self._closed(event)

    def _hear_of_waiting(self, event: Event) -> None:
        match event:
            case CallEnteredLane():
                self._entered(event)
            case StepTaken():
                self._took_step(event)
            case CallKept(call):
                expected = self.keepers.keeper(self.memory.calls[call], self.memory, self.now)
                assert (event.agent, event.until) == (expected or (None, None)), f"{event} but {expected}"
            case CallLeftLane():
                self._left_lane(event)
            case _:
                pass

    def _hear_of_desk(self, event: Event) -> None:
        match event:
            case AgentChanged():
                self.desks.change(event, self.memory.policy, self.now)
            case PauseLimitPassed(agent):
                self.desks.pause_passed(event, self.memory.desks[agent], self.now)
            case PhoneSeen(agent, state):
                self.desks.see_phone(agent, state)
            case OfferEnded(_, _, agent, end):
                self.desks.blame(agent, end, self.memory.policy)
            case CallAnswered(agent=agent) if agent is not None:
                self.desks.answer(agent)
            case TalkFinished(call, agent, lane) if agent is not None:
                self.desks.finish(agent, lane, event.talked)
                self.keepers.remember(self.numbers[call], agent, self.memory.policy, self.now)
            case _:
                pass

    def offering(self, call: Call, desk: Desk, now: Instant, turn: Turn | None) -> None:
        """An agent has been chosen for a call, and nothing has changed yet."""
        self._resolve_door(None)
        memory, agent = self.memory, self.memory.policy.agents[desk.agent]
        assert (now, memory.switch_ready) == (self.now, True)
        assert call.state is CallState.WAITING or stands_for_somebody(call, self.memory, self.now)
        if call.sent_to is not None:
            self.sent.offering(call, desk, self.desks.of(agent.id).phone)
            self.last_chosen[lane_of(call, memory.policy).name] = agent.id
            return
        assert desk.state is AgentState.READY
        assert may_take(agent, call, memory), f"{agent.id} may not be offered {call.id}"
        assert self.desks.of(agent.id).phone is PhoneState.FREE, f"{agent.id}'s phone is not free"
        able = [each for each in waiting(memory, now) if may_take(agent, each, memory)]
        able = [each for each in able if each.state is CallState.WAITING or not too_many_rung(memory)]
        if turn is not None:
            expected, lane, class_ = self.turns.next(able, agent, memory, now)
            assert call is expected, f"{agent.id} takes {call.id} and not {expected.id}"
            self.turns.take(lane, class_, memory.policy)
        else:
            chosen = best_agent(call, memory, now, self.last_chosen)
            assert chosen is agent, f"{call.id} goes to {agent.id} and not to {chosen and chosen.id}"
            for other in able:
                assert worth(call, memory.policy, now) <= worth(other, memory.policy, now), f"{other.id} came first"
        for other in (each for each in able if alike(call, each)):
            assert (place_since(call), call.id) <= (place_since(other), other.id), f"{other.id} came before his like"
        self.last_chosen[lane_of(call, memory.policy).name] = agent.id

    def _closed(self, event: CallClosed) -> None:
        if event.result is CallResult.ABANDONED:
            assert event.lane is not None
            self.left.append(Left(self.now, event.lane, in_time=False))
        self.came.pop(event.call, None)
        self.returning.pop(event.call, None)
        self.entries.numbers.pop(event.call, None)
        self._fallen.discard(event.call)

    # Into a lane

    def _entered(self, event: CallEnteredLane) -> None:
        call = self.memory.calls[event.call]
        if self.entries.numbers.pop(call.id, None) is not None or call.id in self.returning:
            self._on_the_line_again(call, event)
            return
        arrived_at, entered_at = self.came.setdefault(call.id, (call.arrived_at, event.entered_at))
        assert (call.arrived_at, event.entered_at) == (arrived_at, entered_at), f"{call.id} lost his place"
        self.taken[call.id], self.dropped[call.id] = [], []
        vip = vip_for(call, self.memory.policy)
        assert event.vip == (None if vip is None else vip.name)
        assert event.credit == credit_of(call, self.memory.policy)
        self._at_the_door = (call.id, self._door(call), self.keepers.keeper(call, self.memory, self.now))

    def _on_the_line_again(self, call: Call, event: CallEnteredLane) -> None:
        """A customer who was called back, or a caller whose agent is gone: he has the place that he had."""
        if call.id in self.returning:
            assert call.queued_at == self.returning.pop(call.id), f"{call.id} lost his place"
            self.taken[call.id], self.dropped[call.id] = [], []
        self.came[call.id] = (self.now, self.now)
        assert (call.arrived_at, event.entered_at) == (self.now, self.now)
        assert call.queued_at is not None and call.queued_at <= self.now  # noqa: PT018
        assert event.credit == credit_of(call, self.memory.policy)

    def _door(self, call: Call) -> Door | None:
        """Where a caller must go who has just entered a lane."""
        memory, lane, floor = self.memory, lane_of(call, self.memory.policy), self.floor(call)
        assert call.entered_at is not None
        door: Door | None = None
        wished = self.wished.get(call.id)
        if wished is not None and call.moves == 0 and self.can_go(call, wished[0]):
            return wished[0], LeaveReason.CHOSEN
        if lane.emergency is not None:
            door = lane.emergency, LeaveReason.EMERGENCY
        elif call.moves == 0 and self.now - call.entered_at > JUST_COME:
            pass
        elif lane.when_closed is not None and lane.hours and not floor.is_open(lane.hours):
            door = lane.when_closed, LeaveReason.CLOSED
        elif lane.when_full is not None and floor.waiting(lane.name) >= (lane.limits.length or math.inf):
            door = lane.when_full, LeaveReason.FULL
        elif lane.when_unstaffed is not None and not ever_served(call, memory):
            door = lane.when_unstaffed, LeaveReason.UNSTAFFED
        if door is not None and door[0].kind is OutcomeKind.CALLBACK and not call.number_to_call:
            door = ALL_BUSY, door[1]
        return door if door is not None and self.can_go(call, door[0]) else None

    def can_go(self, call: Call, outcome: Outcome | None) -> bool:
        """Whether there is such an end, and the call may be sent there."""
        lanes = self.memory.policy.lanes
        if outcome is None or (outcome.kind is OutcomeKind.CALLBACK and not call.number_to_call):
            return False
        return outcome.kind is not OutcomeKind.LANE or (call.moves < MOST_MOVES and outcome.to in lanes)

    def _resolve_door(self, event: Event | None) -> None:
        """What must come of entering a lane comes at once, before anything else is said."""
        took_back = isinstance(event, CallClosed) and event.result is CallResult.CANCELLED
        if self._at_the_door is None or isinstance(event, ON_THE_WAY) or took_back:
            return
        (call, door, keeper), self._at_the_door = self._at_the_door, None
        if self.memory.calls[call].state is CallState.FALLEN_BACK or event == CallRepaired(call, "LaneFound"):
            return
        match event:
            case CallLeftLane(left, outcome=outcome, why=why) if left == call and door is not None:
                assert (outcome, why) == door
                self._shown_out = call
            case CallKept(kept, _, agent, until) if kept == call and door is None:
                assert (agent, until) == keeper
            case _:
                assert door is None, f"{call} was not turned away: {door}"
                assert keeper is None, f"{call} was not kept for {keeper}"

    # In a lane and out of it

    def _took_step(self, event: StepTaken) -> None:
        call, policy = self.memory.calls[event.call], self.memory.policy
        lane = lane_of(call, policy)
        step = lane.steps[event.step - 1]
        assert event.lane == lane.name
        assert call.state is CallState.WAITING or stands_for_somebody(call, self.memory, self.now)
        assert step not in (*self.taken[call.id], *self.dropped[call.id]), f"{call.id} took a step twice"
        assert call.lane_since + step.after <= self.now, f"{call.id} took a step too early"
        assert self.step_holds(step, call) is not event.dropped, f"{event} but its condition says otherwise"
        (self.dropped if event.dropped else self.taken)[call.id].append(step)
        assert step.once or not event.dropped, f"{event} for a step that stays open"
        if event.dropped:
            return
        assert event.credit == credit_of(call, policy) == call.credit
        bit = frozenset({event.step - 1})
        now = frozenset(number for number, each in enumerate(lane.steps) if each in self.taken[call.id])
        for agent in policy.agents.values():
            if serves(agent, call, policy, now - bit) and not (step.narrows or step.add):
                assert serves(agent, call, policy, now), f"{event} shuts out {agent.id}"
        offered = step.offer_callback
        if call.state is CallState.WAITING and (step.announce or offered):
            assert call.language is not None
            said = step.announce or "offer_callback"
            self.to_say.append(SayToCaller(call.id, said, call.language, offer_callback=offered))

    def step_holds(self, step: RouteStep, call: Call) -> bool:
        lane = lane_of(call, self.memory.policy).name
        return not step.when or holds(read_condition(step.when), self.floor(), call.facts, lane)

    def _left_lane(self, event: CallLeftLane) -> None:
        call, memory = self.memory.calls[event.call], self.memory
        lane = lane_of(call, memory.policy)
        assert event.lane == call.lane
        match event.why:
            case LeaveReason.WAITED:
                assert event.outcome == lane.when_full
                assert lane.limits.wait is not None
                assert self.now >= call.lane_since + lane.limits.wait
            case LeaveReason.UNSTAFFED:
                called_back = lane.when_unstaffed is not None and lane.when_unstaffed.kind is OutcomeKind.CALLBACK
                assert event.outcome == (ALL_BUSY if called_back and not call.number else lane.when_unstaffed)
                assert not ever_served(call, memory), f"somebody could serve {call.id}"
            case LeaveReason.STEP if self.taken[call.id] and self.taken[call.id][-1].overflow == event.outcome:
                pass
            case LeaveReason.STEP:
                # Found on the switch, sent away by somebody whose records are lost.
                assert event.outcome == Outcome(OutcomeKind.SAY)
            case LeaveReason.CALLBACK:
                assert event.outcome == Outcome(OutcomeKind.CALLBACK)
            case LeaveReason.EMERGENCY:
                called_back = lane.emergency is not None and lane.emergency.kind is OutcomeKind.CALLBACK
                assert event.outcome == (ALL_BUSY if called_back and not call.number_to_call else lane.emergency)
            case LeaveReason.CHOSEN:
                assert event.outcome in self.wished.get(call.id, ()), f"{call.id} did not wish for {event.outcome}"
            case LeaveReason.CLOSED | LeaveReason.FULL:
                assert event.call == self._shown_out, f"{event} long after he came"
                declared = lane.when_closed if event.why is LeaveReason.CLOSED else lane.when_full
                called_back = declared is not None and declared.kind is OutcomeKind.CALLBACK
                assert event.outcome == (ALL_BUSY if called_back and not call.number else declared)
        assert self.can_go(call, event.outcome)
        self.left.append(Left(self.now, event.lane, in_time=False))
        self.sent_away.append(event)
        if event.outcome.kind is OutcomeKind.CALLBACK:
            assert (call.number_to_call, event.lane) in kept_places(self.memory), (
                f"{call.id} is told that he is called back"
            )

    def _reserve_changed(self, event: ReserveChanged) -> None:
        reserve = next(each for each in self.memory.policy.reserves if each.name == event.reserve)
        assert event.lane == (reserve.backup_for or reserve.only_for)
        assert self.released(reserve.until, event.lane) is event.released

    def released(self, until: str, lane: LaneName) -> bool:
        return holds(read_condition(until), self.floor(), NOBODY, lane)

    def floor(self, at_the_door: Call | None = None) -> SlowFloor:
        return SlowFloor(self.memory, self.now, self.left, self.last_wait, at_the_door)

    def _note_fallen(self) -> None:
        for call in self.memory.calls.values():
            if call.state is CallState.FALLEN_BACK and call.id not in self._fallen:
                assert call.lane is not None
                self._fallen.add(call.id)
                self.left.append(Left(self.now, call.lane, in_time=False))
