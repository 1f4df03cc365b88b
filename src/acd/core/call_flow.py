"""One call's way through the hotline: what each fact from the switch does to it, to its agent and to the books."""

from typing import assert_never

from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.calls import IN_LANE, STAGE_OF, Call, CallState
from acd.core.events import (
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallEnteredLane,
    CallResult,
    EventIgnored,
    OfferEnd,
    TalkFinished,
)
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, PhoneName
from acd.core.orders import ReturnCaller, SurveySwitch
from acd.core.policy import Policy, Vip
from acd.core.reconcile import Missed, TalkFound
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    TalkEnded,
)

ECHO_LIMIT: Duration = 10_000
"""How long after its end a call may still be heard of: a late event, or a survey that lists a dying channel."""

NO_ANSWER_REASON = "no answer"
"""Why an agent is paused whose phone rang in vain: he is not there, whatever his screen says."""


class CallFlow:
    """The router's hands for everything the switch says about one call."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
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
        elif call.state is CallState.OFFERED and call.agent is None:
            self._wait_again(call, now)
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
        call.lane = event.lane if event.lane in policy.lanes else policy.default_lane
        call.language = event.language if event.language in policy.languages else policy.default_language
        call.tier = event.tier
        # Nobody has waited longer than he has been on the line, whatever his channel says.
        self._count_in(call, min(max(event.entered_at, call.arrived_at), now))
        call.move(CallState.WAITING, now)
        self._floor.matching.add(call)
        self._floor.seek_agent(call, now)

    def _count_in(self, call: Call, entered_at: Instant) -> None:
        assert call.lane is not None
        assert call.language is not None
        vip = _vip_of(call, self._floor.memory.policy)
        call.vip, call.credit = (None, 0) if vip is None else (vip.name, vip.credit)
        call.entered_at = entered_at
        self._floor.counts_of(call).offered += 1
        self._floor.say(CallEnteredLane(call.id, call.lane, call.language, call.vip, call.credit, entered_at))

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
            self._floor.matching.remove(call)
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
        call.move(CallState.TALKING, now)
        call.agent, call.answered_at = agent, now
        if desk is not None:
            desk.call, desk.offer = call.id, call.offer
            self._floor.change(desk, AgentState.TALKING, now)
        self._floor.say(CallAnswered(call.id, call.offer, agent, call.lane, waited, in_time))

    def _fail(self, call: Call, cause: OfferFailure, now: Instant) -> None:
        desk = self._floor.take_back(call, OfferEnd(cause.value))
        if desk is not None and desk.state in OFFERED:
            if cause is OfferFailure.NO_ANSWER:
                self._floor.free(desk, now, AgentState.PAUSED, reason=NO_ANSWER_REASON)
            else:
                self._cool(desk, cause, now)
        self._wait_again(call, now)

    def _cool(self, desk: Desk, cause: OfferFailure, now: Instant) -> None:
        cool_down = self._floor.memory.policy.cool_down.get(cause.value, 0)
        self._floor.free(desk, now, AgentState.COOLING, until=now + max(cool_down, 1), reason=cause.value)

    def _wait_again(self, call: Call, now: Instant) -> None:
        call.move(CallState.WAITING, now)
        call.offer = None
        self._floor.matching.add(call)
        self._floor.seek_agent(call, now)

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
        wrap_up = self._floor.lane_of(call).wrap_up
        if wrap_up > 0:
            self._floor.change(desk, AgentState.WRAP_UP, now, until=now + wrap_up)
        else:
            self._floor.free(desk, now)

    def _fall_back(self, call: Call, now: Instant) -> None:
        desk = None
        if call.state is CallState.IN_MENU:
            policy = self._floor.memory.policy
            call.lane, call.language = policy.default_lane, policy.default_language
            self._count_in(call, call.arrived_at)
        elif call.state is CallState.WAITING:
            self._floor.matching.remove(call)
        else:
            desk = self._floor.take_back(call, OfferEnd.FAILED)
        self._floor.counts_of(call).fell_back += 1
        call.move(CallState.FALLEN_BACK, now)
        if desk is not None:
            self._floor.free(desk, now)

    def _end(self, call: Call, now: Instant) -> None:
        self._forget(call, now)
        agent, desk = call.agent, None
        result = self._result_of(call, now)
        if call.state is CallState.WAITING:
            self._floor.matching.remove(call)
        elif call.state is CallState.OFFERED:
            desk = self._floor.take_back(call, OfferEnd.CALLER_HUNG_UP)
        if call.state in IN_LANE:
            counts = self._floor.counts_of(call)
            counts.abandoned += result is CallResult.ABANDONED
            counts.short_abandoned += result is CallResult.SHORT_ABANDONED
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
        for agent in self._floor.memory.policy.agents.values():
            if agent.phone == phone:
                desk = self._floor.memory.desks[agent.id]
                return desk if desk.call is None else None
        return None


def _vip_of(call: Call, policy: Policy) -> Vip | None:
    fitting = [vip for vip in policy.vip if call.dialled in vip.dialled or call.tier in vip.customer_tiers]
    return max(fitting, key=lambda vip: vip.credit, default=None)
