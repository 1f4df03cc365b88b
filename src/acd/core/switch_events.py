"""What the switch saw. These facts happened and cannot be refused: a late or odd one is ignored with a reason.

They reach the core from the dialplan's own words (acd.asterisk.translate) or from a survey of all channels.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.outcomes import Outcome
from acd.core.transfers import Target


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
    DIVERTED = "diverted"
    """Sent away from his lane: hears an announcement, leaves a message, or talks to a number outside."""
    VERIFYING = "verifying"
    """Left a talk for the moment, to key his PIN while the agent waits."""
    HELD = "held"
    CONFERENCE = "conference"
    """Left a talk for the moment, to hear music while the agent waits."""
    TRANSFERRED = "transferred"
    """Sent by an agent to a number outside: it is dialled, or the two talk."""
    SERVED = "served"
    """The menu told him what he wanted to know, and ended the call itself."""


class Verdict(StrEnum):
    """What came of asking a caller for his PIN."""

    VERIFIED = "verified"
    WRONG = "wrong"
    """The keys are not those of this customer, or nobody knows the customer: it is never said which."""
    LOCKED = "locked"
    """Too many attempts; he is not asked again for a while."""
    UNAVAILABLE = "unavailable"
    """Whoever knows the PINs gave no answer in time: a person verifies him."""
    NOT_GIVEN = "not_given"
    """He keyed nothing, gave up, or there is nobody who could be asked about."""


class PhoneState(StrEnum):
    """What Asterisk says of an agent's phone, whatever the agent's screen says."""

    FREE = "free"
    BUSY = "busy"
    """On a call, or ringing; ours or another."""
    LOST = "lost"
    """Not registered, or not to be reached."""


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
    verified: bool = False
    """The caller has proved who he is; his number proves nothing."""
    manager: str = ""
    """The agent who looks after this customer; empty for nobody, and perhaps nobody whom we know."""
    menu: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu."""
    customer: str = ""
    """By what the directory knows him; empty for nobody. Proven only if `verified`."""
    advert: str = ""
    """The advert that he was asked about in the menu; empty if about none."""
    advert_accepted: bool = False
    """He pressed the key, and hears it instead of the music."""
    wish: Outcome | None = None
    """He chose in the menu to leave a message, to be called back, or to be connected to a number outside."""


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
class CallerHeld:
    """The caller was taken out of his talk and hears music; his agent waits."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallerResumed:
    """A caller who was on hold and his agent are being joined again."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallerSent:
    """The caller has left his talk for the target of a transfer."""

    call: CallId
    offer: OfferId
    """By which he had come to the agent; news of an older talk say nothing of this one."""
    target: Target


@dataclass(frozen=True, slots=True)
class NumberAnswered:
    """The number outside to which the caller was sent has answered."""

    call: CallId


@dataclass(frozen=True, slots=True)
class ColleagueAnswered:
    """The colleague whom an agent asks picked up; the caller is on hold."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class ConsultEnded:
    """The colleague did not answer, or has hung up; the agent waits for his caller again."""

    call: CallId
    offer: OfferId
    cause: OfferFailure | None
    """None for a colleague who had answered."""


@dataclass(frozen=True, slots=True)
class CallerHandedOver:
    """The caller is being joined with the colleague; his agent's part is over."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class AllTogether:
    """The caller, his agent and the colleague hear each other."""

    call: CallId
    offer: OfferId
    """The colleague's."""


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """Of two agents who talk with the caller, one has left; the other stays."""

    call: CallId
    offer: OfferId
    """Of him who left."""


@dataclass(frozen=True, slots=True)
class CallFellBack:
    """The caller left for the static queue, because our process gave no sign of life."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller's channel is gone."""

    call: CallId
    served: bool = False
    """The menu itself ended the call, having told him what he wanted to know."""


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """The switch refused an order at once; most often the caller has just hung up."""

    call: CallId
    offer: OfferId | None
    """None for a diversion, and for whatever moves who talks."""


@dataclass(frozen=True, slots=True)
class CallDiverted:
    """The caller arrived where a diversion sent him."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallbackAccepted:
    """A waiting caller wants to be called back."""

    call: CallId
    number: str = ""
    """At which number, as he keyed and confirmed it; empty for the one that he calls from."""


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """A customer who is to be called back did not answer; `call` is his entry in the queue."""

    call: CallId
    cause: OfferFailure


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """A caller who was sent away spoke a message; its sound is kept under the call's name."""

    call: CallId


@dataclass(frozen=True, slots=True)
class AdvertLeft:
    """A waiting caller pressed a key to hear no more of the advert."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallerVerified:
    """A caller was asked for his PIN in the middle of a talk; whatever came of it, the two are joined again."""

    call: CallId
    verdict: Verdict
    customer: str = ""
    """For whom the PIN was asked."""


@dataclass(frozen=True, slots=True)
class SurveyTaken:
    """A caller was asked how he was served; perhaps he hung up before the last question, or at once."""

    call: CallId
    survey: str
    answers: tuple[int, ...]
    """The key pressed for each question, 0 for one that was heard and not answered."""
    comment: bool = False
    """He spoke a comment; its sound is kept under the call's name."""


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """An agent's phone is now free, busy or lost."""

    phone: PhoneName
    state: PhoneState


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
    verified: bool = False
    manager: str = ""
    menu: tuple[tuple[str, str], ...] = ()
    customer: str = ""
    advert: str = ""
    advert_accepted: bool = False
    consult: OfferId | None = None
    """By which number it speaks of the colleague with whom his agent talks meanwhile; None for nobody."""


@dataclass(frozen=True, slots=True)
class SwitchSurveyed:
    """All callers on the switch. Events are hints; a survey is the truth as it was at `asked_at`."""

    asked_at: Instant
    calls: tuple[CallSeen, ...]
    phones: tuple[tuple[PhoneName, PhoneState], ...] = ()
    """Phones of which the switch said something; those it did not mention stay as they were."""


CallEvent: TypeAlias = (
    CallArrived
    | CallStartedWaiting
    | OfferReached
    | OfferAnswered
    | OfferFailed
    | TalkEnded
    | CallerHeld
    | CallerResumed
    | CallerSent
    | NumberAnswered
    | ColleagueAnswered
    | ConsultEnded
    | CallerHandedOver
    | AllTogether
    | AgentLeft
    | CallFellBack
    | CallEnded
    | OrderFailed
    | CallDiverted
    | CallbackAccepted
    | CallbackFailed
    | MessageLeft
    | AdvertLeft
    | CallerVerified
    | SurveyTaken
)
"""What is said of one call."""

SwitchEvent: TypeAlias = CallEvent | PhoneChanged | SwitchLost | SwitchSurveyed
