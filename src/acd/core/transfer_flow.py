"""A caller is sent on by his agent to a lane, another agent or a number outside; and comes back if nobody answers.

It is the caller who is moved, never the agent, and the caller who owns his way back: whatever goes wrong, he waits in
a lane, at the place that he has had since he first came. Who had sent him is offered him first, if he is still there.
"""

from dataclasses import replace

from acd.core.agents import AgentState
from acd.core.calls import Call, CallState
from acd.core.events import LeaveReason
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, LaneName
from acd.core.requests import TransferCaller
from acd.core.switch_events import CallerSent, CallStartedWaiting, NumberAnswered, PhoneState
from acd.core.talk_events import CallTransferred, TransferEnded
from acd.core.talk_flow import TalkFlow
from acd.core.transfers import Target, TransferKind, TransferResult
from acd.core.wait_flow import WaitFlow

TURNED_AWAY = {
    LeaveReason.CLOSED: "the lane is closed",
    LeaveReason.FULL: "the lane is full",
    LeaveReason.UNSTAFFED: "nobody is there who could serve the caller",
    LeaveReason.EMERGENCY: "the lane's emergency switch is on",
}
"""What an agent is told who would send a caller to a lane that lets nobody in."""

THERE = frozenset({AgentState.READY, AgentState.WRAP_UP})
"""States of an agent to whom a caller can come back; his notes on this very caller are not finished."""


def refusal_of(memory: Memory, agent: AgentId, by: AgentId) -> str | None:
    """Why this agent cannot be sent, or asked, anything by that one; None if he can."""
    desk = memory.desks.get(agent)
    if desk is None or agent not in memory.policy.agents:
        return "there is no such agent"
    if agent == by:
        return "that is you"
    return None if desk.state is AgentState.READY else f"{agent} is not ready"


class TransferFlow:
    """The router's hands for transfers."""

    def __init__(self, floor: Floor, wait_flow: WaitFlow, talk_flow: TalkFlow) -> None:
        self._floor = floor
        self._wait_flow = wait_flow
        self._talk_flow = talk_flow

    def refusal(self, request: TransferCaller, call: Call, now: Instant) -> str | None:
        """Why the caller cannot be sent there; None if he can."""
        memory, to = self._floor.memory, request.target.to
        match request.target.kind:
            case TransferKind.LANE:
                if to not in memory.policy.lanes:
                    return "there is no such lane"
                # As somebody who comes to that lane now, and has not only just dialled.
                door = self._wait_flow.leaving.turned_away(replace(call, lane=LaneName(to), moves=1), now)
                return None if door is None else TURNED_AWAY[door[1]]
            case TransferKind.AGENT:
                return refusal_of(memory, AgentId(to), request.agent)
            case TransferKind.NUMBER:
                known = to in memory.policy.transfer_numbers.values()
                return None if known else "the settings name no such number"

    def hear(self, call: Call, event: CallerSent | NumberAnswered, now: Instant) -> bool:
        """Let a fact about a transfer have its effect; False if it does not fit."""
        match event:
            case CallerSent() if call.state in (CallState.TALKING, CallState.AFTER_TALK) and call.offer == event.offer:
                self.send(call, event.target, now)
            case NumberAnswered() if call.state is CallState.TRANSFERRED and call.transfer is not None:
                self.end(call, TransferResult.REACHED)
                call.changed_at = call.contestable_at = now
            case _:
                return False
        return True

    def send(self, call: Call, target: Target, now: Instant) -> None:
        """The caller has left his talk, or its end: the agent's part is over, and the target's begins."""
        assert call.lane is not None
        talked, wrap_up = call.state is CallState.TALKING, self._floor.lane_of(call).wrap_up
        desk = self._talk_flow.close(call, now) if talked else None
        call.transfer, call.sent_by = target, call.agent
        self._floor.say(CallTransferred(call.id, call.agent, call.lane, target))
        match target.kind:
            case TransferKind.NUMBER:
                call.move(CallState.TRANSFERRED, now)
            case TransferKind.LANE:
                lane = LaneName(target.to)
                self._talk_flow.enter_again(call, lane if lane in self._floor.memory.policy.lanes else call.lane, now)
                self.end(call, TransferResult.REACHED)
                self._wait_flow.wait_on(call, now)
            case TransferKind.AGENT:
                self._talk_flow.enter_again(call, call.lane, now)
                if not self._offer(call, AgentId(target.to), frozenset({AgentState.READY}), now):
                    # He is not ready any more. Who writes his notes can have the caller back at once.
                    if wrap_up > 0:
                        self._talk_flow.let_go(desk, wrap_up, now)
                        desk = None
                    if not self.bring_back(call, now):
                        self._wait_flow.wait_on(call, now)
        self._talk_flow.let_go(desk, wrap_up, now)

    def was_sent(self, call: Call, event: CallStartedWaiting) -> Target | None:
        """The lane to which a caller was sent who is found waiting, and whose leaving was not heard of."""
        target = call.moving_to
        sent = target is not None and target.kind is TransferKind.LANE and target.to == event.lane
        return target if sent else None

    def come_back(self, call: Call, now: Instant) -> None:
        """The number outside was not reached."""
        assert call.lane is not None
        self._talk_flow.enter_again(call, call.lane, now)
        if not self.bring_back(call, now):
            self._wait_flow.wait_on(call, now)

    def bring_back(self, call: Call, now: Instant) -> bool:
        """Offer a caller who waits, and stands in no line, to who had sent him in vain; False if that is not so."""
        if call.transfer is None:
            return False
        back = call.sent_by is not None and self._offer(call, call.sent_by, THERE, now)
        self.end(call, TransferResult.RETURNED if back else TransferResult.IN_LINE)
        return back

    def end(self, call: Call, result: TransferResult) -> None:
        """Say how the transfer came out, if the caller is on his way by one."""
        target, call.transfer = call.transfer, None
        if target is not None:
            self._floor.say(TransferEnded(call.id, call.sent_by, target, result))

    def _offer(self, call: Call, agent: AgentId, states: frozenset[AgentState], now: Instant) -> bool:
        memory = self._floor.memory
        desk = memory.desks.get(agent)
        if desk is None or desk.state not in states or desk.phone is not PhoneState.FREE:
            return False
        if not memory.switch_ready or agent not in memory.policy.agents:
            return False
        call.sent_to = agent
        self._floor.serve(call, desk, now)
        return True
