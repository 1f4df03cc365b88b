"""What agents ask for: to log in and out, to be ready, to pause, and when it takes effect."""

import pytest

from acd.core.agents import AgentState
from acd.core.events import AgentChanged, RequestRefused
from acd.core.instants import seconds
from acd.core.names import AgentId
from acd.core.switch_events import OfferFailure
from tests.builders import ANNA, CARDS, FIRST, SECOND, World, agent, lane, one_agent_policy, policy

WITH_WRAP_UP = policy(
    lanes=(lane("cards", wrap_up=20), lane("general")), agents=[agent("anna", cards=5, mandarin=5, english=3)]
)


def refusal(world: World) -> str:
    (refused,) = world.step.events
    assert isinstance(refused, RequestRefused)
    return refused.reason


def test_an_agent_who_logs_in_is_not_ready_before_he_says_so() -> None:
    world = World()
    world.enter(FIRST)
    world.log_in(ANNA)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "logged in")
    assert not world.rung()
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_who_has_not_logged_in_can_neither_be_ready_nor_pause() -> None:
    world = World()
    world.ready(ANNA)
    assert refusal(world) == "log in first"
    world.pause(ANNA)
    assert refusal(world) == "log in first"


def test_a_pause_needs_a_reason_that_the_operator_knows() -> None:
    world = World(ready=[ANNA])
    world.pause(ANNA, "no desire")
    assert refusal(world) == "unknown pause reason; allowed: lunch, meeting"
    assert world.state(ANNA) is AgentState.READY
    world.pause(ANNA, "lunch")
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "lunch")


def test_an_agent_nobody_knows_is_told_so() -> None:
    world = World()
    world.log_in(AgentId("mallory"))
    assert refusal(world) == "no such agent"


def test_asking_for_what_is_already_so_changes_nothing() -> None:
    world = World(ready=[ANNA])
    idle_since = world.desk(ANNA).idle_since
    world.wait(5)
    assert not world.ready(ANNA).events
    assert not world.log_in(ANNA).events
    assert world.desk(ANNA).idle_since == idle_since


@pytest.mark.parametrize("stage", ["reserved", "ringing", "talking"])
@pytest.mark.parametrize("leave", [False, True])
def test_a_pause_or_log_out_during_an_offer_or_a_call_takes_effect_afterwards(stage: str, leave: bool) -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    if stage != "reserved":
        world.reach(FIRST)
    if stage == "talking":
        world.answer(FIRST)
    world.enter(SECOND)
    wanted = AgentState.LOGGED_OUT if leave else AgentState.PAUSED
    _ = world.log_out(ANNA) if leave else world.pause(ANNA)
    assert (world.state(ANNA), world.desk(ANNA).afterwards) == (AgentState(stage), wanted)
    assert world.news(AgentChanged)[0].afterwards is wanted
    world.hang_up(FIRST)
    assert (world.state(ANNA), world.desk(ANNA).afterwards) == (wanted, None)
    assert world.desk(ANNA).reason == ("" if leave else "lunch")
    assert not world.rung()


def test_a_pause_asked_for_in_a_call_may_be_taken_back() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.pause(ANNA)
    world.ready(ANNA)
    world.hang_up(FIRST)
    assert world.state(ANNA) is AgentState.READY


def test_an_agent_who_left_during_a_call_and_is_back_before_its_end_is_not_logged_out_by_it() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.log_out(ANNA)
    world.log_in(ANNA)
    world.hang_up(FIRST)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "logged in")


def test_an_agent_whose_phone_rang_in_vain_is_paused_as_he_had_asked() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.pause(ANNA, "meeting")
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "meeting")


def test_after_a_call_the_agent_has_his_lanes_wrap_up_and_then_the_next_caller() -> None:
    world = World(WITH_WRAP_UP, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.enter(SECOND, CARDS)
    world.hang_up(FIRST)
    assert (world.state(ANNA), world.desk(ANNA).until) == (AgentState.WRAP_UP, world.now + seconds(20))
    assert not world.wait(19.999).events
    world.wait(0.001)
    assert world.rung() == [(SECOND, ANNA)]


def test_an_agent_who_has_finished_his_notes_may_be_ready_before_the_wrap_up_ends() -> None:
    world = World(WITH_WRAP_UP, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.hang_up(FIRST)
    world.wait(3)
    world.enter(SECOND, CARDS)
    world.ready(ANNA)
    assert world.rung() == [(SECOND, ANNA)]
    world.talk(SECOND)
    assert not world.wait(30).events, "the old wrap-up's end must not disturb the new call"


def test_a_pause_asked_for_in_a_call_begins_after_the_wrap_up() -> None:
    world = World(WITH_WRAP_UP, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.pause(ANNA)
    world.hang_up(FIRST)
    assert world.state(ANNA) is AgentState.WRAP_UP
    world.wait(20)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "lunch")


def test_a_pause_in_the_wrap_up_begins_at_once_and_does_not_end_with_it() -> None:
    world = World(WITH_WRAP_UP, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.hang_up(FIRST)
    world.pause(ANNA)
    assert world.state(ANNA) is AgentState.PAUSED
    assert not world.wait(100).events


def test_an_agent_whose_browser_went_away_is_paused() -> None:
    world = World(ready=[ANNA])
    world.pause(ANNA, "screen closed")
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "screen closed")


def test_a_ready_agent_who_logs_out_is_offered_nothing_more() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.log_out(ANNA)
    world.enter(FIRST)
    assert world.state(ANNA) is AgentState.LOGGED_OUT
    assert not world.rung()
