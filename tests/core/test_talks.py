"""In a talk and after it: a caller proves who he is, loses his agent, says how he was served."""

from dataclasses import replace

import pytest

from acd.core.agents import AgentState
from acd.core.caller_events import AdvertHeard, AdvertOffered, FollowUpRaised, SurveyAnswered, VerdictGiven
from acd.core.calls import CallState
from acd.core.events import AgentOffered, CallLeftLane, CallResult, LeaveReason, RequestRefused
from acd.core.inputs import PolicyLoaded
from acd.core.instants import seconds
from acd.core.orders import AskCaller, DivertCaller, PlanSurvey
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Survey
from acd.core.requests import AskForPin
from acd.core.surveys import drawn
from acd.core.switch_events import (
    AdvertLeft,
    CallArrived,
    CallEnded,
    CallerVerified,
    CallStartedWaiting,
    SurveyTaken,
    Verdict,
)
from tests.builders import ANNA, CARDS, FIRST, SECOND, ZH, World, lane, need, one_agent_policy, policy

CALLS = Survey("calls", 2, unhappy_at=2, not_again_within=seconds(3600))


def talking(world: World) -> World:
    world.enter(FIRST)
    world.talk(FIRST)
    return world


def with_anna(**changes: object) -> World:
    return World(one_agent_policy(**changes), ready=[ANNA])


# The PIN


def test_an_agent_asks_and_hears_the_verdict() -> None:
    world = talking(with_anna())
    assert world.take(AskForPin(ANNA)).orders == (AskCaller(FIRST, ZH),)
    world.take(CallerVerified(FIRST, Verdict.VERIFIED, "4711"))
    assert world.news(VerdictGiven) == [VerdictGiven(FIRST, ANNA, Verdict.VERIFIED, "4711")]
    assert world.call(FIRST).verified
    assert world.state(ANNA) is AgentState.TALKING, "they talk on"


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.VERIFIED])
def test_no_other_verdict_proves_anything(verdict: Verdict) -> None:
    world = talking(with_anna())
    world.take(AskForPin(ANNA))
    world.take(CallerVerified(FIRST, verdict))
    assert not world.call(FIRST).verified
    assert world.take(AskForPin(ANNA)).orders, "he may be asked again"


def test_a_caller_is_not_asked_twice_at_once() -> None:
    world = talking(with_anna())
    world.take(AskForPin(ANNA))
    world.take(AskForPin(ANNA))
    assert [event.reason for event in world.news(RequestRefused)] == ["the caller is being asked already"]
    world.wait(180)
    assert world.take(AskForPin(ANNA)).orders, "the verdict was lost"


def test_nobody_is_asked_who_talks_with_nobody() -> None:
    world = with_anna()
    world.take(AskForPin(ANNA))
    assert [event.reason for event in world.news(RequestRefused)] == ["there is no caller to ask"]


# The agent is gone


def test_a_caller_who_lost_his_agent_waits_again_at_the_head() -> None:
    world = talking(with_anna())
    world.enter(SECOND)
    world.wait(60)
    world.take(AskForPin(ANNA))
    waiting = CallStartedWaiting(FIRST, "13800000000", "Li", "95555", world.now, world.now, CARDS, ZH, "")
    world.pause(ANNA)
    world.take(waiting)
    assert world.call(FIRST).state is CallState.WAITING
    assert world.router.waiting() == [FIRST, SECOND]
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.waiting()) == (3, 1, 2)


# The survey


def test_a_survey_is_planned_when_the_agent_answers() -> None:
    world = with_anna(surveys=(CALLS,))
    world.enter(FIRST)
    world.reach(FIRST)
    assert world.answer(FIRST).orders == (PlanSurvey(FIRST, "calls"),)


def test_nobody_is_asked_twice_within_the_time() -> None:
    world = talking(with_anna(surveys=(CALLS,)))
    world.end_talk(FIRST)
    world.take(SurveyTaken(FIRST, "calls", (5, 4)))
    world.hang_up(FIRST)
    world.enter(SECOND)
    world.reach(SECOND)
    assert not world.answer(SECOND).orders


@pytest.mark.parametrize(
    ("change", "asked"), [({"lanes": {"wealth"}}, False), ({"agents": {"anna"}}, True), ({"tiers": {"gold"}}, False)]
)
def test_a_survey_is_for_its_lanes_agents_and_tiers(change: dict[str, set[str]], asked: bool) -> None:
    survey = replace(CALLS, **{name: frozenset(value) for name, value in change.items()})  # type: ignore[arg-type]
    world = with_anna(surveys=(survey,))
    world.enter(FIRST)
    world.reach(FIRST)
    assert bool(world.answer(FIRST).orders) is asked


def test_one_unhappy_answer_raises_a_follow_up() -> None:
    world = talking(with_anna(surveys=(CALLS,)))
    world.end_talk(FIRST)
    world.take(SurveyTaken(FIRST, "calls", (5, 2), comment=True))
    assert world.news(SurveyAnswered) == [SurveyAnswered(FIRST, CARDS, ANNA, "calls", (5, 2), True)]
    assert world.news(FollowUpRaised) == [FollowUpRaised(FIRST, CARDS, ANNA, "calls")]


def test_no_answer_is_not_an_unhappy_one() -> None:
    world = talking(with_anna(surveys=(CALLS,)))
    world.end_talk(FIRST)
    world.take(SurveyTaken(FIRST, "calls", (0,)))
    assert not world.news(FollowUpRaised)


@pytest.mark.parametrize("share", [0, 1, 20, 50, 100])
def test_the_draw_takes_its_share(share: int) -> None:
    """Of ten thousand names, within four standard deviations."""
    names = 10_000
    found = sum(drawn(f"calls/hotline-1795318465.{number}", share) for number in range(names))
    deviation = (names * share * (100 - share)) ** 0.5 / 100
    assert abs(found - names * share / 100) <= 4 * deviation


# Adverts


def waits_with_advert(world: World, *, accepted: bool = True) -> None:
    world.take(
        CallStartedWaiting(
            FIRST, "138", "", "95555", world.now, world.now, CARDS, ZH, "", advert="savings", advert_accepted=accepted
        )
    )


def test_the_agent_sees_what_the_caller_heard_and_for_how_long() -> None:
    world = World(one_agent_policy())
    waits_with_advert(world)
    assert world.news(AdvertOffered) == [AdvertOffered(FIRST, CARDS, "savings", True)]
    world.wait(20)
    world.log_in(ANNA)
    world.ready(ANNA)
    (offered,) = world.news(AgentOffered)
    assert (offered.advert, offered.advert_heard) == ("savings", seconds(20))
    world.wait(1)
    world.talk(FIRST)
    assert world.news(AdvertHeard) == [AdvertHeard(FIRST, CARDS, "savings", seconds(21), False)]


def test_a_caller_leaves_the_advert_by_a_key_and_waits_on() -> None:
    world = World(one_agent_policy())
    waits_with_advert(world)
    world.wait(5)
    world.take(AdvertLeft(FIRST))
    assert world.news(AdvertHeard) == [AdvertHeard(FIRST, CARDS, "savings", seconds(5), True)]
    assert world.router.waiting() == [FIRST]


def test_who_said_no_hears_none() -> None:
    world = World(one_agent_policy())
    waits_with_advert(world, accepted=False)
    world.wait(20)
    world.hang_up(FIRST)
    assert not world.history(AdvertHeard)
    assert world.router.memory.asked_adverts == {"138": world.now - seconds(20)}


# The menu, and an emergency


def test_a_call_that_the_menu_ended_was_served() -> None:
    world = World()
    world.take(CallArrived(FIRST, "", "", "95555", world.now))
    world.take(CallEnded(FIRST, served=True))
    assert world.record(FIRST).result is CallResult.SERVED_IN_MENU


def test_a_message_that_was_chosen_in_the_menu_is_recorded_at_once() -> None:
    world = World()
    wish = Outcome(OutcomeKind.MESSAGE)
    world.take(CallStartedWaiting(FIRST, "138", "", "95555", world.now, world.now, CARDS, ZH, "", wish=wish))
    assert world.step.orders == (DivertCaller(FIRST, wish, ZH),)
    assert [event.why for event in world.news(CallLeftLane)] == [LeaveReason.CHOSEN]


def test_in_an_emergency_everybody_is_sent_away_also_who_waits_already() -> None:
    say = Outcome(OutcomeKind.SAY, "flood")
    calm = policy(lanes=(lane("cards", need("cards")),))
    world = World(calm)
    world.enter(FIRST)
    flood = replace(calm, version="2", lanes={CARDS: replace(calm.lanes[CARDS], emergency=say)})
    world.take(PolicyLoaded(flood))
    world.enter(SECOND)
    assert [order for order in world.ordered if isinstance(order, DivertCaller)] == [
        DivertCaller(FIRST, say, ZH),
        DivertCaller(SECOND, say, ZH),
    ]
    assert {event.why for event in world.history(CallLeftLane)} == {LeaveReason.EMERGENCY}
