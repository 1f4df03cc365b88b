"""What becomes of an offer: it reaches the agent's phone, is answered, or comes to nothing."""

from acd.core.adverts import end_advert
from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.callback_flow import CallbackFlow
from acd.core.calls import IN_LANE, OFF_THE_LINE, Call, CallState
from acd.core.events import CallAnswered, OfferEnd
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.names import AgentId, PhoneName
from acd.core.orders import PlanSurvey, ReturnCaller, SurveySwitch
from acd.core.reconcile import TalkFound
from acd.core.surveys import survey_for
from acd.core.switch_events import OfferAnswered, OfferFailed, OfferFailure, OfferReached, OrderFailed
from acd.core.talk_events import TransferEnded
from acd.core.transfers import TransferResult
from acd.core.wait_flow import WaitFlow

NO_ANSWER_REASON = "no answer"
"""Why an agent is paused whose phone rang in vain: he is not there, whatever his screen says."""


class OfferFlow:
    """The router's hands for offers."""

    def __init__(self, floor: Floor, wait_flow: WaitFlow, callback_flow: CallbackFlow) -> None:
        self._floor = floor
        self._wait_flow = wait_flow
        self._callback_flow = callback_flow
        self._calls = floor.memory.calls

    def hear(
        self, call: Call, event: OfferReached | OfferAnswered | OfferFailed | OrderFailed | TalkFound, now: Instant
    ) -> bool:
        """Let one fact about an offer have its effect; False if it does not fit the call's state."""
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

    def give_up_arrival(self, desk: Desk, now: Instant) -> None:
        """The order to ring this agent's phone led nowhere in time: leave him alone and look where the caller is."""
        assert desk.call is not None
        call = self._calls[desk.call]
        if call.state in OFF_THE_LINE:
            self._callback_flow.give_up(call, now)
            return
        self._floor.take_back(call, OfferEnd.FAILED)
        self._cool(desk, OfferFailure.FAILED, now)
        call.contestable_at = now
        self._floor.order(SurveySwitch())

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
        self.talk(call, agent, desk, now)

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
        self.talk(call, None if desk is None else desk.agent, desk, now)

    def talk(self, call: Call, agent: AgentId | None, desk: Desk | None, now: Instant) -> None:
        """Caller and agent talk from now on; the desk is the agent's, unless nobody knows him."""
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
        self._callback_flow.fulfil(call, now)
        end_advert(self._floor, call, now)
        call.move(CallState.TALKING, now)
        call.callback_wished = False
        call.agent, call.answered_at, call.sent_to = agent, now, None
        target, call.transfer = call.transfer, None
        if desk is not None:
            desk.call, desk.offer, desk.lane = call.id, call.offer, call.lane
            self._floor.change(desk, AgentState.TALKING, now)
            # Only now, for who was found talking though logged out begins his day with this very call.
            desk.answered += 1
            desk.misses = 0
        self._wait_flow.announcing.answered(call, now)
        self._floor.say(CallAnswered(call.id, call.offer, agent, call.lane, waited, in_time))
        if target is not None:
            reached = TransferResult.REACHED if agent == target.to else TransferResult.IN_LINE
            self._floor.say(TransferEnded(call.id, call.sent_by, target, reached))
        survey = survey_for(self._floor.memory, call, now)
        if survey is not None:
            call.survey = survey.name
            self._floor.order(PlanSurvey(call.id, survey.name))

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

    # Look-ups

    def _desk_of(self, call: Call) -> Desk | None:
        return None if call.agent is None else self._floor.memory.desks.get(call.agent)

    def _idle_desk_with(self, phone: PhoneName | None) -> Desk | None:
        agent = self._floor.matching.rules.agent_with_phone(phone)
        desk = None if agent is None else self._floor.memory.desks[agent]
        return None if desk is None or desk.call is not None else desk
