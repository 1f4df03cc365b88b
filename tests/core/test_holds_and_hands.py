"""What an agent does in the middle of a talk: hold, his own hanging up, a raised hand."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import RequestRefused, TalkFinished
from acd.core.instants import seconds
from acd.core.orders import HangUpAgent, JoinAgain, PutOnHold
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Limits
from acd.core.requests import AskForPin, EndTalk, HoldCaller, RaiseHand, ResumeCaller, TalkRequest
from acd.core.switch_events import (
    CallerHeld,
    CallerResumed,
    CallerVerified,
    CallStartedWaiting,
    OrderFailed,
    Stage,
    TalkEnded,
    Verdict,
)
from acd.core.talk_events import CallHeld, CallResumed, ControlFailed, HandRaised
from tests.builders import ANNA, CARDS, FIRST, SECOND, ZH, World, lane, one_agent_policy, policy, seen


@pytest.fixture
def world() -> World:
    """Anna talks with the first caller."""
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    return world


def refusals(world: World) -> list[str]:
    return [event.reason for event in world.news(RequestRefused)]


def hold(world: World) -> None:
    world.take(HoldCaller(ANNA))
    world.take(CallerHeld(FIRST))


# Hold


def test_a_caller_is_on_hold_when_the_switch_says_so_and_not_before(world: World) -> None:
    assert world.take(HoldCaller(ANNA)).orders == (PutOnHold(FIRST),)
    assert world.call(FIRST).held_since is None
    world.take(CallerHeld(FIRST))
    assert world.news(CallHeld) == [CallHeld(FIRST, ANNA, CARDS)]
    assert world.call(FIRST).held_since == world.now
    assert world.state(ANNA) is AgentState.TALKING


def test_the_time_on_hold_is_counted_over_all_holds_of_a_talk(world: World) -> None:
    for length in (20, 30):
        hold(world)
        world.wait(length)
        assert world.take(ResumeCaller(ANNA)).orders == (JoinAgain(FIRST),)
        world.take(CallerResumed(FIRST))
        assert [event.held for event in world.news(CallResumed)] == [seconds(length)]
        world.wait(10)
    hold(world)
    world.wait(5)
    world.hang_up(FIRST)
    [finished] = world.history(TalkFinished)
    assert (finished.talked, finished.held) == (seconds(75), seconds(55))


def test_one_thing_after_the_other(world: World) -> None:
    world.take(HoldCaller(ANNA))
    for request in (HoldCaller(ANNA), EndTalk(ANNA), AskForPin(ANNA)):
        world.take(request)
        assert refusals(world) == ["one thing after the other: what was asked for before is not done yet"]
    world.wait(5)
    assert world.take(HoldCaller(ANNA)).orders, "the order was lost"


def test_an_order_that_the_switch_refuses_leaves_the_two_talking(world: World) -> None:
    world.take(HoldCaller(ANNA))
    world.take(OrderFailed(FIRST, None))
    assert world.news(ControlFailed) == [ControlFailed(FIRST, ANNA)]
    assert world.take(HoldCaller(ANNA)).orders


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (HoldCaller(ANNA), "the caller is on hold already"),
        (AskForPin(ANNA), "the caller is on hold; take him back first"),
        (EndTalk(ANNA), "the caller is on hold; take him back first"),
    ],
)
def test_what_does_not_go_with_a_hold_is_refused(world: World, request_: TalkRequest, reason: str) -> None:
    hold(world)
    world.take(request_)
    assert refusals(world) == [reason]


def test_nobody_is_put_on_hold_who_keys_his_pin(world: World) -> None:
    world.take(AskForPin(ANNA))
    world.take(HoldCaller(ANNA))
    assert refusals(world) == ["the caller keys his PIN"]
    world.take(CallerVerified(FIRST, Verdict.WRONG))
    assert world.take(HoldCaller(ANNA)).orders


def test_nothing_is_asked_of_a_switch_that_cannot_be_reached(world: World) -> None:
    world.lose_switch()
    world.take(HoldCaller(ANNA))
    assert refusals(world) == ["the telephone switch cannot be reached at the moment"]


def test_a_caller_on_hold_whose_agent_is_gone_waits_again_at_the_head(world: World) -> None:
    hold(world)
    world.enter(SECOND)
    world.wait(60)
    world.pause(ANNA)
    world.take(CallStartedWaiting(FIRST, "13800000000", "Li", "95555", world.now, world.now, CARDS, ZH, ""))
    assert world.call(FIRST).state is CallState.WAITING
    assert world.router.waiting() == [FIRST, SECOND]
    assert world.call(FIRST).held_since is None


def test_a_survey_finds_a_hold_that_was_missed_and_its_end(world: World) -> None:
    phone = world.router.memory.policy.agents[ANNA].phone
    for stage, held in ((Stage.HELD, True), (Stage.TALKING, False)):
        world.wait(5)
        world.survey(seen(FIRST, stage, offer=world.offer(FIRST), phone=phone))
        assert (world.call(FIRST).held_since is not None) is held


def test_a_core_without_a_journal_finds_a_held_talk_as_one() -> None:
    world = World(one_agent_policy(), ready=[ANNA], surveyed=False)
    world.survey(seen(FIRST, Stage.HELD, phone="anna"))
    assert world.call(FIRST).state is CallState.TALKING
    assert world.call(FIRST).held_since is not None
    assert world.state(ANNA) is AgentState.TALKING
    assert world.take(ResumeCaller(ANNA)).orders == (JoinAgain(FIRST),)


def test_a_core_without_a_journal_tears_nobody_out_of_a_talk_for_having_waited_too_long() -> None:
    impatient = lane("cards", limits=Limits(wait=seconds(60)), when_full=Outcome(OutcomeKind.SAY, "all_busy"))
    world = World(policy(lanes=(impatient,)), ready=[ANNA], surveyed=False)
    world.wait(600)
    world.survey(seen(FIRST, Stage.TALKING, phone="anna"))
    assert world.call(FIRST).state is CallState.TALKING
    assert world.ordered == []


# The agent hangs up


def test_an_agent_hangs_up_by_his_page(world: World) -> None:
    assert world.take(EndTalk(ANNA)).orders == (HangUpAgent(FIRST),)
    assert world.state(ANNA) is AgentState.TALKING, "until the switch says so"
    world.take(TalkEnded(FIRST))
    assert world.state(ANNA) is AgentState.READY
    assert world.call(FIRST).state is CallState.AFTER_TALK


def test_who_talks_with_nobody_has_nothing_to_hang_up() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.take(EndTalk(ANNA))
    assert refusals(world) == ["you talk with nobody"]


# A raised hand


def test_a_hand_is_raised_and_taken_down(world: World) -> None:
    world.take(RaiseHand(ANNA, raised=True))
    assert world.news(HandRaised) == [HandRaised(ANNA, FIRST, raised=True)]
    assert world.desk(ANNA).hand_since == world.now
    assert not world.take(RaiseHand(ANNA, raised=True)).events, "pressed twice"
    world.take(RaiseHand(ANNA, raised=False))
    assert world.news(HandRaised) == [HandRaised(ANNA, FIRST, raised=False)]


def test_a_hand_falls_when_the_talk_is_over(world: World) -> None:
    world.take(RaiseHand(ANNA, raised=True))
    world.hang_up(FIRST)
    assert world.news(HandRaised) == [HandRaised(ANNA, FIRST, raised=False)]
    assert world.desk(ANNA).hand_since is None


def test_nobody_raises_his_hand_who_talks_with_nobody() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.take(RaiseHand(ANNA, raised=True))
    assert refusals(world) == ["you talk with nobody"]
