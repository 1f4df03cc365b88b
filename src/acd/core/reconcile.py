"""What must have happened, when a survey finds a call elsewhere than the core believes.

The answer is a list of the very events that were missed, so that a repair takes the same way through the router as
the event itself would have taken. Nothing is concluded about a call of which the core learned something after the
survey was asked for, nor about an offer so young that its order may still be on the way.
"""

from dataclasses import dataclass
from typing import TypeAlias

from acd.core.calls import OFF_THE_LINE, Call, CallState
from acd.core.instants import Instant
from acd.core.names import CallId, OfferId, PhoneName
from acd.core.outcomes import OutcomeKind
from acd.core.switch_events import (
    AllTogether,
    CallArrived,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallerSent,
    CallerVerified,
    CallEvent,
    CallFellBack,
    CallSeen,
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    MessageLeft,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    Stage,
    TalkEnded,
    Verdict,
)
from acd.core.transfers import Target, TransferKind

BEFORE_A_LANE = frozenset({Stage.ARRIVED, Stage.IVR, Stage.SERVED})

IN_A_TALK = frozenset({Stage.TALKING, Stage.VERIFYING, Stage.HELD, Stage.CONFERENCE, Stage.TRANSFERRED, Stage.AFTER})
"""Stages of who talks, or has talked, with an agent."""

SOMEWHERE_OUTSIDE = Target(TransferKind.NUMBER, "")
"""Where an agent has sent a caller, by what his channel says; to which number, it does not say."""

UNKNOWN_OFFER = OfferId(0)
"""Stands for the offer of a channel that does not say which; no offer of ours has this number."""


@dataclass(frozen=True, slots=True)
class TalkFound:
    """A talk that no offer of ours leads to: the journal was lost, or an offer that we took back was answered."""

    call: CallId
    offer: OfferId
    phone: PhoneName | None


@dataclass(frozen=True, slots=True)
class DiversionLost:
    """A caller who was sent away still waits: the order to move him was lost."""

    call: CallId


@dataclass(frozen=True, slots=True)
class LaneFound:
    """A caller who talks, or has talked, had entered a lane without our hearing of it.

    Nothing comes of that any more: neither the lane's steps nor its limits may take him out of his talk.
    """

    call: CallId
    entered: CallStartedWaiting
    """What would have been heard of it."""


Missed: TypeAlias = CallEvent | TalkFound | DiversionLost | LaneFound


def missed(call: Call | None, seen: CallSeen | None, asked_at: Instant) -> tuple[Missed, ...]:
    """The events that lead from what the core believes to what the survey saw, in order; mostly none.

    `call` is None for a call the core does not know, `seen` is None for a call that has no channel any more.
    """
    if call is None:
        return () if seen is None else _adopt(seen)
    if call.changed_at >= asked_at:
        return ()
    if seen is None:
        return _gone(call, asked_at)
    if call.contestable_at > asked_at and call.state not in OFF_THE_LINE:
        return ()
    return _catch_up(call, seen)


def _gone(call: Call, asked_at: Instant) -> tuple[Missed, ...]:
    """What was missed of a call that has no channel."""
    if call.state is CallState.DIVERTED and call.outcome is not None and call.outcome.kind is OutcomeKind.MESSAGE:
        # Whether he spoke was not heard either; a message that is none costs less than one that nobody hears.
        return (MessageLeft(call.id), CallEnded(call.id))
    if call.state not in OFF_THE_LINE:
        return (CallEnded(call.id),)
    if call.state is CallState.AWAY or call.contestable_at > asked_at:
        # A customer's phone may still be rung; the channel that tells of him comes to be when he answers.
        return ()
    return (CallbackFailed(call.id, OfferFailure.FAILED),)


def _adopt(seen: CallSeen) -> tuple[Missed, ...]:
    arrived = CallArrived(seen.call, seen.number, seen.name, seen.dialled, seen.arrived_at)
    if seen.stage in BEFORE_A_LANE:
        return (arrived,)
    return (arrived, *_from_the_menu(seen))


def _from_the_menu(seen: CallSeen) -> tuple[Missed, ...]:
    """What came after the menu."""
    entered: Missed = _waiting(seen)
    if seen.stage in IN_A_TALK:
        entered = LaneFound(seen.call, _waiting(seen))
    return (entered, *_beyond_waiting(seen, None))


def _catch_up(call: Call, seen: CallSeen) -> tuple[Missed, ...]:
    events: tuple[Missed, ...] = ()
    match call.state:
        case CallState.AWAY | CallState.CALLED:
            events = (_waiting(seen),) if seen.stage is Stage.WAITING else _beyond_waiting(seen, call.offer)
        case CallState.IN_MENU if seen.stage not in BEFORE_A_LANE:
            events = _from_the_menu(seen)
        case CallState.OFFERED if seen.stage is Stage.WAITING:
            lost = None if call.offer is None else OfferFailed(call.id, call.offer, OfferFailure.FAILED)
            events = (lost or _waiting(seen),)
        case CallState.WAITING | CallState.OFFERED:
            events = _beyond_waiting(seen, None if call.agent is None else call.offer)
        case CallState.TALKING:
            events = _beyond_talking(call, seen)
        case _:
            events = _after_the_lane(call, seen)
    return events


def _after_the_lane(call: Call, seen: CallSeen) -> tuple[Missed, ...]:  # noqa: PLR0911  # One for each state.
    """What was missed of a caller who, as we believe, is done with his lane and his talk."""
    risen = (CallEnded(call.id), *_adopt(seen))
    match call.state:
        case CallState.DIVERTED if seen.stage is Stage.WAITING:
            return (DiversionLost(call.id),)
        case CallState.DIVERTED if seen.stage in IN_A_TALK:
            # Late news had us believe that he had lost his agent.
            return risen
        case CallState.AFTER_TALK if seen.stage is Stage.TRANSFERRED:
            return _sent(seen, call.offer)
        case CallState.AFTER_TALK | CallState.FALLEN_BACK if seen.stage is Stage.WAITING:
            # The dialplan knows no way back into a lane, but a caller who waits must be served whatever we believe.
            return risen
        case CallState.TRANSFERRED if seen.stage in (Stage.WAITING, Stage.FALLBACK):
            return (_waiting(seen), *_beyond_waiting(seen, None))
        case CallState.TRANSFERRED if seen.stage is not Stage.TRANSFERRED and seen.stage not in BEFORE_A_LANE:
            # Late news had us believe that he had left his talk for a number outside.
            return risen
        case _:
            return ()


def _beyond_talking(call: Call, seen: CallSeen) -> tuple[Missed, ...]:
    """What came after a talk had begun."""
    match seen.stage:
        case Stage.AFTER:
            return (TalkEnded(call.id),)
        case Stage.TRANSFERRED:
            return _sent(seen, call.offer)
        case Stage.WAITING | Stage.FALLBACK:
            return (_waiting(seen), *_beyond_waiting(seen, None))
    if seen.stage in IN_A_TALK and None not in (seen.offer, call.offer) and seen.offer != call.offer:
        return _handed_over(call, seen)
    events = _of_consult(call, seen)
    held, together = seen.stage is Stage.HELD, any(isinstance(each, AllTogether) for each in events)
    if held and call.held_since is None:
        events = (CallerHeld(call.id),)
    elif not held and call.held_since is not None and seen.stage in IN_A_TALK and not together:
        events = (*events, CallerResumed(call.id))
    if seen.verified and not call.verified:
        events = (*events, CallerVerified(call.id, Verdict.VERIFIED, seen.customer))
    return events


def _handed_over(call: Call, seen: CallSeen) -> tuple[Missed, ...]:
    """What was missed of a caller who talks with another agent than we believe."""
    if call.consult is not None and seen.offer == call.consult.offer:
        return (CallerHandedOver(call.id, call.consult.offer),)
    # With a colleague of whom we believe that he is not asked any more.
    return (CallEnded(call.id), *_adopt(seen))


def _of_consult(call: Call, seen: CallSeen) -> tuple[Missed, ...]:
    """What came of it that an agent asks a colleague, whose phone may be ringing still."""
    consult = call.consult
    if consult is None:
        return ()
    if seen.consult == consult.offer and seen.stage is Stage.CONFERENCE:
        return () if consult.together_since is not None else (AllTogether(call.id, consult.offer),)
    if seen.consult == consult.offer:
        return () if consult.answered else (ColleagueAnswered(call.id, consult.offer),)
    return (ConsultEnded(call.id, consult.offer, None),) if consult.answered else ()


def _beyond_waiting(seen: CallSeen, held: OfferId | None) -> tuple[Missed, ...]:
    """What came after a caller began to wait; `held` is the offer that the core believes him to be in."""
    if seen.stage is Stage.FALLBACK:
        return (CallFellBack(seen.call),)
    if seen.stage is Stage.DIVERTED:
        return (CallDiverted(seen.call),)
    offer = UNKNOWN_OFFER if seen.offer is None else seen.offer
    if seen.stage is Stage.OFFERED:
        return (OfferReached(seen.call, offer),)
    if seen.stage not in IN_A_TALK:
        return ()
    joined: Missed = OfferAnswered(seen.call, offer) if offer == held else TalkFound(seen.call, offer, seen.phone)
    return (joined, *_since_answered(seen, offer))


def _since_answered(seen: CallSeen, offer: OfferId) -> tuple[Missed, ...]:
    """What came after an agent answered."""
    match seen.stage:
        case Stage.AFTER:
            return (TalkEnded(seen.call),)
        case Stage.HELD:
            return (CallerHeld(seen.call),)
        case Stage.TRANSFERRED:
            return _sent(seen, offer)
        case _:
            return ()


def _sent(seen: CallSeen, offer: OfferId | None) -> tuple[Missed, ...]:
    return (CallerSent(seen.call, UNKNOWN_OFFER if offer is None else offer, SOMEWHERE_OUTSIDE),)


def _waiting(seen: CallSeen) -> CallStartedWaiting:
    return CallStartedWaiting(
        seen.call,
        seen.number,
        seen.name,
        seen.dialled,
        seen.arrived_at,
        seen.arrived_at if seen.entered_at is None else seen.entered_at,
        seen.lane,
        seen.language,
        seen.tier,
        seen.verified,
        seen.manager,
        seen.menu,
        seen.customer,
        seen.advert,
        seen.advert_accepted,
    )
