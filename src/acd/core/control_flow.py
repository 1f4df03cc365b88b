"""What an agent asks for in the middle of a talk: the PIN, hold, his own hanging up, a transfer, a raised hand.

A request becomes one order, and takes effect when the switch says that it has. Until then, or until so much time has
passed that the order must be lost, nothing else is asked of the same talk: two orders at once would cross each other.
"""

from dataclasses import replace
from typing import assert_never

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call, CallState
from acd.core.consult_flow import ConsultFlow
from acd.core.events import RequestRefused
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.orders import AskCaller, HangUpAgent, JoinAgain, LetGo, PutOnHold, SendCaller
from acd.core.requests import (
    AskForPin,
    CompleteTransfer,
    ConsultAgent,
    EndTalk,
    HoldCaller,
    RaiseHand,
    ResumeCaller,
    StartConference,
    TalkRequest,
    TransferCaller,
)
from acd.core.switch_events import CallerHeld, CallerResumed, OrderFailed
from acd.core.talk_events import CallHeld, CallResumed, ConsultEnd, ControlFailed, HandRaised
from acd.core.talk_flow import TalkFlow
from acd.core.transfer_flow import TransferFlow

ASKED_FOR_AT_MOST: Duration = 180_000
"""How long a caller may take to key his PIN; if no verdict is heard of by then, he may be asked again."""

MOVED_WITHIN: Duration = 5_000
"""How long an order that moves who talks may be on its way; after that it is taken to be lost."""


class ControlFlow:
    """The router's hands for what agents do with their talks."""

    def __init__(
        self, floor: Floor, talk_flow: TalkFlow, transfer_flow: TransferFlow, consult_flow: ConsultFlow
    ) -> None:
        self._floor = floor
        self._talk_flow = talk_flow
        self._transfer_flow = transfer_flow
        self._consult_flow = consult_flow

    def take(self, request: TalkRequest, now: Instant) -> None:
        """Grant what an agent asks for who talks, or refuse it with a reason for his screen."""
        desk = self._floor.memory.desks.get(request.agent)
        call = None if desk is None or desk.call is None else self._floor.memory.calls.get(desk.call)
        if isinstance(request, EndTalk) and desk is not None and call is not None and self._leaves(desk, call, now):
            return
        if desk is None or call is None or desk.state is not AgentState.TALKING or call.language is None:
            self._refuse(request, "there is no caller to ask" if isinstance(request, AskForPin) else NOBODY_THERE)
            return
        if isinstance(request, RaiseHand):
            self._raise_hand(request, desk, call, now)
            return
        refusal = self._refusal(request, call, now)
        if refusal is not None:
            self._refuse(request, refusal)
            return
        self._grant(request, call, now)

    def _refusal(self, request: TalkRequest, call: Call, now: Instant) -> str | None:  # noqa: PLR0911  # One for each.
        """Why this cannot be done with the caller now; None if it can."""
        busy = self._busy(request, call, now)
        if busy is not None:
            return busy
        held = call.held_since is not None
        together = call.consult is not None and call.consult.together_since is not None
        match request:
            case HoldCaller() | AskForPin() if together:
                return "your colleague talks with you both; let him go first"
            case ResumeCaller() if together:
                return None
            case HoldCaller() if held:
                return "the caller is on hold already"
            case ResumeCaller() if not held:
                return "nobody is on hold"
            case AskForPin() | EndTalk() if held:
                return "the caller is on hold; take him back first"
            case TransferCaller() if call.consult is not None:
                return "hand the caller over to your colleague, or take him back first"
            case TransferCaller():
                return self._transfer_flow.refusal(request, call, now)
            case ConsultAgent() | CompleteTransfer() | StartConference():
                return self._consult_flow.refusal(request, call)
            case _:
                return None

    def _busy(self, request: TalkRequest, call: Call, now: Instant) -> str | None:
        """Why nothing can be done with the caller at the moment."""
        if not self._floor.memory.switch_ready:
            return "the telephone switch cannot be reached at the moment"
        if call.asked_at is not None and now - call.asked_at < ASKED_FOR_AT_MOST:
            return "the caller is being asked already" if isinstance(request, AskForPin) else "the caller keys his PIN"
        if call.moving_at is not None and now - call.moving_at < MOVED_WITHIN:
            return "one thing after the other: what was asked for before is not done yet"
        return None

    def _grant(self, request: TalkRequest, call: Call, now: Instant) -> None:
        assert call.language is not None
        language = self._floor.matching.rules.language_of(call)
        together = call.consult is not None and call.consult.together_since is not None
        match request:
            case AskForPin():
                call.asked_at = now
                self._floor.order(AskCaller(call.id, language))
                return
            case HoldCaller():
                self._floor.order(PutOnHold(call.id))
            case ResumeCaller() | EndTalk() if together:
                self._floor.order(LetGo(call.id, colleague=isinstance(request, ResumeCaller)))
            case ResumeCaller():
                self._floor.order(JoinAgain(call.id))
            case EndTalk():
                self._floor.order(HangUpAgent(call.id))
            case TransferCaller():
                call.moving_to = request.target
                self._floor.order(SendCaller(call.id, request.target, language))
            case ConsultAgent():
                self._consult_flow.begin(request, call, now)
                return
            case CompleteTransfer() | StartConference():
                self._consult_flow.grant(request, call)
            case RaiseHand():
                return
            case _:
                assert_never(request)
        call.moving_at = now

    def _leaves(self, desk: Desk, call: Call, now: Instant) -> bool:
        """A colleague who is asked hangs up by his page; False for anybody else, who is not served by this."""
        if desk.state is not AgentState.CONSULTED or call.consult is None or not call.consult.answered:
            return False
        refusal = self._busy(EndTalk(desk.agent), call, now)
        if refusal is not None:
            self._refuse(EndTalk(desk.agent), refusal)
        else:
            self._floor.order(LetGo(call.id, colleague=True))
            call.moving_at = now
        return True

    def _raise_hand(self, request: RaiseHand, desk: Desk, call: Call, now: Instant) -> None:
        if (desk.hand_since is not None) is request.raised:
            # Pressed twice; it is as he wants it to be.
            return
        desk.hand_since = now if request.raised else None
        self._floor.say(HandRaised(desk.agent, call.id, request.raised))

    def _refuse(self, request: TalkRequest, reason: str) -> None:
        self._floor.say(RequestRefused(type(request).__name__, request.agent, reason))

    # What the switch says of it

    def hear(self, call: Call, event: CallerHeld | CallerResumed | OrderFailed, now: Instant) -> bool:
        """Let a fact about a talk have its effect; False if it does not fit."""
        if call.state is not CallState.TALKING or call.lane is None:
            return False
        match event:
            case CallerHeld() if call.held_since is None:
                call.held_since = now
                if call.consult is not None:
                    call.consult = replace(call.consult, together_since=None)
                self._floor.say(CallHeld(call.id, call.agent, call.lane))
            case CallerHeld() if call.consult is not None and call.consult.handing_over:
                # His agent's colleague was gone before he came.
                self._floor.say(ControlFailed(call.id, call.agent))
                self._consult_flow.not_handed_over(call, now)
            case CallerResumed() if call.held_since is not None or call.consult is not None:
                colleague = self._talk_flow.end_consult(call, ConsultEnd.OVER)
                if call.held_since is not None:
                    held, call.held_since = now - call.held_since, None
                    call.held += held
                    self._floor.say(CallResumed(call.id, call.agent, call.lane, held))
                if colleague is not None:
                    self._floor.free(colleague, now)
            case OrderFailed() if call.moving_at is not None:
                self._floor.say(ControlFailed(call.id, call.agent))
                self._consult_flow.not_handed_over(call, now)
            case _:
                return False
        call.moving_at = call.moving_to = None
        call.changed_at = call.contestable_at = now
        return True


NOBODY_THERE = "you talk with nobody"
