"""One call's way through the hotline: what each fact from the switch does to it, to its agent and to the books."""

from typing import assert_never

from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.callers import fulfil_wishes, remember_agent
from acd.core.calls import IN_LANE, STAGE_OF, Call, CallState
from acd.core.events import (
    RESULT_OF,
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallResult,
    EventIgnored,
    OfferEnd,
    TalkFinished,
)
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.language.facts import CallFacts
from acd.core.names import AgentId, CallId, PhoneName
from acd.core.orders import ReturnCaller, SurveySwitch
from acd.core.reconcile import DiversionLost, Missed, TalkFound
from acd.core.switch_events import (
    CallArrived,
    CallbackAccepted,
    CallDiverted,
    CallEnded,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    PhoneState,
    TalkEnded,
)
from acd.core.wait_flow import WaitFlow

ECHO_LIMIT: Duration = 10_000
"""How long after its end a call may still be heard of: a late event, or a survey that lists a dying channel."""

NO_ANSWER_REASON = "no answer"
"""Why an agent is paused whose phone rang in vain: he is not there, whatever his screen says."""


class CallFlow:
    """The router's hands for everything the switch says about one call."""

    def __init__(self, floor: Floor, wait_flow: WaitFlow) -> None:
        self._floor = floor
        self._wait_flow = wait_flow
        self._calls = floor.memory.calls

    def take(self, event: CallEvent, now: Instant) -> None:
        """Apply one fact from the switch; one that does not fit the call's state is ignored with its reason."""
        if self.has_ended(event.call, now):
            self._ignore(event, "the call has ended")
        elif not self.apply(event, now):
            call = self._calls.get(event.call)
            self._ignore(event, "unknown call" if call is None else f"the call is {call.state}")

    def apply(self, event: Missed, now: Instant) -> bool:
        """Let one fact have its effect; False if it does not fit the call's state and so had none."""
        call = self._calls.get(event.call)
        match event:
            case CallArrived() | CallStartedWaiting():
                return self._come(call, event, now)
            case OfferReached() | OfferAnswered() | OfferFailed() | OrderFailed() | TalkFound():
                return call is not None and self._hear_of_offer(call, event, now)
            case CallDiverted() | DiversionLost() | CallbackAccepted():
                return call is not None and self._hear_of_diversion(call, event, now)
            case TalkEnded() | CallFellBack() | CallEnded():
                return call is not None and self._leave(call, event, now)
            case _:
                assert_never(event)

    def has_ended(self, call: CallId, at: Instant) -> bool:
        """Whether the call ended shortly before `at`, so that what the switch says of it then is an echo."""
        ended_at = None if call in self._calls else self._floor.memory.ended.get(call)
        return ended_at is not None and at - ended_at <= ECHO_LIMIT

    def _ignore(self, event: CallEvent, reason: str) -> None:
        self._floor.say(EventIgnored(type(event).__name__, event.call, reason))

    def give_up_arrival(self, desk: Desk, now: Instant) -> None:
        """The order to ring this agent's phone led nowhere in time: leave him alone and look where the caller is."""
        assert desk.call is not None
        call = self._calls[desk.call]
        self._floor.take_back(call, OfferEnd.FAILED)
        self._cool(desk, OfferFailure.FAILED, now)
        call.contestable_at = now
        self._floor.order(SurveySwitch())

    # The caller's way in

    def _come(self, call: Call | None, event: CallArrived | CallStartedWaiting, now: Instant) -> bool:
        if isinstance(event, CallArrived):
            if call is None:
                self._arrive(event, now)
            return call is None
        if call is None:
            call = self._arrive(event, now)
        if call.state is CallState.IN_MENU:
            self._enter_lane(call, event, now)
            return True
        if call.state is CallState.OFFERED and call.agent is None:
            self._wait_flow.wait_again(call, now)
        # Any other caller in a lane is back from an offer of whose end we know; perhaps the next holds already.
        return call.state in IN_LANE

    def _arrive(self, event: CallArrived | CallStartedWaiting, now: Instant) -> Call:
        call = Call(
            event.call,
            event.number,
            event.name,
            event.dialled,
            min(event.arrived_at, now),
            CallState.IN_MENU,
            changed_at=now,
            contestable_at=now,
        )
        self._calls[call.id] = call
        self._floor.say(CallAppeared(call.id, call.dialled, call.arrived_at))
        return call

    def _enter_lane(self, call: Call, event: CallStartedWaiting, now: Instant) -> None:
        policy = self._floor.memory.policy
        lane = event.lane if event.lane in policy.lanes else policy.default_lane
        call.language = event.language if event.language in policy.languages else policy.default_language
        call.facts = CallFacts(call.language, event.tier, call.dialled, event.verified, event.menu)
        call.manager = event.manager
        # Nobody has waited longer than he has been on the line, whatever his channel says.
        self._wait_flow.enter(call, lane, min(max(event.entered_at, call.arrived_at), now), now)

    # Offers

    def _hear_of_offer(
        self, call: Call, event: OfferReached | OfferAnswered | OfferFailed | OrderFailed | TalkFound, now: Instant
    ) -> bool:
        held = call.state is CallState.OFFERED and call.offer == event.offer
        match event:
            case OfferReached() if call.state in IN_LANE and call.agent is None:
                # The offer was taken back while its order was still on the way.
                self._floor.order(ReturnCaller(call.id, event.offer))
            case OfferReached() if held:
                return self._reach(call, now)
            case OfferAnswered() if held and call.agent is not None:
                self._answer(call, now)
            case OfferAnswered() if call.state in IN_LANE:
                # An offer that we took back was answered after all; a survey will say by whom.
                self._floor.order(SurveySwitch())
            case OfferFailed() if held:
                self._fail(call, event.cause, now)
            case OrderFailed() if held:
                self._set_aside(call, now)
            case TalkFound() if call.state in IN_LANE:
                self._find_talk(call, event, now)
            case _:
                return False
        return True

    def _reach(self, call: Call, now: Instant) -> bool:
        desk = self._desk_of(call)
        assert desk is not None
        if desk.state is AgentState.RINGING:
            return False
        until = now + self._floor.lane_of(call).ring_for + self._floor.memory.policy.ring_grace
        call.changed_at = call.contestable_at = now
        self._floor.change(desk, AgentState.RINGING, now, until=until)
        return True

    def _answer(self, call: Call, now: Instant) -> None:
        agent = call.agent
        desk = self._floor.take_back(call, OfferEnd.ANSWERED)
        self._talk(call, agent, desk, now)

    def _find_talk(self, call: Call, found: TalkFound, now: Instant) -> None:
        if call.state is CallState.WAITING:
            self._wait_flow.stop_waiting(call)
        else:
            held_by = self._floor.take_back(call, OfferEnd.FAILED)
            if held_by is not None:
                self._floor.free(held_by, now)
        call.offer = found.offer
        desk = self._idle_desk_with(found.phone)
        if desk is not None and desk.state in (AgentState.PAUSED, AgentState.LOGGED_OUT):
            # Whoever had left or paused goes back to that when the talk is over.
            desk.afterwards, desk.afterwards_reason = desk.state, desk.reason
        self._talk(call, None if desk is None else desk.agent, desk, now)

    def _talk(self, call: Call, agent: AgentId | None, desk: Desk | None, now: Instant) -> None:
        assert call.entered_at is not None
        assert call.lane is not None
        assert call.offer is not None
        waited = now - call.entered_at
        in_time = waited <= self._floor.memory.policy.answer_within
        counts = self._floor.counts_of(call)
        counts.answered += 1
        counts.answered_in_time += in_time
        self._floor.count_recent(call, now, in_time=in_time)
        self._floor.memory.last_wait[call.lane] = (waited, now)
        fulfil_wishes(self._floor.memory, call)
        call.move(CallState.TALKING, now)
        call.agent, call.answered_at = agent, now
        if desk is not None:
            desk.call, desk.offer, desk.lane = call.id, call.offer, call.lane
            self._floor.change(desk, AgentState.TALKING, now)
            # Only now, for who was found talking though logged out begins his day with this very call.
            desk.answered += 1
            desk.misses = 0
        self._floor.say(CallAnswered(call.id, call.offer, agent, call.lane, waited, in_time))

    def _fail(self, call: Call, cause: OfferFailure, now: Instant) -> None:
        desk = self._floor.take_back(call, OfferEnd(cause.value))
        if desk is not None and desk.state in OFFERED:
            self._blame(desk, cause, now)
        self._wait_flow.wait_again(call, now)

    def _blame(self, desk: Desk, cause: OfferFailure, now: Instant) -> None:
        """Leave an agent alone for a while whose phone did not answer; who leaves too many unanswered is paused."""
        if cause is OfferFailure.NO_ANSWER:
            desk.misses += 1
            if desk.misses >= self._floor.memory.policy.pause_after_misses:
                self._floor.free(desk, now, AgentState.PAUSED, reason=NO_ANSWER_REASON)
                return
        self._cool(desk, cause, now)

    def _cool(self, desk: Desk, cause: OfferFailure, now: Instant) -> None:
        cool_down = self._floor.memory.policy.cool_down.get(cause.value, 0)
        self._floor.free(desk, now, AgentState.COOLING, until=now + max(cool_down, 1), reason=cause.value)

    def _set_aside(self, call: Call, now: Instant) -> None:
        """The switch refused to move the caller: he has most likely just hung up, so his agent takes the next call.

        The call is offered to nobody until a survey of some time later has said where it is; else a channel that the
        switch will not move would be offered again and again as fast as the switch can refuse.
        """
        desk = self._floor.take_back(call, OfferEnd.FAILED)
        call.changed_at, call.contestable_at = now, now + self._floor.memory.policy.arrival_limit
        if desk is not None:
            self._floor.free(desk, now)
        self._floor.order(SurveySwitch())

    # Diversions

    def _hear_of_diversion(
        self, call: Call, event: CallDiverted | DiversionLost | CallbackAccepted, now: Instant
    ) -> bool:
        match event:
            case CallbackAccepted():
                return self._wait_flow.accept_callback(call, now)
            case CallDiverted() if call.state is CallState.DIVERTED:
                call.changed_at = call.contestable_at = now
            case CallDiverted() if call.state is CallState.WAITING:
                # We sent nobody there; an older process did, and its journal is lost.
                self._wait_flow.find_diverted(call, now)
            case DiversionLost() if call.state is CallState.DIVERTED:
                self._wait_flow.divert(call, now)
            case _:
                return False
        return True

    # The ways out

    def _leave(self, call: Call, event: TalkEnded | CallFellBack | CallEnded, now: Instant) -> bool:
        match event:
            case TalkEnded() if call.state is CallState.TALKING:
                call.move(CallState.AFTER_TALK, now)
                self._finish_talk(call, now)
            case CallFellBack() if call.state is CallState.IN_MENU or call.state in IN_LANE:
                self._fall_back(call, now)
            case CallEnded():
                self._end(call, now)
            case _:
                return False
        return True

    def _finish_talk(self, call: Call, now: Instant) -> None:
        assert call.lane is not None
        assert call.answered_at is not None
        self._floor.say(TalkFinished(call.id, call.agent, call.lane, now - call.answered_at))
        desk = self._desk_of(call)
        if desk is None:
            return
        talked = now - call.answered_at
        desk.talked += talked
        if desk.phone is PhoneState.BUSY:
            # The talk was ours, so the phone is free when it ends, though the switch says so only a moment later.
            desk.phone = PhoneState.FREE
        if self._floor.matching.rules.remembers_agents:
            remember_agent(self._floor.memory, call, desk.agent, now)
        wrap_up = self._floor.lane_of(call).wrap_up
        if wrap_up > 0:
            desk.extended = False
            self._floor.change(desk, AgentState.WRAP_UP, now, until=now + wrap_up)
        else:
            self._floor.free(desk, now)

    def _fall_back(self, call: Call, now: Instant) -> None:
        desk = None
        if call.state is CallState.IN_MENU:
            policy = self._floor.memory.policy
            call.language = policy.default_language
            call.facts = CallFacts(call.language, dialled=call.dialled)
            self._wait_flow.count_in(call, policy.default_lane, call.arrived_at, now)
        elif call.state is CallState.WAITING:
            self._wait_flow.stop_waiting(call)
        else:
            desk = self._floor.take_back(call, OfferEnd.FAILED)
        self._floor.counts_of(call).fell_back += 1
        self._floor.count_recent(call, now, in_time=False)
        call.move(CallState.FALLEN_BACK, now)
        if desk is not None:
            self._floor.free(desk, now)

    def _end(self, call: Call, now: Instant) -> None:
        self._forget(call, now)
        agent, desk = call.agent, None
        result = self._result_of(call, now)
        if call.state is CallState.WAITING:
            self._wait_flow.stop_waiting(call)
        elif call.state is CallState.OFFERED:
            desk = self._floor.take_back(call, OfferEnd.CALLER_HUNG_UP)
        if call.state in IN_LANE:
            counts = self._floor.counts_of(call)
            counts.abandoned += result is CallResult.ABANDONED
            counts.short_abandoned += result is CallResult.SHORT_ABANDONED
            if result is CallResult.ABANDONED:
                self._floor.count_recent(call, now, in_time=False)
        if call.state is CallState.TALKING:
            self._finish_talk(call, now)
        # The last word on the call; whose offer it ended is given the next one after it.
        self._floor.say(
            CallClosed(
                call.id,
                result,
                STAGE_OF[call.state],
                call.lane,
                agent,
                call.arrived_at,
                call.entered_at,
                call.answered_at,
                now,
                call.offers,
            )
        )
        if desk is not None:
            self._floor.free(desk, now)

    def _forget(self, call: Call, now: Instant) -> None:
        del self._calls[call.id]
        ended = self._floor.memory.ended
        ended.pop(call.id, None)
        ended[call.id] = now
        while now - ended[oldest := next(iter(ended))] > ECHO_LIMIT:
            del ended[oldest]

    def _result_of(self, call: Call, now: Instant) -> CallResult:
        match call.state:
            case CallState.IN_MENU:
                return CallResult.LEFT_IN_MENU
            case CallState.FALLEN_BACK:
                return CallResult.FELL_BACK
            case CallState.DIVERTED:
                assert call.outcome is not None
                return RESULT_OF[call.outcome.kind]
            case CallState.TALKING | CallState.AFTER_TALK:
                return CallResult.ANSWERED
            case CallState.WAITING | CallState.OFFERED:
                assert call.entered_at is not None
                short = now - call.entered_at < self._floor.memory.policy.short_abandon
                return CallResult.SHORT_ABANDONED if short else CallResult.ABANDONED

    # Look-ups

    def _desk_of(self, call: Call) -> Desk | None:
        return None if call.agent is None else self._floor.memory.desks.get(call.agent)

    def _idle_desk_with(self, phone: PhoneName | None) -> Desk | None:
        agent = self._floor.matching.rules.agent_with_phone(phone)
        desk = None if agent is None else self._floor.memory.desks[agent]
        return None if desk is None or desk.call is not None else desk
