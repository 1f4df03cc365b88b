"""What agents ask for: to log in and out, to be ready, to pause, and when it takes effect."""

import pytest

from acd.core.agents import AgentState
from acd.core.events import AgentChanged, PauseLimitPassed, RequestRefused
from acd.core.instants import seconds
from acd.core.names import AgentId, PhoneName
from acd.core.requests import ExtendWrapUp
from acd.core.switch_events import OfferFailure, PhoneChanged, PhoneState, SwitchSurveyed
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


def test_who_asked_for_a_pause_and_has_done_his_notes_has_his_pause_now() -> None:
    world = World(WITH_WRAP_UP, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.pause(ANNA)
    world.hang_up(FIRST)
    world.ready(ANNA)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "lunch")


def test_a_pause_with_a_limit_says_when_it_is_over_and_leaves_the_agent_paused() -> None:
    world = World(one_agent_policy(pause_reasons={"lunch": seconds(60)}), ready=[ANNA])
    world.pause(ANNA)
    assert world.desk(ANNA).until == world.now + seconds(60)
    world.wait(60)
    assert [(event.agent, event.reason) for event in world.news(PauseLimitPassed)] == [(ANNA, "lunch")]
    assert (world.state(ANNA), world.desk(ANNA).until) == (AgentState.PAUSED, None)


def test_a_wrap_up_may_be_lengthened_once_if_the_lane_allows_it() -> None:
    rules = policy(
        lanes=(lane("cards", wrap_up=20, wrap_up_extension=seconds(30)), lane("general", wrap_up=5)),
        agents=[agent("anna", cards=5, mandarin=5)],
    )
    world = World(rules, ready=[ANNA])
    world.take(ExtendWrapUp(ANNA))
    assert refusal(world) == "there is no wrap-up to lengthen"
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.hang_up(FIRST)
    world.wait(19)
    world.take(ExtendWrapUp(ANNA))
    world.wait(30)
    assert world.state(ANNA) is AgentState.WRAP_UP
    world.take(ExtendWrapUp(ANNA))
    assert refusal(world) == "lengthened once already"
    world.wait(1)
    assert world.state(ANNA) is AgentState.READY


def test_only_so_many_calls_left_unanswered_in_a_row_pause_an_agent_and_he_comes_back_himself() -> None:
    world = World(one_agent_policy(pause_after_misses=2, cool_down={"no_answer": seconds(10)}), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.COOLING, "no_answer")
    world.wait(10)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert (world.state(ANNA), world.desk(ANNA).reason) == (AgentState.PAUSED, "no answer")
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]
    world.talk(FIRST)
    assert world.desk(ANNA).misses == 0


@pytest.mark.parametrize(
    ("phone", "state"), [(PhoneState.LOST, AgentState.PHONE_LOST), (PhoneState.BUSY, AgentState.OTHER_CALL)]
)
def test_an_agent_whose_phone_is_lost_or_busy_is_offered_nothing_until_it_is_free(
    phone: PhoneState, state: AgentState
) -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.take(PhoneChanged(PhoneName("anna"), phone))
    assert world.state(ANNA) is state
    assert not world.enter(FIRST).orders
    assert not world.ready(ANNA).orders, "his word does not make the phone ring"
    world.take(PhoneChanged(PhoneName("anna"), PhoneState.FREE))
    assert world.rung() == [(FIRST, ANNA)]


def test_a_phone_that_was_lost_during_a_break_is_noticed_when_the_break_ends() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.pause(ANNA)
    world.take(PhoneChanged(PhoneName("anna"), PhoneState.LOST))
    assert world.state(ANNA) is AgentState.PAUSED
    world.ready(ANNA)
    assert world.state(ANNA) is AgentState.PHONE_LOST


def test_a_survey_tells_of_phones_too_but_nothing_of_desks_that_have_changed_since() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.wait(5)
    world.take(SwitchSurveyed(world.now, (), ((PhoneName("anna"), PhoneState.LOST),)))
    assert world.state(ANNA) is AgentState.PHONE_LOST
    world.take(PhoneChanged(PhoneName("anna"), PhoneState.FREE))
    world.take(SwitchSurveyed(world.now - 1, (), ((PhoneName("anna"), PhoneState.LOST),)))
    assert world.state(ANNA) is AgentState.READY


def test_the_phone_counts_as_free_when_our_own_talk_ends_though_the_switch_is_a_moment_behind() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(PhoneChanged(PhoneName("anna"), PhoneState.BUSY))
    world.enter(SECOND)
    world.hang_up(FIRST)
    assert world.rung() == [(SECOND, ANNA)]
