"""A process that takes over from another, and rules that change while calls wait."""

from copy import deepcopy
from dataclasses import replace

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import AgentOffered, RequestRefused, RoutingPaused
from acd.core.inputs import CoreStarted, PolicyLoaded
from acd.core.instants import seconds
from acd.core.names import CallId, OfferId, PhoneName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import RouteStep
from acd.core.router import Router
from acd.core.switch_events import (
    CallSeen,
    CallStartedWaiting,
    OfferFailure,
    PhoneChanged,
    PhoneState,
    Stage,
)
from tests.builders import (
    ANNA,
    BEN,
    CARDS,
    CHEN,
    EN,
    FIRST,
    GENERAL,
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
    seen,
)


def restart(world: World, epoch: int = 1) -> None:
    """Another process takes over with what the journal remembers."""
    world.router = Router(deepcopy(world.router.memory))
    world.take(CoreStarted(epoch))


def truth(world: World, stage: Stage) -> list[CallSeen]:
    """What a survey sees if the core believed right and FIRST is at this stage."""
    beyond = stage in (Stage.OFFERED, Stage.TALKING)
    offer = world.offer(FIRST) if beyond else None
    return [seen(FIRST, stage, offer=offer, phone="anna" if beyond else None)]


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("in the menu", Stage.IVR),
        ("waiting", Stage.WAITING),
        ("reserved", Stage.OFFERED),
        ("ringing", Stage.OFFERED),
        ("talking", Stage.TALKING),
        ("after the talk", Stage.AFTER),
        ("fallen back", Stage.FALLBACK),
    ],
)
@pytest.mark.parametrize("away", [0.5, 30])
def test_a_restart_leaves_every_call_as_it_was(state: str, stage: Stage, away: float) -> None:
    world = World(one_agent_policy(), ready=[] if state in ("waiting", "fallen back") else [ANNA])
    world.arrive(FIRST)
    if state != "in the menu":
        world.enter(FIRST)
    if state in ("ringing", "talking", "after the talk"):
        world.reach(FIRST)
    if state in ("talking", "after the talk"):
        world.answer(FIRST)
    if state == "after the talk":
        world.end_talk(FIRST)
    if state == "fallen back":
        world.fall_back(FIRST)
    believed, agent_state = world.call(FIRST).state, world.state(ANNA)

    world.now += seconds(away)
    restart(world)
    assert world.step.events == (RoutingPaused(),)
    world.survey(*truth(world, stage))

    assert world.call(FIRST).state is believed
    if (state, away) == ("reserved", 30):
        agent_state = AgentState.RINGING
    assert world.state(ANNA) is agent_state
    assert len(world.history(AgentOffered)) == (0 if state in ("in the menu", "waiting", "fallen back") else 1)
    world.hang_up(FIRST)
    assert world.desk(ANNA).call is None
    assert world.record(FIRST)


def test_an_order_that_died_with_the_process_is_noticed_and_the_caller_offered_anew() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.now += seconds(0.1)
    restart(world)
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.call(FIRST).state is CallState.OFFERED
    world.wait(2)
    assert world.state(ANNA) is AgentState.COOLING
    world.wait(0.1)
    world.survey(seen(FIRST, Stage.WAITING))
    world.wait(5)
    assert world.rung() == [(FIRST, ANNA)]


def test_numbers_of_offers_do_not_repeat_after_a_restart() -> None:
    world = World(ready=[ANNA, BEN])
    world.enter(FIRST)
    restart(world)
    world.survey(*truth(world, Stage.OFFERED))
    world.enter(SECOND)
    assert [offered.offer for offered in world.history(AgentOffered)] == [1, 1_000_001]


def test_wrap_up_and_cool_down_ended_on_time_although_nobody_was_there_to_notice() -> None:
    world = World(policy(lanes=(lane("cards", wrap_up=20), lane("general"))), ready=[BEN])
    world.enter(FIRST)
    world.talk(FIRST)
    world.hang_up(FIRST)
    world.wait(5)
    world.log_in(ANNA)
    ready_at = world.now + seconds(15)
    world.now += seconds(60)
    restart(world)
    assert (world.state(BEN), world.desk(BEN).idle_since) == (AgentState.READY, ready_at)


def test_without_a_journal_a_survey_brings_all_callers_back_with_their_waiting_times() -> None:
    world = World(one_agent_policy(), surveyed=False)
    world.wait(100)
    world.take(CoreStarted(9))
    world.survey(
        seen(FIRST, Stage.WAITING, entered_at=world.now - seconds(50)),
        seen(SECOND, Stage.WAITING, entered_at=world.now - seconds(70)),
        seen(THIRD, Stage.TALKING, offer=OfferId(8_000_001), phone="anna"),
    )
    assert world.router.waiting() == [SECOND, FIRST]
    assert world.desk(ANNA).call == THIRD


# New rules


def test_an_agent_who_is_hired_is_ready_for_the_callers_who_wait() -> None:
    world = World(policy(agents=[]))
    world.enter(FIRST)
    world.take(PolicyLoaded(one_agent_policy()))
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_an_agent_who_learns_a_skill_is_given_the_waiting_caller_at_once() -> None:
    world = World(policy(agents=[agent("ben", mandarin=5)]), ready=[BEN])
    world.enter(FIRST, CARDS)
    assert not world.rung()
    world.take(PolicyLoaded(policy(agents=[agent("ben", mandarin=5, cards=1)])))
    assert world.rung() == [(FIRST, BEN)]


def test_new_rules_serve_the_waiting_in_the_order_of_their_places() -> None:
    world = World(policy(agents=[]))
    for call in (SECOND, FIRST, THIRD):
        world.enter(call, CARDS)
        world.wait(1)
    unskilled = policy(agents=[agent("anna"), agent("ben")])
    world.take(PolicyLoaded(unskilled))
    for each in (ANNA, BEN):
        world.log_in(each)
        world.ready(each)
    world.take(PolicyLoaded(policy()))
    assert world.rung() == [(SECOND, ANNA), (FIRST, BEN)]


def test_an_agent_who_is_dismissed_while_free_is_gone_at_once() -> None:
    world = World(ready=[BEN])
    world.take(PolicyLoaded(one_agent_policy()))
    assert world.router.desk(BEN) is None
    world.enter(FIRST)
    assert not world.rung()


def test_an_agent_who_is_dismissed_in_a_call_finishes_it_and_is_gone_then() -> None:
    world = World(ready=[BEN])
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(PolicyLoaded(one_agent_policy()))
    assert world.state(BEN) is AgentState.TALKING
    world.ready(BEN)
    assert world.step.events == (RequestRefused("BecomeReady", BEN, "no such agent"),)
    world.hang_up(FIRST)
    assert world.router.desk(BEN) is None


def test_the_lane_of_waiting_callers_is_closed_and_the_default_lanes_agents_serve_them() -> None:
    world = World(policy(lanes=(lane("cards", need("cards")), lane("general")), agents=[agent("chen", mandarin=1)]))
    world.enter(FIRST, CARDS)
    world.log_in(CHEN)
    world.ready(CHEN)
    assert not world.rung()
    world.take(PolicyLoaded(policy(lanes=(lane("general"),), agents=[agent("chen", mandarin=1)])))
    assert world.rung() == [(FIRST, CHEN)]
    assert world.router.memory.counts[CARDS].waiting() == 1
    assert world.router.memory.counts[GENERAL].waiting() == 0
    world.talk(FIRST)
    assert world.router.memory.counts[CARDS].answered == 1


def test_the_language_of_waiting_callers_is_given_up_and_the_default_language_serves() -> None:
    world = World(ready=[BEN])
    world.enter(FIRST, CARDS, language=EN)
    assert not world.rung()
    world.take(PolicyLoaded(replace(policy(), languages={ZH: "mandarin"})))
    assert world.rung() == [(FIRST, BEN)]


def test_a_credit_goes_when_its_class_is_abolished() -> None:
    world = World(one_agent_policy())
    world.enter(FIRST)
    world.wait(10)
    world.enter(SECOND, tier="platinum")
    assert world.router.waiting() == [SECOND, FIRST]
    world.take(PolicyLoaded(one_agent_policy(vip=())))
    assert world.router.waiting() == [FIRST, SECOND]
    assert (world.call(SECOND).vip, world.call(SECOND).credit) == (None, 0)


def test_an_agent_keeps_his_offer_when_he_may_no_longer_serve_its_lane() -> None:
    world = World(ready=[CHEN])
    world.enter(FIRST, WEALTH, language=EN)
    world.take(PolicyLoaded(policy(agents=[agent("chen", cards=1)])))
    world.talk(FIRST)
    assert world.state(CHEN) is AgentState.TALKING


def test_who_is_taken_out_of_the_settings_during_a_talk_and_put_in_again_is_not_logged_out_by_it() -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(PolicyLoaded(policy(agents=[agent("ben", cards=3, mandarin=4)], version="2")))
    assert world.desk(ANNA).afterwards is AgentState.LOGGED_OUT
    world.take(PolicyLoaded(policy(version="3")))
    world.hang_up(FIRST)
    assert world.state(ANNA) is AgentState.READY


def test_a_phone_that_is_lost_while_it_rings_is_not_rung_again() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.take(PhoneChanged(PhoneName("anna"), PhoneState.LOST))
    world.fail(FIRST, OfferFailure.UNREACHABLE)
    world.wait(60)
    assert world.state(ANNA) is AgentState.PHONE_LOST
    assert len(world.offered()) == 1


def test_more_kinds_of_callers_than_are_kept_in_mind_change_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a call asks for may depend on many facts; their combinations are bounded, and made anew beyond that."""
    monkeypatch.setattr("acd.core.rules.CLASSES_AT_MOST", 4)
    on = (RouteStep(after=seconds(30), overflow=Outcome(OutcomeKind.LANE, "general")),)
    cards = lane("cards", 'cards or menu.main == "1" and cards >= 2', steps=on)
    world = World(policy(lanes=(cards, lane("general"))))
    calls = [CallId(f"hotline-7.{number:02}") for number in range(20)]
    for number, call in enumerate(calls):
        menu = (("main", str(number % 10)),)
        came = CallStartedWaiting(call, "138", "", "95555", world.now, world.now, CARDS, ZH, "", menu=menu)
        world.take(came)
        world.wait(1)
    assert world.router.waiting() == calls
    world.wait(60)
    assert world.router.waiting() == calls
    for call in calls:
        world.hang_up(call)
    assert world.router.waiting() == []
