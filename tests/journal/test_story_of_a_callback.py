"""The story of somebody who is called back, from his wish on, out of the journal."""

from dataclasses import replace

from acd.app.explain import as_data, told
from acd.core.caller_events import CallbackQueued, CustomerCalled, CustomerMissed
from acd.core.events import AgentOffered, CallAnswered, CallClosed, CallEnteredLane, CallResult
from acd.core.names import CallId
from acd.core.policy import Callbacks, Policy
from acd.core.requests import AskForPin
from acd.core.switch_events import CallbackAccepted, CallbackFailed, CallEnded, CallerVerified, OfferFailure, Verdict
from tests.builders import ANNA, FIRST, SECOND
from tests.journal.test_story import RELAXING, Recorded

CALLING_BACK = replace(RELAXING, callbacks=Callbacks(retry_after=600_000), version="calling back")
ENTRY = CallId(f"cb-{FIRST}")


class CallingBack(Recorded):
    """A hotline that calls back by itself."""

    def __init__(self) -> None:
        super().__init__(CALLING_BACK)

    def inputs_policy(self) -> Policy:
        return CALLING_BACK

    def wish(self) -> None:
        """The first caller waits for ten seconds and wishes to be called back."""
        self.arrive(FIRST)
        self.enter(FIRST)
        self.wait(10)
        self.take(CallbackAccepted(FIRST, "13900000777"))
        self.wait(5)
        self.take(CallEnded(FIRST))


async def test_an_entry_has_a_story_from_the_wish_to_the_talk_with_the_time_it_stood_in_line() -> None:
    world = CallingBack()
    world.wish()
    world.wait(60)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.take(CallbackFailed(ENTRY, OfferFailure.NO_ANSWER))
    world.wait(600)
    world.talk(ENTRY)
    world.wait(30)
    world.end_talk(ENTRY)
    world.hang_up(ENTRY)
    world.arrive(SECOND)

    story = await world.story(ENTRY)
    kinds = [type(event) for _, event in story.events]
    assert kinds[0] is CallbackQueued
    assert [kind for kind in kinds if kind in (CustomerCalled, CustomerMissed)] == [
        CustomerCalled,
        CustomerMissed,
        CustomerCalled,
    ]
    assert [kind for kind in kinds if kind in (AgentOffered, CallEnteredLane, CallAnswered, CallClosed)] == [
        AgentOffered,
        AgentOffered,
        CallEnteredLane,
        CallAnswered,
        CallClosed,
    ]
    assert story.finished
    # In line until Anna took it; set aside after she rang in vain, and not waiting for anybody.
    assert story.spans[0].end is not None
    assert sum((span.end or 0) - span.begin for span in story.spans) == 60_000
    assert [offer.agent for offer in story.offers] == [ANNA, ANNA]

    text = "\n".join(told(story))
    assert "is called back, with the same place in lane cards" in text
    assert "did not answer (no answer): again at" in text
    assert "rung to be called back, for anna, attempt 2" in text
    assert "13900000777" not in text


async def test_the_call_in_which_he_wished_it_ends_with_it() -> None:
    world = CallingBack()
    world.wish()
    story = await world.story(FIRST)
    queued = [event for _, event in story.events if isinstance(event, CallbackQueued)]
    assert [(each.entry, each.call) for each in queued] == [(ENTRY, FIRST)]
    closed = story.events[-1][1]
    assert isinstance(closed, CallClosed)
    assert closed.result is CallResult.CALLED_BACK
    assert story.finished


async def test_a_call_that_is_no_entry_is_found_whatever_it_is_called() -> None:
    world = CallingBack()
    odd = CallId("cb-")
    world.arrive(odd)
    world.hang_up(odd)
    assert (await world.story(odd)).finished


async def test_a_verdict_is_told_without_the_customer() -> None:
    world = CallingBack()
    world.log_in(ANNA)
    world.ready(ANNA)
    world.arrive(FIRST)
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(AskForPin(ANNA))
    world.take(CallerVerified(FIRST, Verdict.VERIFIED, "70010001"))

    story = await world.story(FIRST)
    assert "asked for the PIN by anna: verified" in "\n".join(told(story))
    assert "70010001" not in str(as_data(story))
    assert "70010001" not in "\n".join(told(story))
