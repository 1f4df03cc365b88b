"""What happened to a call is told in words, and who called is in none of them."""

from typing import get_args

import pytest

from acd.app import event_words
from acd.app.event_words import WHY_LEFT, words_of
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
from acd.core.names import OfferId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import Stage
from tests.builders import ANNA, CARDS, FIRST, PLATINUM, ZH, at

OFFER = OfferId(7)


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
        (OfferEnded(FIRST, OFFER, ANNA, OfferEnd.CALLER_HUNG_UP), "offer to anna ended: caller hung up"),
        (CallAnswered(FIRST, OFFER, ANNA, CARDS, 5_000, True), "answered by anna in lane cards after 0:05, in time"),
        (CallAnswered(FIRST, OFFER, ANNA, CARDS, 50_000, False), "answered by anna in lane cards after 0:50, late"),
        (TalkFinished(FIRST, None, CARDS, 62_000), "a phone that belongs to nobody known talked for 1:02"),
        (
            CallClosed(FIRST, CallResult.SHORT_ABANDONED, Stage.WAITING, CARDS, None, at(0), at(1), None, at(3), 0),
            "closed: short abandoned, at stage waiting, 0:03 in all",
        ),
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


def test_every_event_of_a_call_and_every_reason_has_words_of_its_own() -> None:
    unworded = event_words._words.dispatch(object)
    of_calls = [kind for kind in get_args(Event) if "call" in kind.__dataclass_fields__]
    assert len(of_calls) > 10
    assert [kind for kind in of_calls if event_words._words.dispatch(kind) is unworded] == []
    assert set(WHY_LEFT) == set(LeaveReason)
