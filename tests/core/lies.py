"""Facts that fit nothing, or fit by accident."""

from acd.core.callback_flow import entry_of
from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId
from acd.core.switch_events import (
    AdvertLeft,
    AgentLeft,
    AllTogether,
    CallArrived,
    CallbackAccepted,
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
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    MessageLeft,
    NumberAnswered,
    OfferAnswered,
    OfferFailed,
    OfferReached,
    OrderFailed,
    SurveyTaken,
    TalkEnded,
)
from tests.builders import PLATINUM_NUMBER
from tests.core.callers_side import CAUSES, TARGETS, VERDICTS
from tests.core.policies import NUMBERS


def lies_about(call: CallId, offer: OfferId, now: Instant, who: int, how: int) -> list[CallEvent]:
    """What might be said of this call and this offer; the two numbers choose the rest."""
    return [
        CallArrived(call, "", "", "", now + 1000),
        CallStartedWaiting(call, "", "", PLATINUM_NUMBER, now + 1000, now - 10**15, LaneName(""), LanguageName(""), ""),
        OfferReached(call, offer),
        OfferAnswered(call, offer),
        OfferFailed(call, offer, CAUSES[who % len(CAUSES)]),
        TalkEnded(call),
        CallFellBack(call),
        CallEnded(call),
        OrderFailed(call, offer),
        OrderFailed(call, None),
        CallDiverted(call),
        CallbackAccepted(call, NUMBERS[how % len(NUMBERS)]),
        CallbackFailed(call, CAUSES[who % len(CAUSES)]),
        MessageLeft(call),
        AdvertLeft(call),
        CallerVerified(call, VERDICTS[who % len(VERDICTS)]),
        SurveyTaken(call, "calls", (who % 6,)),
        CallerHeld(call),
        CallerResumed(call),
        CallerSent(call, offer, TARGETS[who % len(TARGETS)]),
        NumberAnswered(call),
        ColleagueAnswered(call, offer),
        ConsultEnded(call, offer, CAUSES[who % len(CAUSES)]),
        CallerHandedOver(call, offer),
        AllTogether(call, offer),
        AgentLeft(call, offer),
        CallbackFailed(entry_of(call), CAUSES[who % len(CAUSES)]),
        CallEnded(entry_of(call)),
        OfferReached(entry_of(call), offer),
    ]
