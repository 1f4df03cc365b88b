"""What the switch must do. Orders go there and nowhere else; none is ever sent twice."""

from dataclasses import dataclass
from typing import TypeAlias

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.outcomes import Outcome
from acd.core.transfers import Target


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Move the caller from the music to where this phone is rung."""

    call: CallId
    agent: AgentId
    phone: PhoneName
    offer: OfferId
    ring_for: Duration


@dataclass(frozen=True, slots=True)
class ReturnCaller:
    """Move the caller back to the music: the offer he is in no longer holds."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class DivertCaller:
    """Move the caller out of the lane to a declared end; never one of the kind LANE, which needs no order."""

    call: CallId
    outcome: Outcome
    language: LanguageName


@dataclass(frozen=True, slots=True)
class SayToCaller:
    """Let the caller hear an announcement between two laps of music; it never keeps him from an offer."""

    call: CallId
    announcement: str
    """A name from the settings; with `offer_callback` a key then leads to being called back."""
    language: LanguageName
    offer_callback: bool = False
    position: int = 0
    """His place among those who wait in his lane, 1 for the next; 0 says nothing of it."""
    wait: tuple[Duration, Duration] | None = None
    """How long he will probably wait, at least and at most; None says nothing of it."""


@dataclass(frozen=True, slots=True)
class CallCustomer:
    """Ring the customer of a queue entry who is to be called back; what his channel must carry stands here.

    When he answers he is a caller with the name of his entry: with an offer he goes at once to where the agent's phone
    is rung, without one he waits in his lane.
    """

    call: CallId
    number: str
    ring_for: Duration
    """How long his phone rings."""
    lane: LaneName
    language: LanguageName
    dialled: str
    arrived_at: Instant
    entered_at: Instant
    tier: str
    manager: str
    customer: str
    menu: tuple[tuple[str, str], ...]
    offer: RingAgent | None
    """The agent who is reserved for him; None for nobody."""


@dataclass(frozen=True, slots=True)
class AskCaller:
    """Take the caller out of the talk to be asked for his PIN; the agent waits, and the two are joined again."""

    call: CallId
    language: LanguageName


@dataclass(frozen=True, slots=True)
class PutOnHold:
    """Take the caller out of the talk to hear music; the agent waits."""

    call: CallId


@dataclass(frozen=True, slots=True)
class JoinAgain:
    """Lead a caller on hold back to the agent who waits for him."""

    call: CallId


@dataclass(frozen=True, slots=True)
class HangUpAgent:
    """End the leg of the agent who talks with the caller; the caller stays on the line."""

    call: CallId


@dataclass(frozen=True, slots=True)
class SendCaller:
    """Move the caller out of the talk to where the target is reached; the agent's leg ends by that."""

    call: CallId
    target: Target
    language: LanguageName


@dataclass(frozen=True, slots=True)
class RingColleague:
    """Ring this phone for the agent whose caller is on hold; the caller stays there."""

    call: CallId
    agent: AgentId
    phone: PhoneName
    offer: OfferId
    ring_for: Duration


@dataclass(frozen=True, slots=True)
class HandOver:
    """Join the caller on hold with the colleague whom his agent asked; the agent's leg ends by that."""

    call: CallId
    phone: PhoneName
    offer: OfferId


@dataclass(frozen=True, slots=True)
class BringTogether:
    """Take the caller from hold into the talk of his agent and the colleague."""

    call: CallId


@dataclass(frozen=True, slots=True)
class LetGo:
    """End the leg of one of two agents, and leave everybody else where he is."""

    call: CallId
    colleague: bool
    """The colleague's; else that of the caller's agent."""


@dataclass(frozen=True, slots=True)
class PlanSurvey:
    """Let the caller be asked how he was served, should he still be on the line when the agent hangs up."""

    call: CallId
    survey: str


@dataclass(frozen=True, slots=True)
class SurveySwitch:
    """Look at all channels now rather than at the next round: something is overdue."""


TalkOrder: TypeAlias = (
    AskCaller | PutOnHold | JoinAgain | HangUpAgent | SendCaller | RingColleague | HandOver | BringTogether | LetGo
)
"""What moves the two who talk, or one of them."""

Order: TypeAlias = (
    RingAgent | ReturnCaller | DivertCaller | SayToCaller | CallCustomer | TalkOrder | PlanSurvey | SurveySwitch
)
