"""What people ask for. A request may be refused, with a reason that fits on a screen."""

from dataclasses import dataclass
from typing import TypeAlias

from acd.core.names import AgentId
from acd.core.transfers import Target


@dataclass(frozen=True, slots=True)
class LogIn:
    """An agent sat down. He is not ready before he says so."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class LogOut:
    """An agent leaves; during an offer or a call it takes effect afterwards."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class BecomeReady:
    """An agent wants calls: ends a pause, a cool-down or his wrap-up."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class PauseAgent:
    """No calls for this agent, for the reason given; during an offer or a call it takes effect afterwards."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    """An agent needs longer for his notes; granted once for each call, as far as the lane allows it."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class AskForPin:
    """An agent wants the caller he talks with to prove who he is."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class HoldCaller:
    """An agent wants the caller he talks with to hear music for a while."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class ResumeCaller:
    """An agent takes the caller back whom he had put on hold; or for himself, when a colleague talks with them."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class EndTalk:
    """An agent hangs up; what follows for the caller is what follows when the agent's phone hangs up.

    So may a colleague who is asked. When all three talk together, whoever hangs up leaves the others.
    """

    agent: AgentId


@dataclass(frozen=True, slots=True)
class TransferCaller:
    """An agent sends the caller he talks with on to somebody else, and is rid of him."""

    agent: AgentId
    target: Target


@dataclass(frozen=True, slots=True)
class ConsultAgent:
    """An agent wants to ask a colleague, while his caller is on hold. He ends it by taking the caller back."""

    agent: AgentId
    colleague: AgentId


@dataclass(frozen=True, slots=True)
class CompleteTransfer:
    """An agent hands his caller over to the colleague with whom he talks; or leaves the two, if all talk together."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class StartConference:
    """An agent wants the caller, the colleague with whom he talks and himself to hear each other."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class RaiseHand:
    """An agent wants a supervisor to look at his talk, or no longer; the hand falls when the talk is over."""

    agent: AgentId
    raised: bool


TalkRequest: TypeAlias = (
    AskForPin
    | HoldCaller
    | ResumeCaller
    | EndTalk
    | TransferCaller
    | ConsultAgent
    | CompleteTransfer
    | StartConference
    | RaiseHand
)
"""What an agent asks for who talks with a caller."""


@dataclass(frozen=True, slots=True)
class DialNumber:
    """An agent wants to talk with a customer who is not on the line: he is called at once, for this agent alone."""

    agent: AgentId
    number: str


DeskRequest: TypeAlias = ExtendWrapUp | LogIn | LogOut | BecomeReady | PauseAgent
"""What is asked of an agent's desk."""

Request: TypeAlias = TalkRequest | DialNumber | DeskRequest
