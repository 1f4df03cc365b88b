"""Link lost, and what a survey then tells: every stage it may find, whatever the core had believed."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import (
    AgentOffered,
    CallAnswered,
    CallClosed,
    CallRepaired,
    CallResult,
    EventIgnored,
    RoutingPaused,
    RoutingResumed,
)
from acd.core.names import CallId, OfferId
from acd.core.orders import ReturnCaller
from acd.core.switch_events import CallSeen, CallStartedWaiting, Stage
from tests.builders import ANNA, BEN, CARDS, CHEN, FIRST, OPENING, SECOND, THIRD, ZH, World, at, one_agent_policy, seen

S, C = Stage, CallState
OTHER_OFFER = OfferId(77)


def believing(state: CallState | None) -> World:
    """A world in which the core believes FIRST to be in this state; Anna holds the offer or talks, if anybody does."""
    world = World(one_agent_policy(), ready=[ANNA] if state in (C.OFFERED, C.TALKING, C.AFTER_TALK) else ())
    match state:
        case None:
            pass
        case C.IN_MENU:
            world.arrive(FIRST)
        case C.FALLEN_BACK:
            world.enter(FIRST)
            world.fall_back(FIRST)
        case _:
            world.enter(FIRST)
    if state is C.OFFERED:
        world.reach(FIRST)
    if state in (C.TALKING, C.AFTER_TALK):
        world.talk(FIRST)
    if state is C.AFTER_TALK:
        world.end_talk(FIRST)
    assert state is None or world.call(FIRST).state is state
    return world


def found(stage: Stage, offer: OfferId) -> CallSeen:
    beyond = stage in (S.OFFERED, S.TALKING, S.AFTER)
    return seen(FIRST, stage, offer=offer if beyond else None, phone="anna" if beyond else None)


OUTCOMES: dict[CallState | None, dict[Stage, CallState]] = {
    None: {
        S.ARRIVED: C.IN_MENU, S.IVR: C.IN_MENU, S.WAITING: C.WAITING, S.OFFERED: C.WAITING,
        S.TALKING: C.TALKING, S.AFTER: C.AFTER_TALK, S.FALLBACK: C.FALLEN_BACK,
    },
    C.IN_MENU: {
        S.ARRIVED: C.IN_MENU, S.IVR: C.IN_MENU, S.WAITING: C.WAITING, S.OFFERED: C.WAITING,
        S.TALKING: C.TALKING, S.AFTER: C.AFTER_TALK, S.FALLBACK: C.FALLEN_BACK,
    },
    C.WAITING: {
        S.WAITING: C.WAITING, S.OFFERED: C.WAITING, S.TALKING: C.TALKING, S.AFTER: C.AFTER_TALK,
        S.FALLBACK: C.FALLEN_BACK,
    },
    C.OFFERED: {
        S.WAITING: C.WAITING, S.OFFERED: C.OFFERED, S.TALKING: C.TALKING, S.AFTER: C.AFTER_TALK,
        S.FALLBACK: C.FALLEN_BACK,
    },
    C.TALKING: {S.TALKING: C.TALKING, S.AFTER: C.AFTER_TALK, S.WAITING: C.WAITING},
    C.AFTER_TALK: {S.AFTER: C.AFTER_TALK, S.WAITING: C.WAITING},
    C.FALLEN_BACK: {S.FALLBACK: C.FALLEN_BACK, S.WAITING: C.WAITING},
}  # fmt: skip
"""What the core believes after a survey, by what it believed before and what the survey saw."""


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize(
    ("before", "stage", "after"),
    [(before, stage, after) for before, row in OUTCOMES.items() for stage, after in row.items()],
)
def test_the_core_believes_what_the_survey_saw(
    before: CallState | None, stage: Stage, after: CallState, lost: bool
) -> None:
    world = believing(before)
    known = world.router.memory.calls.get(FIRST)
    offer = known.offer if known is not None and known.offer is not None else OTHER_OFFER
    world.pause(ANNA)
    world.wait(3)
    if lost:
        world.lose_switch()
    world.survey(found(stage, offer))
    assert world.call(FIRST).state is after
    talking = after is C.TALKING
    assert (world.state(ANNA) is AgentState.TALKING) == talking
    assert bool(world.news(CallRepaired)) == (before is not after or (stage is S.OFFERED and before is C.WAITING))
    assert all(counts.waiting() in (0, 1) for counts in world.router.memory.counts.values())
    assert sum(counts.waiting() for counts in world.router.memory.counts.values()) == (after in (C.WAITING, C.OFFERED))


@pytest.mark.parametrize("before", [state for state in OUTCOMES if state is not None])
def test_a_call_without_a_channel_is_closed_and_its_agent_freed(before: CallState) -> None:
    world = believing(before)
    world.wait(3)
    world.survey()
    assert len(world.news(CallClosed)) == 1
    assert not world.router.memory.calls
    assert world.desk(ANNA).call is None
    assert all(counts.waiting() == 0 for counts in world.router.memory.counts.values())


def test_a_survey_that_finds_all_as_believed_repairs_nothing() -> None:
    world = World(ready=[ANNA, BEN])
    world.arrive(THIRD)
    world.enter(FIRST)
    world.talk(FIRST)
    world.enter(SECOND)
    world.reach(SECOND)
    world.wait(3)
    world.survey(
        seen(FIRST, S.TALKING, offer=world.offer(FIRST), phone="anna"),
        seen(SECOND, S.OFFERED, offer=world.offer(SECOND), phone="ben"),
        seen(THIRD, S.IVR),
    )
    assert not world.step.events
    assert not world.step.orders


def test_nobody_is_offered_a_call_between_the_loss_of_the_link_and_the_survey() -> None:
    world = World(ready=[ANNA])
    world.lose_switch()
    assert world.step.events == (RoutingPaused(),)
    world.enter(FIRST)
    world.wait(60)
    assert not world.offered()
    world.survey(seen(FIRST, S.WAITING))
    assert world.news(RoutingResumed)
    assert world.rung() == [(FIRST, ANNA)]


def test_losing_the_link_twice_is_said_once() -> None:
    world = World()
    world.lose_switch()
    world.lose_switch()
    assert not world.step.events


def test_an_offer_does_not_end_while_the_link_is_down_but_soon_after_if_the_survey_says_nothing_of_it() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.lose_switch()
    assert not world.wait(60).events
    assert world.state(ANNA) is AgentState.RESERVED
    world.survey(seen(FIRST, S.OFFERED, offer=OTHER_OFFER, phone="ben"))
    world.wait(2)
    assert world.state(ANNA) is AgentState.COOLING


def test_a_survey_asked_for_before_the_link_was_lost_does_not_resume_routing() -> None:
    world = World(ready=[ANNA])
    world.wait(1)
    world.lose_switch()
    world.survey(asked=0.5)
    assert world.step.events == (EventIgnored("SwitchSurveyed", None, "asked for before the link was lost"),)
    assert not world.router.memory.switch_ready


def test_a_survey_knows_nothing_of_what_was_heard_after_it_was_asked_for() -> None:
    world = World(one_agent_policy())
    world.wait(1)
    world.enter(FIRST)
    world.wait(1)
    world.survey(asked=1.5)
    assert world.call(FIRST).state is C.WAITING


def test_a_survey_does_not_contradict_an_order_that_is_still_on_its_way() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.wait(1)
    world.survey(seen(FIRST, S.WAITING))
    assert world.call(FIRST).state is C.OFFERED
    assert world.state(ANNA) is AgentState.RESERVED


def test_a_survey_that_still_lists_a_dying_channel_does_not_bring_the_call_back() -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.hang_up(FIRST)
    world.wait(0.002)
    world.survey(seen(FIRST, S.WAITING), asked=0.001)
    assert not world.router.memory.calls
    assert not world.step.events


def test_a_caller_who_still_waits_long_after_we_thought_him_gone_is_served() -> None:
    world = World(ready=[ANNA])
    world.enter(FIRST)
    world.hang_up(FIRST)
    world.wait(12)
    world.survey(seen(FIRST, S.WAITING))
    assert world.rung() == [(FIRST, ANNA)]


def test_callers_found_by_a_survey_are_served_in_the_order_of_their_waiting_not_of_their_ids() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.wait(60)
    world.survey(
        seen(FIRST, S.WAITING, entered_at=at(40)),
        seen(SECOND, S.WAITING, entered_at=at(20)),
        seen(THIRD, S.WAITING, entered_at=at(30)),
    )
    assert world.rung() == [(SECOND, ANNA)]
    assert world.router.waiting() == [THIRD, FIRST]


def test_an_agent_freed_by_a_survey_is_not_offered_a_caller_of_whom_the_same_survey_says_that_he_is_gone() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.enter(SECOND)
    world.wait(1)
    world.enter(THIRD)
    world.wait(1)
    world.survey(seen(THIRD, S.WAITING, entered_at=at(1)))
    assert [offered.call for offered in world.news(AgentOffered)] == [THIRD]


def test_a_talk_found_by_a_survey_is_offered_to_nobody_on_the_way() -> None:
    world = World(ready=[ANNA, BEN])
    world.wait(5)
    world.survey(seen(FIRST, S.TALKING, offer=OTHER_OFFER, phone="anna"))
    assert not world.news(AgentOffered)
    assert not world.step.orders
    assert world.state(ANNA) is AgentState.TALKING
    assert world.state(BEN) is AgentState.READY


def test_a_talk_found_at_the_phone_of_the_agent_who_held_the_offer_keeps_him() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.enter(FIRST)
    world.reach(FIRST)
    world.enter(SECOND)
    world.wait(3)
    world.survey(seen(FIRST, S.TALKING, offer=OTHER_OFFER, phone="anna"), seen(SECOND, S.WAITING, entered_at=OPENING))
    assert (world.state(ANNA), world.desk(ANNA).call) == (AgentState.TALKING, FIRST)
    assert not world.rung()


@pytest.mark.parametrize("logged_in", [False, True])
def test_an_agent_found_talking_goes_back_to_his_pause_or_absence_afterwards(logged_in: bool) -> None:
    world = World(one_agent_policy())
    if logged_in:
        world.log_in(ANNA)
        world.pause(ANNA, "meeting")
    world.survey(seen(FIRST, S.TALKING, offer=OTHER_OFFER, phone="anna"))
    assert world.state(ANNA) is AgentState.TALKING
    world.hang_up(FIRST)
    expected = (AgentState.PAUSED, "meeting") if logged_in else (AgentState.LOGGED_OUT, "")
    assert (world.state(ANNA), world.desk(ANNA).reason) == expected


@pytest.mark.parametrize("phone", [None, "nobodys", "chen"])
def test_a_talk_at_a_phone_that_is_nobodys_or_already_in_use_belongs_to_nobody(phone: str | None) -> None:
    world = World(ready=[CHEN])
    world.enter(SECOND, lane="wealth", language="en")  # type: ignore[arg-type]
    world.talk(SECOND)
    world.wait(1)
    busy = seen(SECOND, S.TALKING, offer=world.offer(SECOND), phone="chen")
    world.survey(busy, seen(FIRST, S.TALKING, offer=OTHER_OFFER, phone=phone))
    assert world.news(CallAnswered)[0].agent is None
    assert world.desk(CHEN).call == SECOND
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.ANSWERED


@pytest.mark.parametrize("stage", [S.OFFERED, S.TALKING])
def test_a_channel_that_does_not_know_its_offer_is_not_taken_for_a_waiting_one(stage: Stage) -> None:
    world = World(ready=[ANNA])
    world.survey(seen(FIRST, stage, phone="anna"))
    if stage is S.TALKING:
        assert world.call(FIRST).state is C.TALKING
    else:
        assert isinstance(world.step.orders[0], ReturnCaller)


def test_facts_that_a_survey_told_before_are_harmless_when_they_come_late() -> None:
    world = World(one_agent_policy(), ready=[ANNA])
    world.survey(seen(FIRST, S.WAITING))
    world.reach(FIRST)
    before = repr(world.router.memory)
    world.take(CallStartedWaiting(FIRST, "", "", "", OPENING, OPENING, CARDS, ZH, ""))
    assert repr(world.router.memory) == before
    assert not world.step.events


def test_a_hundred_waiting_callers_are_found_again_with_their_places() -> None:
    world = World(one_agent_policy())
    world.wait(300)
    callers = [seen(CallId(f"hotline-9.{n}"), S.WAITING, entered_at=at(n * 37 % 100)) for n in range(100)]
    world.survey(*callers)
    entered = [world.call(call).entered_at for call in world.router.waiting()]
    assert entered == [at(n) for n in range(100)]
