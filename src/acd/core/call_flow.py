"""One call's way through the hotline: what each fact from the switch does to it, to its agent and to the books."""

from typing import TypeAlias

from acd.core.adverts import begin_advert, end_advert
from acd.core.agents import Desk
from acd.core.callback_flow import CallbackFlow
from acd.core.calls import IN_LANE, OFF_THE_LINE, STAGE_OF, Call, CallState
from acd.core.consult_flow import ConsultFlow
from acd.core.control_flow import ControlFlow
from acd.core.dial_flow import DialFlow
from acd.core.events import RESULT_OF, CallAppeared, CallClosed, CallResult, EventIgnored, OfferEnd
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.language.facts import CallFacts
from acd.core.names import CallId
from acd.core.offer_flow import OfferFlow
from acd.core.reconcile import DiversionLost, LaneFound, Missed, TalkFound
from acd.core.requests import DialNumber, TalkRequest
from acd.core.switch_events import (
    AdvertLeft,
    AgentLeft,
    AllTogether,
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallerSent,
    CallerVerified,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    MessageLeft,
    NumberAnswered,
    OfferAnswered,
    OfferFailed,
    OfferReached,
    OrderFailed,
    SurveyTaken,
    TalkEnded,
)
from acd.core.talk_flow import TalkFlow
from acd.core.transfer_flow import TransferFlow
from acd.core.transfers import TransferResult
from acd.core.wait_flow import WaitFlow

OfATalk: TypeAlias = CallerHeld | CallerResumed | CallerSent | NumberAnswered | CallerVerified | SurveyTaken

ECHO_LIMIT: Duration = 10_000
"""How long after its end a call may still be heard of: a late event, or a survey that lists a dying channel."""


class CallFlow:
    """The router's hands for everything the switch says about one call."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.wait_flow = WaitFlow(floor)
        self.callback_flow = CallbackFlow(floor, self.wait_flow)
        self.wait_flow.start(self.callback_flow)
        self._offer_flow = OfferFlow(floor, self.wait_flow, self.callback_flow)
        self._talk_flow = TalkFlow(floor, self.wait_flow)
        self._transfer_flow = TransferFlow(floor, self.wait_flow, self._talk_flow)
        self.wait_flow.bring_back = self._transfer_flow.bring_back
        self._consult_flow = ConsultFlow(floor, self._talk_flow, self._offer_flow)
        self._control_flow = ControlFlow(floor, self._talk_flow, self._transfer_flow, self._consult_flow)
        self._dial_flow = DialFlow(floor, self.callback_flow)
        self._calls = floor.memory.calls

    def take(self, event: CallEvent | TalkRequest | DialNumber, now: Instant) -> None:
        """Apply one fact from the switch, or what an agent asks for to be done with a call.

        A fact that does not fit the call's state is ignored with its reason.
        """
        if isinstance(event, TalkRequest):
            self._control_flow.take(event, now)
        elif isinstance(event, DialNumber):
            self._dial_flow.take(event, now)
        elif self.has_ended(event.call, now):
            self._ignore(event, "the call has ended")
        elif not self.apply(event, now):
            call = self._calls.get(event.call)
            self._ignore(event, "unknown call" if call is None else f"the call is {call.state}")

    def apply(self, event: Missed, now: Instant) -> bool:
        """Let one fact have its effect; False if it does not fit the call's state and so had none."""
        call = self._calls.get(event.call)
        if isinstance(event, CallArrived | CallStartedWaiting) and (call is None or call.state not in OFF_THE_LINE):
            return self._come(call, event, now)
        if call is None:
            return False
        if call.state in OFF_THE_LINE:
            heard = self.callback_flow.hear(call, event, now)
            if heard or call.state in OFF_THE_LINE:
                return heard
        return self._hear(call, event, now)

    def _hear(self, call: Call, event: Missed, now: Instant) -> bool:
        """The same for a caller who is on the line."""
        match event:
            case OrderFailed(offer=None) if call.state is CallState.TALKING:
                fits = self._control_flow.hear(call, event, now)
            case OfferReached() | OfferAnswered() | OfferFailed() | OrderFailed() | TalkFound():
                fits = self._offer_flow.hear(call, event, now)
            case CallDiverted() | DiversionLost() | CallbackAccepted() | MessageLeft():
                fits = self._hear_of_diversion(call, event, now)
            case ColleagueAnswered() | ConsultEnded() | CallerHandedOver() | AllTogether() | AgentLeft():
                fits = self._consult_flow.hear(call, event, now)
            case CallerHeld() | CallerResumed() | CallerSent() | NumberAnswered() | CallerVerified() | SurveyTaken():
                fits = self._hear_of_talk(call, event, now)
            case AdvertLeft():
                fits = end_advert(self._floor, call, now, left=True)
            case TalkEnded() | CallFellBack() | CallEnded():
                fits = self._leave(call, event, now)
            case LaneFound() if call.state is CallState.IN_MENU:
                self._enter_lane(call, event.entered, now)
                call.move(CallState.WAITING, now)
                fits = True
            case CallArrived() | CallStartedWaiting() | CallbackFailed() | LaneFound():
                fits = False
        return fits

    def _hear_of_talk(self, call: Call, event: OfATalk, now: Instant) -> bool:
        match event:
            case CallerHeld() | CallerResumed():
                return self._control_flow.hear(call, event, now)
            case CallerSent() | NumberAnswered():
                return self._transfer_flow.hear(call, event, now)
            case CallerVerified():
                return self._talk_flow.verify(call, event)
            case SurveyTaken():
                return self._talk_flow.take_survey(call, event, now)

    def has_ended(self, call: CallId, at: Instant) -> bool:
        """Whether the call ended shortly before `at`, so that what the switch says of it then is an echo."""
        ended_at = None if call in self._calls else self._floor.memory.ended.get(call)
        return ended_at is not None and at - ended_at <= ECHO_LIMIT

    def _ignore(self, event: CallEvent, reason: str) -> None:
        self._floor.say(EventIgnored(type(event).__name__, event.call, reason))

    def give_up_arrival(self, desk: Desk, now: Instant) -> None:
        """The order to ring this agent's phone led nowhere in time."""
        self._offer_flow.give_up_arrival(desk, now)

    def give_up_consult(self, desk: Desk, now: Instant) -> None:
        """Nothing was heard in time of whether this agent answered a colleague."""
        assert desk.call is not None
        self._consult_flow.give_up(self._calls[desk.call], now)

    def go_on_consulting(self, desk: Desk, now: Instant) -> None:
        """The switch is there again: what is open about this agent, whom a colleague asks, must end some time."""
        assert desk.call is not None
        self._consult_flow.go_on(self._calls[desk.call], desk, now)

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
            self.wait_flow.let_in(call, now, event.wish)
            return True
        if call.state is CallState.TALKING:
            target = self._transfer_flow.was_sent(call, event)
            if target is not None:
                self._transfer_flow.send(call, target, now)
            else:
                self._talk_flow.come_back(call, now)
            return True
        if call.state is CallState.TRANSFERRED:
            self._transfer_flow.come_back(call, now)
            return True
        if call.state is CallState.OFFERED and call.agent is None:
            self.wait_flow.wait_again(call, now)
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
        self.callback_flow.caller_is_back(call, now)
        return call

    def _enter_lane(self, call: Call, event: CallStartedWaiting, now: Instant) -> None:
        policy = self._floor.memory.policy
        lane = event.lane if event.lane in policy.lanes else policy.default_lane
        call.language = event.language if event.language in policy.languages else policy.default_language
        call.facts = CallFacts(call.language, event.tier, call.dialled, event.verified, event.menu)
        call.manager, call.customer = event.manager, event.customer
        # Nobody has waited longer than he has been on the line, whatever his channel says.
        entered_at = min(max(event.entered_at, call.arrived_at), now)
        self.wait_flow.count_in(call, lane, entered_at, since=entered_at)
        if event.advert:
            begin_advert(self._floor, call, event.advert, now, accepted=event.advert_accepted)

    # Diversions

    def _hear_of_diversion(
        self, call: Call, event: CallDiverted | DiversionLost | CallbackAccepted | MessageLeft, now: Instant
    ) -> bool:
        match event:
            case CallbackAccepted():
                return self.wait_flow.accept_callback(call, event.number, now)
            case MessageLeft():
                return call.state is CallState.DIVERTED and self.callback_flow.leave_message(call, now)
            case CallDiverted() if call.state is CallState.DIVERTED:
                call.changed_at = call.contestable_at = now
            case CallDiverted() if call.state is CallState.WAITING:
                # We sent nobody there; an older process did, and its journal is lost.
                self.wait_flow.stop_waiting(call)
                self.wait_flow.leaving.find_diverted(call, now)
            case DiversionLost() if call.state is CallState.DIVERTED:
                self.wait_flow.leaving.divert(call, now)
            case _:
                return False
        return True

    # The ways out

    def _leave(self, call: Call, event: TalkEnded | CallFellBack | CallEnded, now: Instant) -> bool:
        match event:
            case TalkEnded() if call.state is CallState.TALKING:
                call.move(CallState.AFTER_TALK, now)
                self._talk_flow.finish(call, now)
            case CallFellBack() if call.state is CallState.IN_MENU or call.state in IN_LANE:
                self._fall_back(call, now)
            case CallEnded():
                self._end(call, now, served=event.served)
            case _:
                return False
        return True

    def _fall_back(self, call: Call, now: Instant) -> None:
        desk = None
        if call.state is CallState.IN_MENU:
            policy = self._floor.memory.policy
            call.language = policy.default_language
            call.facts = CallFacts(call.language, dialled=call.dialled)
            self.wait_flow.count_in(call, policy.default_lane, call.arrived_at, now)
        elif call.state is CallState.WAITING:
            self.wait_flow.stop_waiting(call)
        else:
            desk = self._floor.take_back(call, OfferEnd.FAILED)
        self._transfer_flow.end(call, TransferResult.FELL_BACK)
        end_advert(self._floor, call, now)
        self._floor.counts_of(call).fell_back += 1
        self._floor.count_recent(call, now, in_time=False)
        call.move(CallState.FALLEN_BACK, now)
        if desk is not None:
            self._floor.free(desk, now)

    def _end(self, call: Call, now: Instant, *, served: bool) -> None:
        self._forget(call, now)
        agent, desk = call.agent, None
        result = CallResult.SERVED_IN_MENU if served and call.lane is None else self._result_of(call, now)
        end_advert(self._floor, call, now)
        if call.state is CallState.WAITING:
            self.wait_flow.stop_waiting(call)
        elif call.state is CallState.OFFERED:
            desk = self._floor.take_back(call, OfferEnd.CALLER_HUNG_UP)
        if call.state in IN_LANE:
            counts = self._floor.counts_of(call)
            counts.abandoned += result is CallResult.ABANDONED
            counts.short_abandoned += result is CallResult.SHORT_ABANDONED
            if result is CallResult.ABANDONED:
                self._floor.count_recent(call, now, in_time=False)
        if call.state is CallState.TALKING:
            self._talk_flow.finish(call, now)
        self._transfer_flow.end(call, TransferResult.HUNG_UP)
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
        self.callback_flow.caller_has_left(call, now)

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
            case CallState.TALKING | CallState.AFTER_TALK | CallState.TRANSFERRED:
                return CallResult.ANSWERED
            case CallState.AWAY | CallState.CALLED:
                return CallResult.UNREACHED
            case CallState.WAITING | CallState.OFFERED:
                assert call.entered_at is not None
                short = now - call.entered_at < self._floor.memory.policy.short_abandon
                return CallResult.SHORT_ABANDONED if short else CallResult.ABANDONED
