"""What became of it: the core's own events, the one stream that journal, screens, metrics and MQTT listen to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.core.agents import AgentState
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, VipClass
from acd.core.switch_events import Stage


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


class OfferEnd(StrEnum):
    """Why a screen pop goes away."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    CALLER_HUNG_UP = "caller_hung_up"


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
    | AgentOffered
    | OfferEnded
    | CallAnswered
    | TalkFinished
    | CallClosed
    | AgentChanged
    | EventIgnored
    | RequestRefused
    | CallRepaired
    | RoutingPaused
    | RoutingResumed
)
