"""What became of it: the core's own events, the one stream that journal, screens, metrics and MQTT listen to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.core.agents import AgentState
from acd.core.caller_events import (
    AdvertHeard,
    AdvertOffered,
    CallbackQueued,
    CustomerCalled,
    CustomerMissed,
    FollowUpRaised,
    SurveyAnswered,
    VerdictGiven,
    WaitForetold,
)
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, VipClass
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import PhoneState, Stage
from acd.core.talk_events import (
    AgentConsulted,
    CallHeld,
    CallResumed,
    CallTransferred,
    ConferenceStarted,
    ConsultAnswered,
    ConsultOver,
    ControlFailed,
    HandRaised,
    NumberDialled,
    TransferEnded,
)


class CallResult(StrEnum):
    """How a call came out; the closed list used by journal, metrics and reports alike."""

    LEFT_IN_MENU = "left_in_menu"
    """Hung up before entering a lane: never offered to anybody."""
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"
    """Hung up within the first seconds of waiting; counted apart."""
    ANSWERED = "answered"
    FELL_BACK = "fell_back"
    """Served, or lost, by the static queue while our process was away."""
    OVERFLOWED = "overflowed"
    """Connected to a number outside."""
    CALLED_BACK = "called_back"
    """Told that he will be called back."""
    LEFT_MESSAGE = "left_message"
    REFUSED = "refused"
    """Told by an announcement to call again."""
    SERVED_IN_MENU = "served_in_menu"
    """The menu told him what he wanted to know, and ended the call."""
    UNREACHED = "unreached"
    """Of a callback: he was rung as often as he may be, or his wish has grown too old."""
    CANCELLED = "cancelled"
    """Of a callback: he has called again, and is called back no more."""


RESULT_OF = {
    OutcomeKind.SAY: CallResult.REFUSED,
    OutcomeKind.MESSAGE: CallResult.LEFT_MESSAGE,
    OutcomeKind.CALLBACK: CallResult.CALLED_BACK,
    OutcomeKind.NUMBER: CallResult.OVERFLOWED,
    OutcomeKind.LANE: CallResult.OVERFLOWED,
}
"""How a call comes out that was sent away so."""


class LeaveReason(StrEnum):
    """Why a caller was sent away from his lane."""

    CLOSED = "closed"
    FULL = "full"
    UNSTAFFED = "unstaffed"
    WAITED = "waited"
    """He waited as long as anybody may."""
    STEP = "step"
    """A step of his lane says so."""
    CALLBACK = "callback"
    """He asked to be called back."""
    CHOSEN = "chosen"
    """He chose it himself in the menu."""
    EMERGENCY = "emergency"
    """The lane's emergency switch is on."""


class OfferEnd(StrEnum):
    """Why a screen pop goes away."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    CALLER_HUNG_UP = "caller_hung_up"
    NOT_REACHED = "not_reached"
    """The customer who was to be called back did not answer."""


@dataclass(frozen=True, slots=True)
class CallAppeared:
    """A caller is on the line and hears the menu."""

    call: CallId
    dialled: str
    arrived_at: Instant


@dataclass(frozen=True, slots=True)
class CallEnteredLane:
    """A caller waits. Counted as offered from here on."""

    call: CallId
    lane: LaneName
    language: LanguageName
    vip: VipClass | None
    credit: Duration
    entered_at: Instant


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of the caller's lane holds for him from now on, or never will."""

    call: CallId
    lane: LaneName
    step: int
    """Its place in the lane's list, from 1."""
    dropped: bool
    """Its condition did not hold the one time it was looked at."""
    credit: Duration
    """The caller's credit from now on."""


@dataclass(frozen=True, slots=True)
class CallKept:
    """A waiting call is kept for one agent, his relationship manager or last agent; or no longer."""

    call: CallId
    lane: LaneName
    agent: AgentId | None
    until: Instant | None


@dataclass(frozen=True, slots=True)
class CallLeftLane:
    """A caller was sent away from his lane to a declared end."""

    call: CallId
    lane: LaneName
    outcome: Outcome
    why: LeaveReason
    number: str
    """Who called, for somebody who is to call back; it proves nothing."""


@dataclass(frozen=True, slots=True)
class ReserveChanged:
    """A reserve's agents were let go, or are kept back again."""

    reserve: str
    released: bool
    lane: LaneName
    condition: str
    """The condition that decided, as an operator wrote it."""


@dataclass(frozen=True, slots=True)
class AgentOffered:
    """An agent was reserved for a call; what his screen shows before his phone rings."""

    call: CallId
    offer: OfferId
    agent: AgentId
    lane: LaneName
    language: LanguageName
    number: str
    name: str
    dialled: str
    tier: str
    vip: VipClass | None
    entered_at: Instant
    waited: Duration
    verified: bool = False
    customer: str = ""
    """By what the directory knows him; empty for nobody."""
    menu: tuple[tuple[str, str], ...] = ()
    advert: str = ""
    """The advert that he heard while waiting, and for how long; empty for none."""
    advert_heard: Duration = 0
    callback: bool = False
    """He is called back, because he wished it or has spoken a message."""
    message_of: CallId | None = None
    """The call in which he spoke the message that is to be answered."""
    consulted_by: AgentId | None = None
    """Who asks this agent, while the caller is on hold; None for a caller who is to be his."""
    transferred_by: AgentId | None = None
    """Who sent him to this agent; the agent himself for a caller who comes back from nobody's answering."""


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer is over; the screen pop stays if it was answered and goes otherwise."""

    call: CallId
    offer: OfferId
    agent: AgentId
    end: OfferEnd


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Caller and agent talk."""

    call: CallId
    offer: OfferId
    agent: AgentId | None
    """None for a talk found on the switch whose phone belongs to nobody we know."""
    lane: LaneName
    waited: Duration
    in_time: bool


@dataclass(frozen=True, slots=True)
class TalkFinished:
    """An agent's part of a call is over."""

    call: CallId
    agent: AgentId | None
    lane: LaneName
    talked: Duration
    held: Duration = 0
    """For how much of that the caller was on hold."""


@dataclass(frozen=True, slots=True)
class CallClosed:
    """The one terminal record of a call."""

    call: CallId
    result: CallResult
    stage: Stage
    """Where the call ended."""
    lane: LaneName | None
    agent: AgentId | None
    arrived_at: Instant
    entered_at: Instant | None
    answered_at: Instant | None
    closed_at: Instant
    offers: int


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's state as it is from now on."""

    agent: AgentId
    state: AgentState
    reason: str
    since: Instant
    until: Instant | None
    afterwards: AgentState | None = None
    """What the agent asked for during an offer or a call: PAUSED or LOGGED_OUT."""


@dataclass(frozen=True, slots=True)
class PauseLimitPassed:
    """An agent has paused for longer than his reason allows; he stays paused."""

    agent: AgentId
    reason: str
    since: Instant


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """The switch says something new of an agent's phone."""

    agent: AgentId
    state: PhoneState


@dataclass(frozen=True, slots=True)
class PolicyAdopted:
    """Other rules hold from now on, for everybody who waits as well."""

    version: str


@dataclass(frozen=True, slots=True)
class EventIgnored:
    """A fact that did not fit: late, repeated or odd. It changed nothing."""

    kind: str
    call: CallId | None
    reason: str


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """Somebody asked for what cannot be; `reason` is for his screen."""

    kind: str
    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class CallRepaired:
    """A survey found a call in another place than the core believed; `repair` names what had been missed."""

    call: CallId
    repair: str


@dataclass(frozen=True, slots=True)
class RoutingPaused:
    """The link to the switch is down: nobody is offered a call until the next survey."""


@dataclass(frozen=True, slots=True)
class RoutingResumed:
    """A survey came in after the link had been down."""


Event: TypeAlias = (
    CallAppeared
    | CallEnteredLane
    | StepTaken
    | CallKept
    | CallLeftLane
    | WaitForetold
    | AdvertOffered
    | AdvertHeard
    | VerdictGiven
    | CallbackQueued
    | CustomerCalled
    | CustomerMissed
    | SurveyAnswered
    | FollowUpRaised
    | ReserveChanged
    | AgentOffered
    | OfferEnded
    | CallAnswered
    | TalkFinished
    | CallHeld
    | CallResumed
    | CallTransferred
    | TransferEnded
    | ControlFailed
    | AgentConsulted
    | ConsultAnswered
    | ConferenceStarted
    | ConsultOver
    | HandRaised
    | NumberDialled
    | CallClosed
    | AgentChanged
    | PauseLimitPassed
    | PhoneSeen
    | PolicyAdopted
    | EventIgnored
    | RequestRefused
    | CallRepaired
    | RoutingPaused
    | RoutingResumed
)
