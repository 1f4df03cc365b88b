"""The service level and its books, and facts that must not disturb them."""

import pytest

from acd.core.events import EventIgnored
from acd.core.names import CallId, OfferId
from acd.core.service_level import LaneCounts
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    TalkEnded,
)
from tests.builders import ANNA, CARDS, FIRST, OPENING, SECOND, WEALTH, ZH, World, one_agent_policy


def test_the_books_of_a_day_tell_how_each_call_came_out() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    for number, (wait, how) in enumerate(
        [(0, "answer"), (15, "answer"), (15.001, "answer"), (3, "hang up"), (4, "hang up"), (60, "fall back")]
    ):
        call = CallId(f"hotline-7.{number}")
        world.pause(ANNA)
        world.enter(call, CARDS)
        world.wait(wait)
        if how == "answer":
            world.ready(ANNA)
            world.talk(call)
        elif how == "fall back":
            world.fall_back(call)
        world.wait(1)
        world.hang_up(call)
    world.enter(FIRST, CARDS)

    counts = world.router.memory.counts[CARDS]
    assert counts == LaneCounts(offered=7, answered=3, answered_in_time=2, abandoned=1, short_abandoned=1, fell_back=1)
    assert counts.waiting() == 1
    assert counts.service_level() == pytest.approx(2 / 5)


def test_a_caller_who_rings_at_the_fifteenth_second_is_counted_by_when_he_was_answered() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.wait(15.001)
    world.answer(FIRST)
    assert world.router.memory.counts[CARDS].answered_in_time == 0


def test_a_lane_that_nobody_has_left_has_no_service_level() -> None:
    assert LaneCounts(offered=3).service_level() is None
    assert LaneCounts(offered=3, short_abandoned=3).service_level() is None


def test_a_caller_in_an_offer_still_counts_as_waiting() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    assert world.router.memory.counts[CARDS].waiting() == 1
    world.reach(FIRST)
    assert world.router.memory.counts[CARDS].waiting() == 1
    world.answer(FIRST)
    assert world.router.memory.counts[CARDS].waiting() == 0


# Facts that do not fit

ODD: list[CallEvent] = [
    OfferReached(FIRST, OfferId(7)),
    OfferAnswered(FIRST, OfferId(7)),
    OfferFailed(FIRST, OfferId(7), OfferFailure.NO_ANSWER),
    OrderFailed(FIRST, OfferId(7)),
    TalkEnded(FIRST),
    CallFellBack(FIRST),
    CallEnded(FIRST),
]


@pytest.mark.parametrize("fact", ODD, ids=lambda fact: type(fact).__name__)
def test_news_of_a_call_that_nobody_knows_is_ignored(fact: CallEvent) -> None:
    world = World(ready=[ANNA])
    world.take(fact)
    assert world.step.events == (EventIgnored(type(fact).__name__, FIRST, "unknown call"),)
    assert not world.step.orders


@pytest.mark.parametrize("fact", ODD, ids=lambda fact: type(fact).__name__)
def test_late_news_of_a_call_that_has_ended_is_ignored(fact: CallEvent) -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.hang_up(FIRST)
    world.wait(3)
    world.take(fact)
    assert world.step.events == (EventIgnored(type(fact).__name__, FIRST, "the call has ended"),)


def test_a_caller_who_has_hung_up_does_not_come_back_by_news_that_were_under_way() -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST, WEALTH)
    world.hang_up(FIRST)
    world.take(CallArrived(FIRST, "138", "", "95555", OPENING))
    world.enter(FIRST, CARDS)
    assert not world.router.memory.calls
    assert not world.rung()
    assert world.router.memory.counts[CARDS].offered == 0


@pytest.mark.parametrize("fact", ODD[:5], ids=lambda fact: type(fact).__name__)
def test_news_of_another_offer_leaves_the_one_that_holds_alone(fact: CallEvent) -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    before = repr(world.router.memory)
    world.take(fact)
    assert repr(world.router.memory) == before


def test_facts_said_twice_count_once() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    arrived = CallArrived(FIRST, "138", "", "95555", OPENING)
    waiting = CallStartedWaiting(FIRST, "138", "", "95555", OPENING, OPENING, CARDS, ZH, "")
    offer = OfferId(1)
    facts: list[CallEvent] = [
        arrived, waiting, OfferReached(FIRST, offer), OfferAnswered(FIRST, offer), TalkEnded(FIRST), CallEnded(FIRST)
    ]  # fmt: skip
    for fact in facts:
        world.take(fact)
        assert not world.news(EventIgnored)
        before = repr((world.router.memory.calls, world.router.memory.desks, world.router.memory.counts))
        world.take(fact)
        assert repr((world.router.memory.calls, world.router.memory.desks, world.router.memory.counts)) == before
        assert not world.step.orders


def test_a_call_that_talks_cannot_fall_back() -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.fall_back(FIRST)
    assert world.step.events == (EventIgnored("CallFellBack", FIRST, "the call is talking"),)


def test_what_was_said_of_other_calls_long_ago_is_forgotten() -> None:
    world = World()
    for number in range(50):
        call = CallId(f"hotline-8.{number}")
        world.enter(call)
        world.hang_up(call)
        world.wait(1)
    world.enter(SECOND)
    world.hang_up(SECOND)
    assert len(world.router.memory.ended) <= 11
