"""What the core says of a call, in words for people; who called is never among them."""

from functools import singledispatch

from acd.app.times import length, moment
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
from acd.core.events import (
    AgentOffered,
    CallAnswered,
    CallAppeared,
    CallClosed,
    CallEnteredLane,
    CallKept,
    CallLeftLane,
    CallRepaired,
    Event,
    EventIgnored,
    LeaveReason,
    OfferEnded,
    PolicyAdopted,
    StepTaken,
    TalkFinished,
)
from acd.core.instants import Duration
from acd.core.policy import RouteStep
from acd.core.switch_events import Verdict
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
from acd.core.transfers import Target, TransferKind, TransferResult

WHY_LEFT = {
    LeaveReason.CLOSED: "it is closed",
    LeaveReason.FULL: "it is full",
    LeaveReason.UNSTAFFED: "nobody is there",
    LeaveReason.WAITED: "waited as long as anybody may",
    LeaveReason.STEP: "a step says so",
    LeaveReason.CALLBACK: "asked to be called back",
    LeaveReason.CHOSEN: "chosen in the menu",
    LeaveReason.EMERGENCY: "its emergency switch is on",
}

VERDICTS = {
    Verdict.VERIFIED: "verified",
    Verdict.WRONG: "not verified",
    Verdict.LOCKED: "not verified, and locked for a while",
    Verdict.UNAVAILABLE: "whoever knows the PINs gave no answer",
    Verdict.NOT_GIVEN: "no PIN was given",
}


TRANSFERS = {
    TransferResult.REACHED: "reached",
    TransferResult.RETURNED: "nobody answered, and who had sent him is offered him again",
    TransferResult.IN_LINE: "nobody answered, so he waits in his place",
    TransferResult.HUNG_UP: "he hung up before anybody answered",
    TransferResult.FELL_BACK: "the static queue has him",
}


def words_of_step(step: RouteStep) -> str:
    """What a step that was taken had the caller hear; empty for nothing."""
    if step.offer_callback:
        return "offered to call him back" + (f", with the announcement {step.announce}" if step.announce else "")
    return f"announced {step.announce}" if step.announce else ""


def words_of(event: Event, utc_offset: Duration) -> str:
    """One line about an event of a call; moments are told by clocks that are `utc_offset` ahead of UTC."""
    return _words(event, utc_offset)


@singledispatch
def _words(event: object, _utc_offset: Duration) -> str:
    # No other event is about one call; one that comes to be is named until it has words of its own.
    return _spaced(type(event).__name__)


@_words.register
def _(event: CallAppeared, _utc_offset: Duration) -> str:
    return f"came, having dialled {event.dialled or 'no number'}"


@_words.register
def _(event: CallEnteredLane, _utc_offset: Duration) -> str:
    vip = f", as {event.vip}" if event.vip else ""
    credit = f", with a credit of {length(event.credit)}" if event.credit else ""
    return f"entered lane {event.lane}, language {event.language}{vip}{credit}"


@_words.register
def _(event: StepTaken, _utc_offset: Duration) -> str:
    if event.dropped:
        return f"step {event.step} dropped: its condition did not hold"
    return f"step {event.step} taken" + (f": credit {length(event.credit)} in all" if event.credit else "")


@_words.register
def _(event: CallKept, utc_offset: Duration) -> str:
    if event.agent is None:
        return "no longer kept for one agent"
    return f"kept for {event.agent}" + ("" if event.until is None else f" until {moment(event.until, utc_offset)}")


@_words.register
def _(event: CallLeftLane, _utc_offset: Duration) -> str:
    return f"sent on from lane {event.lane} ({WHY_LEFT[event.why]}): {event.outcome}"


@_words.register
def _(event: WaitForetold, _utc_offset: Duration) -> str:
    return f"will probably wait {length(event.at_least)} to {length(event.at_most)} in lane {event.lane}"


@_words.register
def _(event: AdvertOffered, _utc_offset: Duration) -> str:
    return f"was asked about the advert {event.advert}: {'wants to hear it' if event.accepted else 'no'}"


@_words.register
def _(event: AdvertHeard, _utc_offset: Duration) -> str:
    return f"heard the advert {event.advert} for {length(event.heard)}" + (", and left it" if event.left else "")


@_words.register
def _(event: VerdictGiven, _utc_offset: Duration) -> str:
    asked = f"asked for the PIN by {event.agent}" if event.agent is not None else "asked for the PIN"
    return f"{asked}: {VERDICTS[event.verdict]}"


@_words.register
def _(event: CallbackQueued, _utc_offset: Duration) -> str:
    what = "has left a message, and is called back" if event.message else "is called back"
    return f"{what}, with the same place in lane {event.lane}: {event.entry}, wished in {event.call}"


@_words.register
def _(event: CustomerCalled, _utc_offset: Duration) -> str:
    agent = f", for {event.agent}" if event.agent is not None else ""
    return f"rung to be called back{agent}, attempt {event.attempt}"


@_words.register
def _(event: CustomerMissed, utc_offset: Duration) -> str:
    again = "not again" if event.again_at is None else f"again at {moment(event.again_at, utc_offset)}"
    return f"did not answer ({plain(event.cause)}): {again}"


@_words.register
def _(event: SurveyAnswered, _utc_offset: Duration) -> str:
    answers = ", ".join(str(answer) if answer else "none" for answer in event.answers) or "nothing"
    return f"answered the survey {event.survey}: {answers}" + (", and spoke a comment" if event.comment else "")


@_words.register
def _(event: FollowUpRaised, _utc_offset: Duration) -> str:
    return f"was not content, by the survey {event.survey}: somebody should look after it"


@_words.register
def _(event: AgentOffered, _utc_offset: Duration) -> str:
    return f"offered to {event.agent}" + (", who is rung before the customer is" if event.callback else "")


@_words.register
def _(event: OfferEnded, _utc_offset: Duration) -> str:
    return f"offer to {event.agent} ended: {plain(event.end)}"


@_words.register
def _(event: CallAnswered, _utc_offset: Duration) -> str:
    in_time = "in time" if event.in_time else "late"
    return f"answered by {_who(event.agent)} in lane {event.lane} after {length(event.waited)}, {in_time}"


@_words.register
def _(event: TalkFinished, _utc_offset: Duration) -> str:
    held = f", {length(event.held)} of it on hold" if event.held else ""
    return f"{_who(event.agent)} talked for {length(event.talked)}{held}"


@_words.register
def _(event: CallHeld, _utc_offset: Duration) -> str:
    return f"put on hold by {_who(event.agent)}"


@_words.register
def _(event: CallResumed, _utc_offset: Duration) -> str:
    return f"on hold no more, after {length(event.held)}"


@_words.register
def _(event: CallTransferred, _utc_offset: Duration) -> str:
    return f"sent on by {_who(event.agent)} to {_target(event.target)}"


@_words.register
def _(event: TransferEnded, _utc_offset: Duration) -> str:
    return f"transfer to {_target(event.target)}: {TRANSFERS[event.result]}"


@_words.register
def _(event: AgentConsulted, _utc_offset: Duration) -> str:
    return f"{event.by} asks {event.agent}, the caller being on hold"


@_words.register
def _(event: ConsultAnswered, _utc_offset: Duration) -> str:
    return f"{event.agent} talks with {_who(event.by)}"


@_words.register
def _(event: ConferenceStarted, _utc_offset: Duration) -> str:
    return f"{event.agent} talks with the caller and {_who(event.by)}"


@_words.register
def _(event: ConsultOver, _utc_offset: Duration) -> str:
    return f"{_who(event.by)} does not ask {event.agent} any more: {plain(event.end)}"


@_words.register
def _(event: ControlFailed, _utc_offset: Duration) -> str:
    return f"the switch could not do what {_who(event.agent)} had asked for"


@_words.register
def _(event: NumberDialled, _utc_offset: Duration) -> str:
    return f"called by {event.agent}, and counted in lane {event.lane} once he answers"


@_words.register
def _(event: HandRaised, _utc_offset: Duration) -> str:
    return f"{event.agent} {'raised his hand' if event.raised else 'took his hand down'}"


@_words.register
def _(event: CallClosed, _utc_offset: Duration) -> str:
    lasted = length(event.closed_at - event.arrived_at)
    return f"closed: {plain(event.result)}, at stage {plain(event.stage)}, {lasted} in all"


@_words.register
def _(event: PolicyAdopted, _utc_offset: Duration) -> str:
    return f"other settings came into force: version {event.version}"


@_words.register
def _(event: EventIgnored, _utc_offset: Duration) -> str:
    return f"{_spaced(event.kind)} ignored: {event.reason}"


@_words.register
def _(event: CallRepaired, _utc_offset: Duration) -> str:
    return f"a survey of the switch told what had been missed: {_spaced(event.repair)}"


def _who(agent: str | None) -> str:
    return agent if agent is not None else "a phone that belongs to nobody known"


def _target(target: Target) -> str:
    # Whose number that is outside is nobody's business here.
    return "a number outside" if target.kind is TransferKind.NUMBER else str(target)


def plain(text: str) -> str:
    """A word of the core's as people write it: without underscores."""
    return str(text).replace("_", " ")


def _spaced(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
