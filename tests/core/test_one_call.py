"""One caller's way: answered, not answered, abandoned; and what becomes of his agent meanwhile."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import (
    AgentChanged,
    AgentOffered,
    CallAnswered,
    CallAppeared,
    CallEnteredLane,
    CallResult,
    OfferEnd,
    OfferEnded,
    TalkFinished,
)
from acd.core.instants import seconds
from acd.core.names import PhoneName
from acd.core.orders import ReturnCaller, RingAgent, SurveySwitch
from acd.core.switch_events import OfferAnswered, OfferFailure, OfferReached, Stage
from tests.builders import ANNA, BEN, CARDS, FIRST, SECOND, World, at, one_agent_policy, seen


def test_a_caller_is_offered_to_the_ready_agent_at_once_and_talks() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.arrive(FIRST)
    assert world.news(CallAppeared)
    world.wait(20)

    world.enter(FIRST, CARDS)
    (offered,) = world.news(AgentOffered)
    assert (offered.call, offered.agent, offered.lane, offered.waited) == (FIRST, ANNA, CARDS, 0)
    assert world.step.orders == (RingAgent(FIRST, ANNA, PhoneName("anna"), offered.offer, seconds(15)),)

    world.reach(FIRST)
    assert world.state(ANNA) is AgentState.RINGING
    world.wait(4)
    world.answer(FIRST)
    (answered,) = world.news(CallAnswered)
    assert (answered.agent, answered.waited, answered.in_time) == (ANNA, seconds(4), True)
    assert world.news(OfferEnded)[0].end is OfferEnd.ANSWERED
    assert world.state(ANNA) is AgentState.TALKING

    world.wait(60)
    world.hang_up(FIRST)
    assert world.news(TalkFinished)[0].talked == seconds(60)
    assert world.state(ANNA) is AgentState.READY
    record = world.record(FIRST)
    assert (record.result, record.stage, record.agent, record.offers) == (CallResult.ANSWERED, Stage.TALKING, ANNA, 1)
    assert (record.arrived_at, record.entered_at, record.answered_at) == (at(0), at(20), at(24))


def test_when_the_agent_hangs_up_first_the_call_closes_when_the_caller_goes() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.end_talk(FIRST)
    assert world.state(ANNA) is AgentState.READY
    assert world.call(FIRST).state is CallState.AFTER_TALK
    world.wait(30)
    world.hang_up(FIRST)
    assert (world.record(FIRST).result, world.record(FIRST).stage) == (CallResult.ANSWERED, Stage.AFTER)
    assert len(world.history(TalkFinished)) == 1


def test_an_agent_who_does_not_answer_is_paused_and_the_next_one_is_offered_the_call() -> None:
    world = World(ready=[ANNA, BEN])
    world.enter(FIRST, CARDS)
    world.reach(FIRST)
    world.wait(15)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "no answer")
    assert world.rung() == [(FIRST, BEN)]
    assert world.news(AgentOffered)[0].waited == seconds(15)


def test_a_caller_keeps_his_place_when_his_agent_does_not_answer() -> None:
    world = World(ready=[BEN])
    world.enter(FIRST)
    world.reach(FIRST)
    world.wait(10)
    world.enter(SECOND)
    world.wait(5)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert world.router.waiting() == [FIRST, SECOND]
    world.ready(BEN)
    assert world.rung() == [(FIRST, BEN)]


@pytest.mark.parametrize(
    ("cause", "cool_down"),
    [(OfferFailure.BUSY, 10), (OfferFailure.DECLINED, 20), (OfferFailure.UNREACHABLE, 30), (OfferFailure.FAILED, 5)],
)
def test_an_agent_whose_phone_fails_is_left_alone_for_a_while_and_then_ready(
    cause: OfferFailure, cool_down: int
) -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.fail(FIRST, cause)
    assert world.news(AgentChanged)[-1].state is AgentState.COOLING
    assert world.news(AgentChanged)[-1].until == at(cool_down)
    assert world.news(OfferEnded)[0].end == cause.value
    world.wait(cool_down - 0.001)
    assert not world.rung()
    world.wait(0.001)
    assert world.rung() == [(FIRST, ANNA)]


def test_an_agent_who_cools_down_may_say_that_he_is_ready_before() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.BUSY)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_caller_who_leaves_in_the_menu_was_never_offered_to_anybody() -> None:
    world = World(ready=[ANNA])
    world.arrive(FIRST)
    world.wait(7)
    world.hang_up(FIRST)
    assert (world.record(FIRST).result, world.record(FIRST).lane) == (CallResult.LEFT_IN_MENU, None)
    assert not world.history(CallEnteredLane)
    assert world.router.memory.counts[CARDS].offered == 0


@pytest.mark.parametrize(
    ("waited", "result"), [(4.999, CallResult.SHORT_ABANDONED), (5, CallResult.ABANDONED), (90, CallResult.ABANDONED)]
)
def test_a_caller_who_gives_up_waiting_is_abandoned_and_within_seconds_a_short_abandon(
    waited: float, result: CallResult
) -> None:
    world = World()
    world.enter(FIRST)
    world.wait(waited)
    world.hang_up(FIRST)
    assert (world.record(FIRST).result, world.record(FIRST).stage) == (result, Stage.WAITING)
    assert not world.router.waiting()


@pytest.mark.parametrize("ringing", [False, True])
def test_a_caller_who_gives_up_during_an_offer_sets_his_agent_free_for_the_next(ringing: bool) -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    if ringing:
        world.reach(FIRST)
    world.enter(SECOND)
    world.hang_up(FIRST)
    assert world.news(OfferEnded)[0].end is OfferEnd.CALLER_HUNG_UP
    assert (world.record(FIRST).stage, world.record(FIRST).agent) == (Stage.OFFERED, ANNA)
    assert world.rung() == [(SECOND, ANNA)]


def test_an_offer_that_came_to_nothing_by_the_caller_does_not_cost_the_agent_his_turn() -> None:
    world = World(ready=[ANNA])
    world.wait(30)
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(FIRST)
    world.reach(FIRST)
    world.wait(10)
    world.hang_up(FIRST)
    world.enter(SECOND)
    assert world.rung() == [(SECOND, ANNA)]


# Orders that go astray


def test_an_order_that_the_switch_refuses_frees_the_agent_and_asks_where_the_caller_is() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.refuse_order(FIRST)
    assert world.state(ANNA) is AgentState.READY
    assert world.step.orders == (SurveySwitch(),)
    world.wait(0.1)
    world.survey()
    assert world.record(FIRST).result is CallResult.SHORT_ABANDONED


def test_a_caller_whom_the_switch_will_not_move_is_not_offered_again_as_fast_as_it_can_refuse() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.refuse_order(FIRST)
    world.wait(0.1)
    world.survey(seen(FIRST, Stage.WAITING))
    assert not world.rung()
    world.wait(2)
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.rung() == [(FIRST, ANNA)]


def test_an_offer_that_never_arrives_is_taken_back_and_the_survey_puts_the_caller_back_in_his_place() -> None:
    world = World(ready=[ANNA, BEN])
    world.enter(FIRST)
    assert world.rung() == [(FIRST, ANNA)]
    assert not world.wait(1.999).events
    world.wait(0.001)
    assert world.state(ANNA) is AgentState.COOLING
    assert world.news(OfferEnded)[0].end is OfferEnd.FAILED
    assert world.step.orders == (SurveySwitch(),)
    world.wait(0.01)
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.rung() == [(FIRST, BEN)]
    assert world.call(FIRST).entered_at == at(0)


def test_an_offer_that_arrives_too_late_is_undone() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    offer = world.offer(FIRST)
    world.wait(2)
    world.take(OfferReached(FIRST, offer))
    assert world.step.orders == (ReturnCaller(FIRST, offer),)
    world.wait(0.05)
    world.enter(FIRST, waited=2.05)
    assert world.router.waiting() == [FIRST]
    assert world.call(FIRST).entered_at == at(0)


def test_an_offer_answered_after_it_was_taken_back_is_found_by_a_survey() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    offer = world.offer(FIRST)
    world.wait(2)
    world.take(OfferAnswered(FIRST, offer))
    assert world.step.orders == (SurveySwitch(),)
    world.wait(0.05)
    world.survey(seen(FIRST, Stage.TALKING, offer=offer, phone="anna"))
    assert world.state(ANNA) is AgentState.TALKING
    assert world.news(CallAnswered)[0].agent == ANNA
    world.hang_up(FIRST)
    assert world.state(ANNA) is AgentState.READY


def test_ringing_that_never_ends_is_looked_into_again_and_again() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    assert world.wait(19.999).orders == ()
    assert world.wait(0.001).orders == (SurveySwitch(),)
    assert world.wait(5).orders == (SurveySwitch(),)
    assert world.state(ANNA) is AgentState.RINGING
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.state(ANNA) is AgentState.COOLING


def test_a_caller_who_falls_back_during_an_offer_sets_his_agent_free() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.fall_back(FIRST)
    assert world.state(ANNA) is AgentState.READY
    assert world.router.memory.counts[CARDS].fell_back == 1
    world.wait(200)
    world.hang_up(FIRST)
    assert (world.record(FIRST).result, world.record(FIRST).stage) == (CallResult.FELL_BACK, Stage.FALLBACK)


@pytest.mark.parametrize("waiting", [False, True])
def test_a_caller_who_falls_back_from_the_menu_or_the_music_is_offered_to_nobody(waiting: bool) -> None:
    world = World(one_agent_policy())
    world.arrive(FIRST)
    if waiting:
        world.enter(FIRST)
    world.fall_back(FIRST)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert not world.rung()
    assert sum(counts.offered for counts in world.router.memory.counts.values()) == 1
    assert all(counts.waiting() == 0 for counts in world.router.memory.counts.values())
