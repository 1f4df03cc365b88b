"""Waiting callers are told their place and how long it will take: in time, truly, and never in the way of an offer."""

from copy import deepcopy
from dataclasses import replace

from acd.core.caller_events import WaitForetold
from acd.core.estimate import Prospect, WaitRecord
from acd.core.events import StepTaken
from acd.core.inputs import PolicyLoaded
from acd.core.instants import Duration, seconds
from acd.core.names import CallId
from acd.core.orders import RingAgent, SayToCaller
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Announce, Policy, RouteStep
from acd.core.router import Router
from acd.core.switch_events import OfferFailure
from tests.builders import ANNA, BEN, CARDS, CHEN, EN, FIRST, GENERAL, SECOND, THIRD, World, lane, policy

PLACE = Announce(seconds(30), position=True)
BOTH = Announce(seconds(30), position=True, estimated_wait=True)
WAIT = Announce(seconds(30), estimated_wait=True)


def announcing(announce: Announce, *steps: RouteStep) -> Policy:
    return policy(lanes=(lane("cards", "cards", announce=announce, steps=steps), lane("general")))


def told(world: World) -> list[tuple[CallId, int, tuple[Duration, Duration] | None]]:
    """Who was told what in the last step."""
    orders = [order for order in world.step.orders if isinstance(order, SayToCaller)]
    return [(order.call, order.position, order.wait) for order in orders]


def well_known(world: World, each: float = 20) -> None:
    """The lane has moved by one place in `each` seconds for long."""
    record = WaitRecord()
    for _ in range(60):
        since = world.now - seconds(each)
        record.learn(Prospect(CARDS, since, 1, record.expected(1, 1, world.now)), 1, world.now)
    world.router.memory.waits[CARDS] = record


def busy(world: World) -> None:
    """Ben, the only one at work, talks with somebody."""
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(THIRD, CARDS)
    world.talk(THIRD)


def test_callers_are_told_their_place_at_regular_times_counted_from_when_they_came() -> None:
    world = World(announcing(PLACE))
    world.enter(FIRST, CARDS)
    world.wait(10)
    world.enter(SECOND, CARDS)
    assert not told(world)
    world.wait(19.999)
    assert not told(world)
    world.wait(0.001)
    assert told(world) == [(FIRST, 1, None)]
    world.wait(10)
    assert told(world) == [(SECOND, 2, None)]
    world.hang_up(FIRST)
    world.wait(30)
    assert told(world) == [(SECOND, 1, None)]


def test_the_place_is_that_in_which_the_callers_are_served() -> None:
    world = World(announcing(PLACE))
    world.enter(FIRST, CARDS)
    world.enter(SECOND, CARDS, tier="platinum")
    world.enter(THIRD, GENERAL)
    world.wait(30)
    assert told(world) == [(SECOND, 1, None), (FIRST, 2, None)], (
        "a VIP has come before him, and other lanes do not count"
    )


def test_callers_who_ask_for_different_agents_stand_in_one_order() -> None:
    world = World(announcing(PLACE))
    world.enter(FIRST, CARDS, language=EN)
    world.wait(1)
    world.enter(SECOND, CARDS)
    world.wait(1)
    world.enter(THIRD, CARDS, language=EN)
    world.wait(30)
    assert told(world) == [(FIRST, 1, None), (SECOND, 2, None), (THIRD, 3, None)]


def test_nobody_is_told_in_the_middle_of_an_offer_and_nothing_is_made_up_for() -> None:
    world = World(announcing(PLACE), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.wait(1)
    world.reach(FIRST)
    world.wait(9)
    world.fail(FIRST, OfferFailure.BUSY)
    world.wait(9)
    assert not told(world)
    world.wait(1)
    assert world.rung() == [(FIRST, BEN)], "Ben's phone has been left alone for ten seconds"
    world.wait(1)
    world.reach(FIRST)
    world.wait(14)
    assert not told(world), "his thirty seconds passed in the offer"
    world.fail(FIRST, OfferFailure.BUSY)
    world.wait(9)
    assert not told(world)


def test_who_is_offered_at_the_very_instant_at_which_he_would_be_told_is_only_offered() -> None:
    step = RouteStep(after=seconds(30), drop=("cards",))  # type: ignore[arg-type]
    world = World(announcing(PLACE, step), ready=[CHEN])
    world.enter(FIRST, CARDS, language=EN)
    world.wait(30)
    assert world.rung() == [(FIRST, CHEN)]
    assert not told(world)


def test_a_place_that_is_due_with_what_a_step_says_is_left_out_for_only_one_thing_is_said_at_a_time() -> None:
    world = World(announcing(PLACE, RouteStep(after=seconds(30), announce="busy")))
    world.enter(FIRST, CARDS)
    world.wait(30)
    assert [order.announcement for order in world.step.orders if isinstance(order, SayToCaller)] == ["busy"]


def test_a_lane_without_announcements_says_nothing_and_a_new_policy_may_begin_to() -> None:
    world = World(policy(lanes=(lane("cards", "cards"), lane("general"))))
    world.enter(FIRST, CARDS)
    world.wait(45)
    assert not told(world)
    world.take(PolicyLoaded(replace(announcing(PLACE), version="2")))
    world.wait(15)
    assert told(world) == [(FIRST, 1, None)]


def test_an_estimate_that_is_not_reliable_is_not_told() -> None:
    world = World(announcing(WAIT))
    busy(world)
    world.enter(FIRST, CARDS)
    world.wait(60)
    assert not world.history(WaitForetold)
    assert not [order for order in world.ordered if isinstance(order, SayToCaller)]


def test_the_wait_is_foretold_when_a_caller_begins_to_wait_and_told_as_he_moves_up() -> None:
    world = World(announcing(BOTH))
    busy(world)
    well_known(world)
    world.enter(FIRST, CARDS)
    assert world.news(WaitForetold) == [WaitForetold(FIRST, CARDS, seconds(20), seconds(20))]
    world.enter(SECOND, CARDS)
    assert world.news(WaitForetold) == [WaitForetold(SECOND, CARDS, seconds(40), seconds(40))]
    world.wait(25)
    world.hang_up(FIRST)
    world.wait(5)
    assert told(world) == [(SECOND, 1, (seconds(20), seconds(20)))]
    assert len(world.history(WaitForetold)) == 2, "his wait is foretold once, though he is told of it again"


def test_nothing_is_foretold_of_who_is_offered_at_once() -> None:
    world = World(announcing(BOTH))
    well_known(world)
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(FIRST, CARDS)
    assert [type(order) for order in world.step.orders] == [RingAgent]
    assert not world.history(WaitForetold)


def test_nothing_is_foretold_of_callers_whom_a_survey_finds() -> None:
    world = World(announcing(BOTH), surveyed=False)
    world.log_in(BEN)
    well_known(world)
    world.enter(FIRST, CARDS)
    assert not world.history(WaitForetold)


def test_who_comes_back_from_an_offer_is_not_foretold_again() -> None:
    world = World(announcing(BOTH))
    busy(world)
    well_known(world)
    world.enter(FIRST, CARDS)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert len(world.history(WaitForetold)) == 1


def test_the_lane_learns_from_each_answer_how_long_its_places_take() -> None:
    world = World(announcing(BOTH))
    busy(world)
    world.enter(FIRST, CARDS)
    world.enter(SECOND, CARDS)
    world.wait(40)
    world.end_talk(THIRD)
    world.talk(FIRST)
    (learnt,) = world.router.memory.waits[CARDS].served
    assert (learnt.waited, learnt.place, learnt.at_work) == (seconds(40), 1, 1)
    world.wait(20)
    world.end_talk(FIRST)
    world.talk(SECOND)
    assert [(each.waited, each.place) for each in world.router.memory.waits[CARDS].served] == [
        (seconds(40), 1),
        (seconds(60), 2),
    ]


def test_who_was_served_at_once_teaches_nothing_of_the_wait() -> None:
    world = World(announcing(BOTH))
    busy(world)
    assert CARDS not in world.router.memory.waits


def test_another_process_tells_what_the_first_would_have_told() -> None:
    world = World(announcing(BOTH))
    busy(world)
    well_known(world)
    world.enter(FIRST, CARDS)
    world.wait(29)
    world.router = Router(deepcopy(world.router.memory))
    world.wait(1)
    assert told(world) == [(FIRST, 1, (seconds(20), seconds(20)))]


def test_a_lane_may_tell_the_wait_alone() -> None:
    world = World(announcing(WAIT))
    busy(world)
    well_known(world)
    world.enter(FIRST, CARDS)
    world.wait(30)
    assert told(world) == [(FIRST, 0, (seconds(20), seconds(20)))]


def test_who_is_looked_at_twice_at_one_instant_is_told_once() -> None:
    steps = (
        RouteStep(after=seconds(30), when="waiting(cards) < 2", credit=seconds(1)),
        RouteStep(after=seconds(20), when="language == en", overflow=Outcome(OutcomeKind.SAY, "later")),
    )
    world = World(announcing(PLACE, *steps))
    world.enter(FIRST, CARDS)
    world.wait(10)
    world.enter(SECOND, CARDS, language=EN)
    world.wait(20)
    assert [event.step for event in world.news(StepTaken)] == [2, 1], "only when the second had gone was he alone"
    assert told(world) == [(FIRST, 1, None)]


def test_conditions_ask_for_the_wait_of_who_enters_now() -> None:
    world = World(announcing(BOTH))
    busy(world)

    def estimated() -> Duration:
        return world.router.floor.matching.floor(world.now).estimated_wait(CARDS)

    world.enter(FIRST, CARDS)
    world.wait(7)
    assert estimated() == seconds(7), "nothing is known of the pace, but that the first has waited so long"
    well_known(world)
    assert estimated() == seconds(40)
    world.enter(SECOND, CARDS)
    assert estimated() == seconds(60)
    world.log_in(ANNA)
    assert estimated() == seconds(60), "Anna has logged in and pauses"
    world.ready(ANNA)
    world.reach(FIRST)
    assert estimated() == seconds(20), "two are at work, and one waits"
    world.hang_up(SECOND)
    world.end_talk(THIRD)
    assert estimated() == 0, "Ben is ready"


def test_lines_that_nobody_stands_in_are_not_searched() -> None:
    world = World(announcing(PLACE))
    lines = world.router.floor.matching.lines
    for tier in ("", "platinum"):
        world.enter(FIRST, CARDS, tier=tier)
        world.hang_up(FIRST)
        world.wait(11)
    assert lines.of_lane(CARDS) == []
