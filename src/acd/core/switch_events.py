"""What the switch saw. These facts happened and cannot be refused: a late or odd one is ignored with a reason.

They reach the core from the dialplan's own words (acd.asterisk.translate) or from a survey of all channels.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName


class OfferFailure(StrEnum):
    """Why an agent's phone did not answer an offer."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    """Something else, or nothing that we heard of: the order or its outcome was lost."""


class Stage(StrEnum):
    """Where in the dialplan a caller is; the channel carries it as HL_STAGE."""

    ARRIVED = "arrived"
    IVR = "ivr"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    AFTER = "after"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller came in; the dialplan answers him and leads him to the menu."""

    call: CallId
    number: str
    """As the dialplan cleaned it: digits and a leading plus, or empty. It proves nothing about who calls."""
    name: str
    dialled: str
    arrived_at: Instant


@dataclass(frozen=True, slots=True)
class CallStartedWaiting:
    """A caller hears the waiting music of a lane; also said each time he comes back from an offer."""

    call: CallId
    number: str
    name: str
    dialled: str
    arrived_at: Instant
    entered_at: Instant
    """When he first entered a lane; it stays the same when he comes back from an offer."""
    lane: LaneName
    language: LanguageName
    tier: str
    """What the customer directory says of the number; empty for an unknown one."""


@dataclass(frozen=True, slots=True)
class OfferReached:
    """The caller's channel arrived where the agent's phone is rung."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The agent picked up; he and the caller are being joined."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The agent's phone did not answer; the caller goes back to the music."""

    call: CallId
    offer: OfferId
    cause: OfferFailure


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The agent hung up first; the caller is still on the line."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallFellBack:
    """The caller left for the static queue, because our process gave no sign of life."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller's channel is gone."""

    call: CallId


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """The switch refused an order at once; most often the caller has just hung up."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The link to the switch broke. What became of the last orders is unknown until the next survey."""


@dataclass(frozen=True, slots=True)
class CallSeen:
    """One caller's channel as a survey found it, read from the variables that ride on it."""

    call: CallId
    stage: Stage
    number: str
    name: str
    dialled: str
    arrived_at: Instant
    entered_at: Instant | None
    lane: LaneName
    language: LanguageName
    tier: str
    offer: OfferId | None
    phone: PhoneName | None


@dataclass(frozen=True, slots=True)
class SwitchSurveyed:
    """All callers on the switch. Events are hints; a survey is the truth as it was at `asked_at`."""

    asked_at: Instant
    calls: tuple[CallSeen, ...]


CallEvent: TypeAlias = (
    CallArrived
    | CallStartedWaiting
    | OfferReached
    | OfferAnswered
    | OfferFailed
    | TalkEnded
    | CallFellBack
    | CallEnded
    | OrderFailed
)
"""What is said of one call."""

SwitchEvent: TypeAlias = CallEvent | SwitchLost | SwitchSurveyed
