"""What happens in talks and to callers who are sent on, by the events alone: how long on hold, and how it came out."""

from collections import Counter

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call, CallState
from acd.core.events import CallAnswered, CallClosed, Event, TalkFinished
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, OfferId
from acd.core.switch_events import PhoneState
from acd.core.talk_events import (
    AgentConsulted,
    CallHeld,
    CallResumed,
    CallTransferred,
    ConferenceStarted,
    ConsultAnswered,
    ConsultOver,
    HandRaised,
    TransferEnded,
)
from acd.core.transfers import Target, TransferKind, TransferResult


class TalkRecords:
    """All talks; each assertion is a sentence that no history may break."""

    def __init__(self) -> None:
        self.talking: dict[CallId, AgentId | None] = {}
        self.offers: dict[CallId, OfferId] = {}
        """Which offer led to each caller's last talk."""
        self.held_since: dict[CallId, Instant] = {}
        self.held: Counter[CallId] = Counter()
        self.consults: dict[CallId, AgentConsulted] = {}
        self.together: set[CallId] = set()
        """Who talks with two agents."""
        self.on_the_way: dict[CallId, CallTransferred] = {}
        self.hands: dict[AgentId, CallId] = {}

    def enter(self, event: Event, now: Instant) -> None:
        """Write one event down."""
        match event:
            case CallAnswered(call, offer, agent):
                self.talking[call], self.offers[call] = agent, offer
            case CallHeld(call, agent):
                assert self.talking[call] == agent, f"{call} is on hold without a talk"
                assert call not in self.held_since, f"{call} was put on hold twice"
                self.held_since[call] = now
                self.together.discard(call)
            case CallResumed(call, agent, held=held):
                assert self.talking[call] == agent
                assert held == now - self.held_since.pop(call)
                self.held[call] += held
            case TalkFinished(call, agent):
                assert self.talking.pop(call) == agent
                since = self.held_since.pop(call, now)
                assert event.held == self.held.pop(call, 0) + now - since, f"{call}'s time on hold"
                assert event.held <= event.talked
            case HandRaised(agent, call, raised):
                assert (agent in self.hands) is not raised, f"{agent} raised his hand twice"
                if raised:
                    assert self.talking[call] == agent
                    self.hands[agent] = call
                else:
                    assert self.hands.pop(agent) == call
            case _:
                self._enter_consult(event)
                self._enter_transfer(event)

    def _enter_consult(self, event: Event) -> None:
        match event:
            case AgentConsulted(call, offer, agent, by):
                assert self.talking[call] == by
                assert call in self.held_since, f"{by} asks {agent} and the caller is not on hold"
                assert call not in self.consults, f"{by} asks two at once"
                assert agent not in self.talking.values()
                assert agent not in [each.agent for each in self.consults.values()], f"{agent} is asked by two"
                self.consults[call] = event
            case ConsultAnswered(call, offer, agent):
                assert (self.consults[call].offer, self.consults[call].agent) == (offer, agent)
            case ConferenceStarted(call, offer, agent):
                assert (self.consults[call].offer, self.consults[call].agent) == (offer, agent)
                assert call not in self.held_since, f"{call} is on hold and talks with two agents"
                self.together.add(call)
            case ConsultOver(call, offer, agent):
                self.together.discard(call)
                assert (self.consults[call].offer, self.consults.pop(call).agent) == (offer, agent)
            case _:
                pass

    def _enter_transfer(self, event: Event) -> None:
        match event:
            case CallTransferred(call):
                assert call not in self.talking, f"{call} was sent on and talks"
                assert call not in self.on_the_way, f"{call} was sent on twice at once"
                self.on_the_way[call] = event
            case TransferEnded(call, agent, target, result):
                sent = self.on_the_way.pop(call)
                assert (sent.agent, sent.target) == (agent, target)
                lane = target.kind is TransferKind.LANE
                assert not lane or result is TransferResult.REACHED, "who is sent to a lane is in it at once"
            case CallClosed(call):
                assert call not in self.on_the_way, f"nobody heard how the transfer of {call} came out"
            case _:
                pass

    def agree(self, memory: Memory) -> None:
        """The memory says the same, and whoever is on his way is somewhere."""
        for call in memory.calls.values():
            assert call.held_since == self.held_since.get(call.id)
            consult = self.consults.get(call.id)
            assert (None if call.consult is None else call.consult.agent) == (consult and consult.agent)
            together = call.id in self.together
            assert together == (call.consult is not None and call.consult.together_since is not None)
            assert call.consult is None or (call.held_since is None) is together
            if call.consult is not None:
                desk = memory.desks[call.consult.agent]
                assert (desk.state, desk.call) == (AgentState.CONSULTED, call.id), f"{call.id}: {desk.state}"
            assert call.state is CallState.TALKING or (call.held_since, call.held, call.moving_at) == (None, 0, None)
            sent = self.on_the_way.get(call.id)
            assert call.transfer == (None if sent is None else sent.target)
            if sent is not None and sent.target.kind is TransferKind.AGENT:
                assert call.state is CallState.OFFERED, f"{call.id} was sent to an agent and is {call.state}"
                assert call.agent in (None, sent.target.to)
            elif sent is not None:
                assert call.state is CallState.TRANSFERRED
            assert call.sent_to is None or call.state is CallState.OFFERED
        assert self.held_since.keys() | self.hands.keys() <= memory.calls.keys() | memory.desks.keys()
        for desk in memory.desks.values():
            assert (desk.hand_since is not None) == (desk.agent in self.hands)
            assert desk.hand_since is None or desk.state is AgentState.TALKING


class Sent:
    """To whom callers were sent on last, and so who may be offered them whatever their lanes ask for."""

    def __init__(self) -> None:
        self._sent: dict[CallId, CallTransferred] = {}

    def hear(self, event: Event) -> None:
        match event:
            case CallTransferred(call):
                self._sent[call] = event
            case CallClosed(call):
                self._sent.pop(call, None)
            case _:
                pass

    def offering(self, call: Call, desk: Desk, phone: PhoneState) -> None:
        """He is offered to the one whom he was sent to, or else to who had sent him."""
        assert phone is PhoneState.FREE, f"{desk.agent}'s phone is not free"
        sent = self._sent[call.id]
        back = desk.agent == sent.agent
        assert call.sent_to == desk.agent
        assert call.state is CallState.WAITING
        assert back or sent.target == Target(TransferKind.AGENT, desk.agent), f"{call.id} was sent to {sent.target}"
        assert desk.state is AgentState.READY or (back and desk.state is AgentState.WRAP_UP)
