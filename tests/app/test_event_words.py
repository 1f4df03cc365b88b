"""What happened to a call is told in words, and who called is in none of them."""

from dataclasses import replace
from typing import get_args

import pytest

from acd.app import event_words
from acd.app.event_words import VERDICTS, WHY_LEFT, words_of
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
    CallResult,
    Event,
    EventIgnored,
    LeaveReason,
    OfferEnd,
    OfferEnded,
    PolicyAdopted,
    StepTaken,
    TalkFinished,
)
from acd.core.names import CallId, OfferId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import OfferFailure, Stage, Verdict
from acd.core.talk_events import (
    AgentConsulted,
    CallHeld,
    CallResumed,
    CallTransferred,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnd,
    ConsultOver,
    ControlFailed,
    HandRaised,
    NumberDialled,
    TransferEnded,
)
from acd.core.transfers import Target, TransferKind, TransferResult
from tests.builders import ANNA, BEN, CARDS, FIRST, PLATINUM, ZH, at

OFFER = OfferId(7)
ENTRY = CallId(f"cb-{FIRST}")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (CallAppeared(FIRST, "95555", at(0)), "came, having dialled 95555"),
        (CallEnteredLane(FIRST, CARDS, ZH, None, 0, at(0)), "entered lane cards, language zh"),
        (
            CallEnteredLane(FIRST, CARDS, ZH, PLATINUM, 90_000, at(0)),
            "entered lane cards, language zh, as platinum, with a credit of 1:30",
        ),
        (StepTaken(FIRST, CARDS, 2, dropped=False, credit=30_000), "step 2 taken: credit 0:30 in all"),
        (StepTaken(FIRST, CARDS, 2, dropped=False, credit=0), "step 2 taken"),
        (StepTaken(FIRST, CARDS, 1, dropped=True, credit=30_000), "step 1 dropped: its condition did not hold"),
        (CallKept(FIRST, CARDS, ANNA, at(0)), "kept for anna until 2026-11-18 19:06:40 +08:00"),
        (CallKept(FIRST, CARDS, None, None), "no longer kept for one agent"),
        (
            CallLeftLane(FIRST, CARDS, Outcome(OutcomeKind.SAY, "closed"), LeaveReason.CLOSED, "13800000000"),
            "sent on from lane cards (it is closed): say closed",
        ),
        (
            CallLeftLane(FIRST, CARDS, Outcome(OutcomeKind.MESSAGE), LeaveReason.EMERGENCY, "13800000000"),
            "sent on from lane cards (its emergency switch is on): message",
        ),
        (WaitForetold(FIRST, CARDS, 60_000, 150_000), "will probably wait 1:00 to 2:30 in lane cards"),
        (AdvertOffered(FIRST, CARDS, "gold", accepted=True), "was asked about the advert gold: wants to hear it"),
        (AdvertOffered(FIRST, CARDS, "gold", accepted=False), "was asked about the advert gold: no"),
        (AdvertHeard(FIRST, CARDS, "gold", 25_000, left=True), "heard the advert gold for 0:25, and left it"),
        (AdvertHeard(FIRST, CARDS, "gold", 25_000, left=False), "heard the advert gold for 0:25"),
        (VerdictGiven(FIRST, ANNA, Verdict.WRONG, "70010001"), "asked for the PIN by anna: not verified"),
        (VerdictGiven(FIRST, None, Verdict.VERIFIED, "70010001"), "asked for the PIN: verified"),
        (
            CallbackQueued(ENTRY, FIRST, CARDS, message=False),
            f"is called back, with the same place in lane cards: {ENTRY}, wished in {FIRST}",
        ),
        (
            CallbackQueued(ENTRY, FIRST, CARDS, message=True),
            f"has left a message, and is called back, with the same place in lane cards: {ENTRY}, wished in {FIRST}",
        ),
        (CustomerCalled(ENTRY, CARDS, ANNA, 2), "rung to be called back, for anna, attempt 2"),
        (CustomerCalled(ENTRY, CARDS, None, 1), "rung to be called back, attempt 1"),
        (
            CustomerMissed(ENTRY, CARDS, OfferFailure.NO_ANSWER, at(0)),
            "did not answer (no answer): again at 2026-11-18 19:06:40 +08:00",
        ),
        (CustomerMissed(ENTRY, CARDS, OfferFailure.BUSY, None), "did not answer (busy): not again"),
        (SurveyAnswered(FIRST, CARDS, ANNA, "service", (5, 0), comment=False), "answered the survey service: 5, none"),
        (
            SurveyAnswered(FIRST, CARDS, ANNA, "service", (), comment=True),
            "answered the survey service: nothing, and spoke a comment",
        ),
        (
            FollowUpRaised(FIRST, CARDS, ANNA, "service"),
            "was not content, by the survey service: somebody should look after it",
        ),
        (OfferEnded(FIRST, OFFER, ANNA, OfferEnd.CALLER_HUNG_UP), "offer to anna ended: caller hung up"),
        (CallAnswered(FIRST, OFFER, ANNA, CARDS, 5_000, True), "answered by anna in lane cards after 0:05, in time"),
        (CallAnswered(FIRST, OFFER, ANNA, CARDS, 50_000, False), "answered by anna in lane cards after 0:50, late"),
        (TalkFinished(FIRST, None, CARDS, 62_000), "a phone that belongs to nobody known talked for 1:02"),
        (
            CallClosed(FIRST, CallResult.SHORT_ABANDONED, Stage.WAITING, CARDS, None, at(0), at(1), None, at(3), 0),
            "closed: short abandoned, at stage waiting, 0:03 in all",
        ),
        (
            TalkFinished(FIRST, ANNA, CARDS, 62_000, 20_000),
            "anna talked for 1:02, 0:20 of it on hold",
        ),
        (CallHeld(FIRST, ANNA, CARDS), "put on hold by anna"),
        (CallResumed(FIRST, ANNA, CARDS, 20_000), "on hold no more, after 0:20"),
        (CallTransferred(FIRST, ANNA, CARDS, Target(TransferKind.LANE, "wealth")), "sent on by anna to lane wealth"),
        (
            CallTransferred(FIRST, ANNA, CARDS, Target(TransferKind.NUMBER, "+862155550000")),
            "sent on by anna to a number outside",
        ),
        (
            TransferEnded(FIRST, ANNA, Target(TransferKind.AGENT, "ben"), TransferResult.RETURNED),
            "transfer to agent ben: nobody answered, and who had sent him is offered him again",
        ),
        (AgentConsulted(FIRST, OFFER, BEN, ANNA, CARDS), "anna asks ben, the caller being on hold"),
        (ConsultAnswered(FIRST, OFFER, BEN, ANNA), "ben talks with anna"),
        (ConferenceStarted(FIRST, OFFER, BEN, ANNA, CARDS), "ben talks with the caller and anna"),
        (ConsultOver(FIRST, OFFER, BEN, ANNA, ConsultEnd.HANDED_OVER), "anna does not ask ben any more: handed over"),
        (ControlFailed(FIRST, ANNA), "the switch could not do what anna had asked for"),
        (NumberDialled(ENTRY, ANNA, CARDS), "called by anna, and counted in lane cards once he answers"),
        (HandRaised(ANNA, FIRST, raised=True), "anna raised his hand"),
        (HandRaised(ANNA, FIRST, raised=False), "anna took his hand down"),
        (PolicyAdopted("ff1541b2d33d"), "other settings came into force: version ff1541b2d33d"),
        (EventIgnored("OfferAnswered", FIRST, "no such offer"), "offer answered ignored: no such offer"),
        (
            CallRepaired(FIRST, "CallStartedWaiting"),
            "a survey of the switch told what had been missed: call started waiting",
        ),
    ],
)
def test_each_event_has_its_words(event: Event, said: str) -> None:
    assert words_of(event, 8 * 3_600_000) == said


def test_an_offer_names_the_agent_and_not_the_caller() -> None:
    offered = AgentOffered(FIRST, OFFER, ANNA, CARDS, ZH, "13800000000", "Li", "95555", "platinum", None, at(0), 5_000)
    assert words_of(offered, 0) == "offered to anna"
    assert words_of(replace(offered, callback=True), 0) == "offered to anna, who is rung before the customer is"


def test_every_event_of_a_call_and_every_reason_has_words_of_its_own() -> None:
    unworded = event_words._words.dispatch(object)
    of_calls = [kind for kind in get_args(Event) if {"call", "entry"} & kind.__dataclass_fields__.keys()]
    assert len(of_calls) > 10
    assert [kind for kind in of_calls if event_words._words.dispatch(kind) is unworded] == []
    assert set(WHY_LEFT) == set(LeaveReason)
    assert set(VERDICTS) == set(Verdict)
