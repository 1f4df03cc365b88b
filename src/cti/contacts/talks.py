"""What the core's events say of contacts: who began to talk with whom, who ceased, who proved to be which customer.

Pure, and the same for events that happen now and for those that a journal tells again: each fact can be taken twice
and changes nothing the second time. Bound: one remembered offer for each of CALLS_AT_MOST calls.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from acd.core.agents import OFFERED, ON_A_CALL, AgentState
from acd.core.caller_events import VerdictGiven
from acd.core.events import AgentChanged, AgentOffered, CallAnswered, CallClosed, Event, TalkFinished
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName
from acd.core.switch_events import Verdict
from acd.core.talk_events import TransferEnded
from acd.core.transfers import TransferKind, TransferResult
from cti.contacts.records import Direction

CALLS_AT_MOST = 10_000
DIALLED = "out-"
"""How the name of a call begins that an agent has dialled; see acd.core.dial_flow."""

AT_WORK_ON_IT = (ON_A_CALL - OFFERED) | {AgentState.WRAP_UP}
"""States of an agent who is not done with his last contact."""

_TELLING = frozenset({Verdict.VERIFIED, Verdict.WRONG, Verdict.LOCKED})
"""Verdicts after which it is known, or no longer known, who is on the line."""

OfferOf: TypeAlias = Callable[[AgentId], AgentOffered | None]
"""The call that an agent holds, by the core's memory."""


@dataclass(frozen=True, slots=True)
class TalkBegan:
    """An agent and a caller talk."""

    call: CallId
    agent: AgentId
    lane: LaneName
    at: Instant
    number: str = ""
    customer: str = ""
    """Whom he has proved to be; empty for nobody."""
    direction: Direction = Direction.INBOUND


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """They do no longer."""

    call: CallId
    agent: AgentId
    at: Instant
    talked: Duration


@dataclass(frozen=True, slots=True)
class CallerProved:
    """The caller on the line has proved to be this customer; empty: he is not who proved it before."""

    call: CallId
    at: Instant
    customer: str


@dataclass(frozen=True, slots=True)
class HandedOut:
    """An agent sent the caller to a number outside, and somebody answered him there."""

    call: CallId
    agent: AgentId
    at: Instant


@dataclass(frozen=True, slots=True)
class AgentMovedOn:
    """An agent does not work on his last contact any more."""

    agent: AgentId
    at: Instant


Fact: TypeAlias = TalkBegan | TalkEnded | CallerProved | HandedOut | AgentMovedOn


class Talks:
    """Turns events into facts, in their order."""

    def __init__(self) -> None:
        self._offers: dict[CallId, AgentOffered] = {}
        self._at_work: dict[AgentId, bool] = {}

    def hear(self, at: Instant, event: Event, offer_of: OfferOf) -> Iterator[Fact]:
        """What one event says. `offer_of` is asked about a talk whose offer was not heard of."""
        match event:
            case AgentOffered():
                self._remember(event)
            case CallAnswered(agent=agent) if agent is not None:
                yield self._began(at, event, agent, offer_of)
            case TalkFinished(agent=agent) if agent is not None:
                yield TalkEnded(event.call, agent, at, event.talked)
            case VerdictGiven() if event.verdict in _TELLING:
                yield CallerProved(event.call, at, event.customer if event.verdict is Verdict.VERIFIED else "")
            case TransferEnded() if _reached_outside(event) and event.agent is not None:
                yield HandedOut(event.call, event.agent, at)
            case AgentChanged():
                yield from self._changed(at, event)
            case CallClosed():
                self._offers.pop(event.call, None)

    def _changed(self, at: Instant, event: AgentChanged) -> Iterator[AgentMovedOn]:
        at_work = event.state in AT_WORK_ON_IT
        # Of whom nothing was heard yet, nobody knows that he had moved on before.
        if not at_work and self._at_work.get(event.agent, True):
            yield AgentMovedOn(event.agent, at)
        self._at_work[event.agent] = at_work

    def _began(self, at: Instant, event: CallAnswered, agent: AgentId, offer_of: OfferOf) -> TalkBegan:
        offer = self._offers.get(event.call)
        if offer is None or offer.agent != agent:
            offer = offer_of(agent)
        if offer is None or offer.call != event.call:
            return TalkBegan(event.call, agent, event.lane, at)
        customer = offer.customer if offer.verified else ""
        return TalkBegan(event.call, agent, event.lane, at, offer.number, customer, _direction_of(offer))

    def _remember(self, offer: AgentOffered) -> None:
        self._offers[offer.call] = offer
        if len(self._offers) > CALLS_AT_MOST:
            del self._offers[next(iter(self._offers))]


def _direction_of(offer: AgentOffered) -> Direction:
    if offer.call.startswith(DIALLED):
        return Direction.OUTBOUND
    return Direction.CALLBACK if offer.callback else Direction.INBOUND


def _reached_outside(event: TransferEnded) -> bool:
    return event.target.kind is TransferKind.NUMBER and event.result is TransferResult.REACHED
