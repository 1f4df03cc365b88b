"""An agent asks a colleague while his caller is on hold; he hands him over, takes him back, or all three talk.

The colleague is reserved as for an offer, and sees the caller before his phone rings. The caller stays on hold: should
either agent or the switch be lost, what holds for every hold brings him back. What ends the hold ends the question.
"""

from dataclasses import replace
from typing import TypeAlias

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call, CallState, Consult
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.offer_flow import OfferFlow
from acd.core.orders import BringTogether, HandOver, LetGo, RingColleague, SurveySwitch
from acd.core.requests import CompleteTransfer, ConsultAgent, StartConference
from acd.core.switch_events import (
    AgentLeft,
    AllTogether,
    CallerHandedOver,
    ColleagueAnswered,
    ConsultEnded,
    OfferFailure,
)
from acd.core.talk_events import (
    AgentConsulted,
    CallResumed,
    CallTransferred,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnd,
    TransferEnded,
)
from acd.core.talk_flow import TalkFlow
from acd.core.transfer_flow import refusal_of
from acd.core.transfers import Target, TransferKind, TransferResult

OfAConsult: TypeAlias = ColleagueAnswered | ConsultEnded | CallerHandedOver | AllTogether | AgentLeft

HANDED_OVER_WITHIN: Duration = 5_000
"""How long it may be open whether a caller has reached the colleague when the two agents are parted."""


class ConsultFlow:
    """The router's hands for agents who ask each other."""

    def __init__(self, floor: Floor, talk_flow: TalkFlow, offer_flow: OfferFlow) -> None:
        self._floor = floor
        self._talk_flow = talk_flow
        self._offer_flow = offer_flow

    def refusal(self, request: ConsultAgent | CompleteTransfer | StartConference, call: Call) -> str | None:
        """Why this cannot be done now; None if it can."""
        if isinstance(request, ConsultAgent):
            return self._refusal_to_ask(request, call)
        consult, to_take = call.consult, isinstance(request, CompleteTransfer)
        if consult is None or not consult.answered or consult.parted:
            return f"there is no colleague who could {'take the caller' if to_take else 'join you'}"
        if to_take:
            gone = consult.agent not in self._floor.memory.policy.agents
            return "your colleague is not in the settings any more" if gone else None
        return None if consult.together_since is None else "all of you talk together already"

    def _refusal_to_ask(self, request: ConsultAgent, call: Call) -> str | None:
        if call.consult is not None:
            return "you are asking a colleague already"
        if call.held_since is None:
            return "put the caller on hold first"
        return refusal_of(self._floor.memory, request.colleague, request.agent)

    def begin(self, request: ConsultAgent, call: Call, now: Instant) -> None:
        """Reserve the colleague and have him rung."""
        assert call.lane is not None
        memory, ring_for = self._floor.memory, self._floor.lane_of(call).ring_for
        desk, offer = memory.desks[request.colleague], self._floor.next_offer()
        call.consult = Consult(desk.agent, offer)
        desk.call, desk.offer = call.id, offer
        self._floor.change(desk, AgentState.CONSULTED, now, until=now + self._longest(call))
        self._floor.say(AgentConsulted(call.id, offer, desk.agent, request.agent, call.lane))
        phone = memory.policy.agents[desk.agent].phone
        self._floor.order(RingColleague(call.id, desk.agent, phone, offer, ring_for))

    def grant(self, request: CompleteTransfer | StartConference, call: Call) -> None:
        """Have the caller handed over, or all three joined; whom all three hear already, his agent only leaves."""
        assert call.consult is not None
        if isinstance(request, StartConference):
            self._floor.order(BringTogether(call.id))
        elif call.consult.together_since is not None:
            self._floor.order(LetGo(call.id, colleague=False))
        else:
            phone = self._floor.memory.policy.agents[call.consult.agent].phone
            call.consult = replace(call.consult, handing_over=True)
            self._floor.order(HandOver(call.id, phone, call.consult.offer))

    def hear(self, call: Call, event: OfAConsult, now: Instant) -> bool:
        """Let a fact have its effect; False if it does not fit."""
        consult = call.consult
        if call.state is not CallState.TALKING:
            return False
        if isinstance(event, AgentLeft) and event.offer == call.offer and consult is not None and consult.answered:
            self._hand_over(call, consult, now)
            return True
        if consult is None or consult.offer != event.offer:
            if isinstance(event, CallerHandedOver | AgentLeft) and event.offer != call.offer:
                # To somebody who is not asked any more, as we believed; a survey will say so.
                self._floor.order(SurveySwitch())
            return False
        if not self._hear(call, consult, event, now):
            return False
        if call.consult is None or not call.consult.handing_over:
            call.moving_at = None
        call.changed_at = call.contestable_at = now
        return True

    def _hear(self, call: Call, consult: Consult, event: OfAConsult, now: Instant) -> bool:
        """The same for what is said of the colleague who is asked."""
        match event:
            case ColleagueAnswered():
                return self._answer(call, consult)
            case AllTogether():
                return self._begin_conference(call, consult, now)
            case ConsultEnded() if consult.parted:
                return False
            case ConsultEnded() if consult.handing_over:
                # Because the caller comes to him, or because he hung up before: the one is heard of, or the other.
                call.consult = replace(consult, parted=True)
                self._floor.set_until(self._floor.memory.desks[consult.agent], now + HANDED_OVER_WITHIN)
            case ConsultEnded(cause=cause):
                self._end(call, cause, now)
            case AgentLeft():
                self._end(call, None, now)
            case CallerHandedOver():
                self._hand_over(call, consult, now)
        return True

    def _answer(self, call: Call, consult: Consult) -> bool:
        if consult.answered:
            return False
        call.consult = replace(consult, answered=True)
        self._floor.set_until(self._floor.memory.desks[consult.agent], None)
        self._floor.say(ConsultAnswered(call.id, consult.offer, consult.agent, call.agent))
        self._floor.tell(self._floor.memory.desks[consult.agent])
        return True

    def _begin_conference(self, call: Call, consult: Consult, now: Instant) -> bool:
        if consult.together_since is not None:
            return False
        assert call.lane is not None
        call.consult = Consult(consult.agent, consult.offer, answered=True, together_since=now)
        self._floor.set_until(self._floor.memory.desks[consult.agent], None)
        if call.held_since is not None:
            held, call.held_since = now - call.held_since, None
            call.held += held
            self._floor.say(CallResumed(call.id, call.agent, call.lane, held))
        self._floor.say(ConferenceStarted(call.id, consult.offer, consult.agent, call.agent, call.lane))
        self._floor.tell(self._floor.memory.desks[consult.agent])
        return True

    def give_up(self, call: Call, now: Instant) -> None:
        """Neither an answer nor its end was heard of in time."""
        self._end(call, OfferFailure.FAILED, now)

    def go_on(self, call: Call, desk: Desk, now: Instant) -> None:
        """The switch is there again: his phone may ring no longer than it might have at first."""
        if call.consult is not None and call.consult.parted:
            self._floor.set_until(desk, now + HANDED_OVER_WITHIN)
        elif call.consult is not None and not call.consult.answered:
            self._floor.set_until(desk, now + self._longest(call))

    def _longest(self, call: Call) -> Duration:
        """How long it may take until it is known whether a colleague answers."""
        policy = self._floor.memory.policy
        return policy.arrival_limit + self._floor.lane_of(call).ring_for + policy.ring_grace

    def not_handed_over(self, call: Call, now: Instant) -> None:
        """The switch could not hand the caller over; perhaps because his agent's colleague is gone."""
        consult = call.consult
        if consult is None or not consult.handing_over:
            return
        call.consult = replace(consult, handing_over=False)
        if consult.parted:
            self._end(call, None, now)

    def _end(self, call: Call, cause: OfferFailure | None, now: Instant) -> None:
        assert call.consult is not None
        answered = call.consult.answered
        desk = self._talk_flow.end_consult(call, ConsultEnd.OVER if answered else ConsultEnd.NOT_ANSWERED)
        assert desk is not None
        if answered or cause is None:
            self._floor.free(desk, now)
        else:
            # Left alone for a while, as after an offer; but nobody is paused for not answering a colleague.
            cool_down = self._floor.memory.policy.cool_down.get(cause.value, 0)
            self._floor.free(desk, now, AgentState.COOLING, until=now + max(cool_down, 1), reason=cause.value)

    def _hand_over(self, call: Call, consult: Consult, now: Instant) -> None:
        """The agent's part is over, and his colleague's begins: the caller is answered once more."""
        assert call.lane is not None
        wrap_up, lane, by = self._floor.lane_of(call).wrap_up, call.lane, call.agent
        colleague = self._talk_flow.end_consult(call, ConsultEnd.HANDED_OVER)
        desk, target = self._talk_flow.close(call, now), Target(TransferKind.AGENT, consult.agent)
        call.sent_by = by
        self._floor.say(CallTransferred(call.id, by, lane, target))
        self._talk_flow.enter_again(call, lane, now)
        call.offer = consult.offer
        self._offer_flow.talk(call, consult.agent, colleague, now)
        self._floor.say(TransferEnded(call.id, by, target, TransferResult.REACHED))
        self._talk_flow.let_go(desk, wrap_up, now)
