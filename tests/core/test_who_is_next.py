"""Who is served next and by whom: first come, credit, longest idle, skill and language."""

import pytest

from acd.core.agents import AgentState
from acd.core.events import CallEnteredLane
from acd.core.instants import seconds
from acd.core.names import LaneName, LanguageName
from tests.builders import (
    ANNA,
    BEN,
    CARDS,
    CHEN,
    EN,
    FIRST,
    GENERAL,
    PLATINUM,
    PLATINUM_NUMBER,
    SECOND,
    THIRD,
    WEALTH,
    ZH,
    World,
    agent,
    lane,
    need,
    one_agent_policy,
    policy,
)


def test_callers_of_one_class_are_served_in_the_order_in_which_they_came() -> None:
    world = World()
    for call in (SECOND, FIRST, THIRD):
        world.enter(call)
        world.wait(1)
    assert world.router.waiting() == [SECOND, FIRST, THIRD]
    world.log_in(BEN)
    for call in (SECOND, FIRST, THIRD):
        world.ready(BEN)
        assert world.rung() == [(call, BEN)]
        world.talk(call)
        world.pause(BEN)
        world.hang_up(call)


def test_a_caller_whose_news_was_slow_keeps_the_place_that_his_waiting_gives_him() -> None:
    world = World()
    world.wait(60)
    world.enter(FIRST)
    world.wait(1)
    world.enter(SECOND, waited=30)
    assert world.router.waiting() == [SECOND, FIRST]


@pytest.mark.parametrize(("tier", "dialled"), [("platinum", "95555"), ("", PLATINUM_NUMBER)])
@pytest.mark.parametrize(("lead", "overtakes"), [(89.999, True), (90.001, False)])
def test_a_platinum_caller_overtakes_by_ninety_seconds_and_no_more(
    tier: str, dialled: str, lead: float, overtakes: bool
) -> None:
    world = World(one_agent_policy())
    world.enter(FIRST, CARDS)
    world.wait(lead)
    world.enter(SECOND, WEALTH, tier=tier, dialled=dialled)
    (entered,) = world.news(CallEnteredLane)
    assert (entered.vip, entered.credit) == (PLATINUM, seconds(90))
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(SECOND if overtakes else FIRST, ANNA)]


def test_a_credit_never_takes_an_agent_from_a_caller_who_was_offered_to_him() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.enter(SECOND, tier="platinum")
    assert not world.rung()
    assert world.router.offer_of(ANNA) is not None
    assert world.desk(ANNA).call == FIRST


def test_a_call_goes_to_the_agent_who_has_been_idle_longest() -> None:
    world = World(ready=[BEN])
    world.wait(10)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.wait(10)
    world.enter(FIRST)
    assert world.rung() == [(FIRST, BEN)]


def test_agents_idle_since_the_same_moment_are_taken_in_the_order_of_their_ids() -> None:
    world = World(ready=[BEN, ANNA])
    world.enter(FIRST)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_freed_agent_takes_the_caller_who_has_waited_longest_in_all_his_lanes() -> None:
    world = World(one_agent_policy())
    world.enter(FIRST, WEALTH)
    world.wait(1)
    world.enter(SECOND, CARDS)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_an_agent_without_the_lanes_skill_is_never_offered_the_call() -> None:
    world = World(ready=[CHEN, BEN])
    world.enter(FIRST, WEALTH, language=ZH)
    assert not world.rung()
    assert world.state(CHEN) is world.state(BEN) is AgentState.READY


def test_a_skill_below_the_level_asked_for_is_no_skill() -> None:
    rules = policy(lanes=(lane("cards", need("cards", 4)), lane("general")))
    world = World(rules, ready=[BEN])
    world.enter(FIRST, CARDS)
    assert not world.rung()
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_the_callers_language_is_a_need_like_any_other() -> None:
    world = World(ready=[BEN])
    world.enter(FIRST, CARDS, language=EN)
    assert not world.rung()
    world.enter(SECOND, CARDS, language=ZH)
    assert world.rung() == [(SECOND, BEN)]
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_lane_or_language_that_nobody_knows_becomes_the_default() -> None:
    world = World(ready=[BEN])
    world.enter(FIRST, LaneName("unheard-of"), language=LanguageName("xx"))
    (entered,) = world.news(CallEnteredLane)
    assert (entered.lane, entered.language) == (GENERAL, ZH)
    assert world.rung() == [(FIRST, BEN)]


def test_each_call_rings_for_as_long_as_its_lane_says() -> None:
    rules = policy(lanes=(lane("cards", ring_for=7), lane("general")), agents=[agent("anna", mandarin=1)])
    world = World(rules, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.reach(FIRST)
    assert world.desk(ANNA).until == world.now + seconds(7 + 5)


def test_a_call_from_the_future_counts_as_coming_now() -> None:
    world = World()
    world.enter(FIRST, waited=-30)
    world.wait(1)
    world.enter(SECOND)
    assert world.router.waiting() == [FIRST, SECOND]
    assert world.call(FIRST).entered_at == world.now - seconds(1)


def test_nobody_gains_a_place_by_claiming_to_have_waited_before_he_called() -> None:
    world = World()
    world.enter(FIRST)
    world.wait(5)
    world.arrive(SECOND)
    world.enter(SECOND, waited=3600)
    assert world.router.waiting() == [FIRST, SECOND]
    assert world.call(SECOND).entered_at == world.now
