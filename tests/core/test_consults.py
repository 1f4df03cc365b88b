"""An agent asks a colleague while his caller is on hold, and hands him over; whoever is lost at any moment."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import RequestRefused, TalkFinished
from acd.core.instants import seconds
from acd.core.names import OfferId
from acd.core.orders import BringTogether, HandOver, LetGo, PutOnHold, RingColleague, SurveySwitch
from acd.core.requests import (
    AskForPin,
    CompleteTransfer,
    ConsultAgent,
    EndTalk,
    HoldCaller,
    Request,
    ResumeCaller,
    StartConference,
    TransferCaller,
)
from acd.core.switch_events import (
    AgentLeft,
    AllTogether,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    OfferFailure,
    OrderFailed,
    Stage,
)
from acd.core.talk_events import AgentConsulted, CallResumed, ConferenceStarted, ConsultEnd, ConsultOver, TransferEnded
from acd.core.transfers import Target, TransferKind, TransferResult
from tests.builders import ANNA, BEN, CARDS, CHEN, FIRST, OPENING, SECOND, ZH, World, agent, lane, need, policy, seen

AGENTS = (agent("anna", cards=5, mandarin=5), agent("ben", wealth=3, mandarin=5), agent("chen", wealth=4, mandarin=5))


@pytest.fixture
def world() -> World:
    """Anna has a caller on hold; Ben is ready, and has nothing of what the lane asks for."""
    world = World(
        policy(lanes=(lane("cards", need("cards"), wrap_up=30), lane("general")), agents=AGENTS), ready=[ANNA]
    )
    world.enter(FIRST)
    world.talk(FIRST)
    world.log_in(BEN)
    world.ready(BEN)
    world.wait(30)
    world.take(HoldCaller(ANNA))
    world.take(CallerHeld(FIRST))
    world.wait(5)
    return world


def asks(world: World, *, answered: bool = True) -> OfferId:
    """Anna asks Ben; by which number the switch speaks of it."""
    world.take(ConsultAgent(ANNA, BEN))
    [order] = world.step.orders
    assert isinstance(order, RingColleague)
    assert (order.call, order.agent) == (FIRST, BEN)
    if answered:
        world.wait(3)
        world.take(ColleagueAnswered(FIRST, order.offer))
    return order.offer


def refusals(world: World) -> list[str]:
    return [event.reason for event in world.news(RequestRefused)]


def ends(world: World) -> list[ConsultEnd]:
    return [event.end for event in world.history(ConsultOver)]


def test_a_colleague_is_reserved_and_sees_the_caller_before_his_phone_rings(world: World) -> None:
    offer = asks(world, answered=False)
    assert world.history(AgentConsulted) == [AgentConsulted(FIRST, offer, BEN, ANNA, CARDS)]
    assert world.state(BEN) is AgentState.CONSULTED
    shown = world.router.offer_of(BEN)
    assert shown is not None
    assert (shown.call, shown.consulted_by, shown.transferred_by) == (FIRST, ANNA, None)
    assert world.call(FIRST).held_since is not None


def test_the_caller_is_handed_over_and_each_agent_has_his_own_part(world: World) -> None:
    offer = asks(world)
    world.wait(20)
    assert world.take(CompleteTransfer(ANNA)).orders == (HandOver(FIRST, BEN, offer),)
    world.take(CallerHandedOver(FIRST, offer))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.TALKING)
    assert [event.result for event in world.history(TransferEnded)] == [TransferResult.REACHED]
    world.wait(10)
    world.hang_up(FIRST)
    finished = [(each.agent, each.talked, each.held) for each in world.history(TalkFinished)]
    assert finished == [(ANNA, seconds(58), seconds(28)), (BEN, seconds(10), 0)]
    assert ends(world) == [ConsultEnd.HANDED_OVER]
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.waiting()) == (2, 2, 0)


def test_the_caller_is_taken_back_and_the_colleague_is_free(world: World) -> None:
    asks(world)
    world.take(ResumeCaller(ANNA))
    world.take(CallerResumed(FIRST))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.TALKING, AgentState.READY)
    assert ends(world) == [ConsultEnd.OVER]


def test_a_colleague_who_does_not_answer_leaves_the_caller_on_hold(world: World) -> None:
    offer = asks(world, answered=False)
    world.take(ConsultEnded(FIRST, offer, OfferFailure.DECLINED))
    assert world.state(BEN) is AgentState.COOLING
    assert world.call(FIRST).held_since is not None
    assert ends(world) == [ConsultEnd.NOT_ANSWERED]


def test_a_colleague_of_whom_nothing_is_heard_is_not_asked_for_ever(world: World) -> None:
    asks(world, answered=False)
    world.wait(30)
    assert world.state(BEN) is AgentState.READY
    assert ends(world) == [ConsultEnd.NOT_ANSWERED]


def test_a_colleague_who_hangs_up_is_free_and_another_may_be_asked(world: World) -> None:
    offer = asks(world)
    world.take(ConsultEnded(FIRST, offer, None))
    assert world.state(BEN) is AgentState.READY
    assert asks(world) != offer


def test_a_caller_who_hangs_up_frees_both(world: World) -> None:
    asks(world)
    world.hang_up(FIRST)
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.READY)


def test_an_agent_who_is_gone_leaves_the_caller_at_the_head_and_the_colleague_free(world: World) -> None:
    asks(world)
    world.enter(SECOND)
    world.pause(ANNA)
    world.take(CallStartedWaiting(FIRST, "13800000000", "Li", "95555", OPENING, OPENING, CARDS, ZH, ""))
    assert world.router.waiting() == [FIRST, SECOND]
    assert world.state(BEN) is AgentState.READY


def test_a_survey_finds_a_caller_who_was_handed_over(world: World) -> None:
    offer = asks(world)
    world.take(CompleteTransfer(ANNA))
    world.wait(5)
    world.survey(seen(FIRST, Stage.TALKING, offer=offer, phone="ben"))
    assert world.call(FIRST).state is CallState.TALKING
    assert (world.call(FIRST).agent, world.state(ANNA)) == (BEN, AgentState.WRAP_UP)


def test_that_the_agents_are_parted_by_the_handing_over_itself_frees_nobody(world: World) -> None:
    offer = asks(world)
    world.take(CompleteTransfer(ANNA))
    world.take(ConsultEnded(FIRST, offer, None))
    assert world.state(BEN) is AgentState.CONSULTED
    world.take(CallerHandedOver(FIRST, offer))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.TALKING)
    assert ends(world) == [ConsultEnd.HANDED_OVER]


@pytest.mark.parametrize("gone_first", [True, False])
def test_a_colleague_who_is_gone_before_the_caller_comes_leaves_him_with_his_agent(
    world: World, *, gone_first: bool
) -> None:
    offer = asks(world)
    world.take(CompleteTransfer(ANNA))
    news = (ConsultEnded(FIRST, offer, None), OrderFailed(FIRST, None))
    for each in news if gone_first else reversed(news):
        world.take(each)
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.TALKING, AgentState.READY)
    assert ends(world) == [ConsultEnd.OVER]
    assert asks(world) != offer


def test_a_handing_over_of_which_nothing_is_heard_is_not_waited_for_and_found_by_a_survey(world: World) -> None:
    offer = asks(world)
    world.take(CompleteTransfer(ANNA))
    world.take(ConsultEnded(FIRST, offer, None))
    world.wait(5)
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.TALKING, AgentState.READY)
    assert world.take(CallerHandedOver(FIRST, offer)).orders == (SurveySwitch(),)
    world.wait(1)
    world.survey(seen(FIRST, Stage.TALKING, offer=offer, phone="ben"))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.TALKING)
    assert world.call(FIRST).agent == BEN


@pytest.mark.parametrize("answered", [True, False])
def test_what_a_new_process_missed_of_a_colleague_it_learns_from_a_survey(world: World, *, answered: bool) -> None:
    offer = asks(world, answered=answered)
    world.lose_switch()
    world.wait(60)
    assert world.state(BEN) is AgentState.CONSULTED
    found = None if answered else offer
    world.survey(seen(FIRST, Stage.HELD, offer=world.call(FIRST).offer, phone="anna", consult=found))
    consult = world.call(FIRST).consult
    assert (consult is None) if answered else (consult is not None and consult.answered)
    assert world.state(BEN) is (AgentState.READY if answered else AgentState.CONSULTED)


def test_a_phone_that_may_be_ringing_when_the_switch_is_there_again_does_not_ring_for_ever(world: World) -> None:
    asks(world, answered=False)
    world.lose_switch()
    world.survey(seen(FIRST, Stage.HELD, offer=world.call(FIRST).offer, phone="anna"))
    assert world.state(BEN) is AgentState.CONSULTED
    world.wait(30)
    assert ends(world) == [ConsultEnd.NOT_ANSWERED]


def test_what_cannot_be_is_refused(world: World) -> None:
    world.take(CompleteTransfer(ANNA))
    assert refusals(world) == ["there is no colleague who could take the caller"]
    world.take(ConsultAgent(ANNA, CHEN))
    assert refusals(world) == ["chen is not ready"]
    world.take(ConsultAgent(ANNA, ANNA))
    assert refusals(world) == ["that is you"]
    asks(world)
    world.take(ConsultAgent(ANNA, BEN))
    assert refusals(world) == ["you are asking a colleague already"]
    world.take(TransferCaller(ANNA, Target(TransferKind.LANE, "general")))
    assert refusals(world) == ["hand the caller over to your colleague, or take him back first"]


def together(world: World) -> OfferId:
    """Anna, Ben and the caller hear each other."""
    offer = asks(world)
    world.wait(2)
    assert world.take(StartConference(ANNA)).orders == (BringTogether(FIRST),)
    world.take(AllTogether(FIRST, offer))
    return offer


def test_all_three_talk_and_the_caller_is_on_hold_no_more(world: World) -> None:
    offer = together(world)
    assert world.history(ConferenceStarted) == [ConferenceStarted(FIRST, offer, BEN, ANNA, CARDS)]
    assert [event.held for event in world.history(CallResumed)] == [seconds(10)]
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.TALKING, AgentState.CONSULTED)


@pytest.mark.parametrize("asked_for", [EndTalk(ANNA), CompleteTransfer(ANNA), None])
def test_the_agent_leaves_the_three_and_the_caller_is_the_colleagues(world: World, asked_for: Request | None) -> None:
    together(world)
    first = world.offer(FIRST)
    world.wait(20)
    if asked_for is not None:
        assert world.take(asked_for).orders == (LetGo(FIRST, colleague=False),)
    world.take(AgentLeft(FIRST, first))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.TALKING)
    assert ends(world) == [ConsultEnd.HANDED_OVER]
    world.wait(10)
    world.hang_up(FIRST)
    finished = [(each.agent, each.talked, each.held) for each in world.history(TalkFinished)]
    assert finished == [(ANNA, seconds(60), seconds(10)), (BEN, seconds(10), 0)]
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.waiting()) == (2, 2, 0)


@pytest.mark.parametrize("asked_for", [EndTalk(BEN), ResumeCaller(ANNA), None])
def test_the_colleague_leaves_the_three_and_it_is_as_it_was_at_first(world: World, asked_for: Request | None) -> None:
    offer = together(world)
    if asked_for is not None:
        assert world.take(asked_for).orders == (LetGo(FIRST, colleague=True),)
    world.take(AgentLeft(FIRST, offer))
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.TALKING, AgentState.READY)
    assert ends(world) == [ConsultEnd.OVER]
    world.take(HoldCaller(ANNA))
    assert world.step.orders == (PutOnHold(FIRST),)


def test_a_colleague_who_is_asked_may_hang_up_by_his_page(world: World) -> None:
    asks(world)
    assert world.take(EndTalk(BEN)).orders == (LetGo(FIRST, colleague=True),)


def test_a_caller_who_leaves_the_three_frees_both_and_nobody_is_asked_any_more(world: World) -> None:
    together(world)
    world.hang_up(FIRST)
    assert (world.state(ANNA), world.state(BEN)) == (AgentState.WRAP_UP, AgentState.READY)


def test_what_cannot_be_while_all_talk_is_refused(world: World) -> None:
    world.take(StartConference(ANNA))
    assert refusals(world) == ["there is no colleague who could join you"]
    together(world)
    for request in (HoldCaller(ANNA), AskForPin(ANNA)):
        world.take(request)
        assert refusals(world) == ["your colleague talks with you both; let him go first"]
    world.take(StartConference(ANNA))
    assert refusals(world) == ["all of you talk together already"]
    world.take(ConsultAgent(ANNA, CHEN))
    assert refusals(world) == ["you are asking a colleague already"]
    world.take(TransferCaller(ANNA, Target(TransferKind.LANE, "general")))
    assert refusals(world) == ["hand the caller over to your colleague, or take him back first"]


@pytest.mark.parametrize("who_is_left", ["both", "anna", "ben"])
def test_what_a_new_process_missed_of_the_three_it_learns_from_a_survey(world: World, who_is_left: str) -> None:
    offer = asks(world)
    first = world.call(FIRST).offer
    if who_is_left != "both":
        world.take(AllTogether(FIRST, offer))
    world.lose_switch()
    world.wait(60)
    stage = Stage.CONFERENCE if who_is_left == "both" else Stage.TALKING
    now_of, consult = (offer, None) if who_is_left == "ben" else (first, offer if who_is_left == "both" else None)
    world.survey(seen(FIRST, stage, offer=now_of, phone="ben" if who_is_left == "ben" else "anna", consult=consult))
    call = world.call(FIRST)
    assert (call.agent, call.held_since) == (BEN if who_is_left == "ben" else ANNA, None)
    if who_is_left == "both":
        assert call.consult is not None
        assert call.consult.together_since == world.now
    else:
        assert call.consult is None
        assert world.state(BEN) is (AgentState.TALKING if who_is_left == "ben" else AgentState.READY)


def test_nobody_is_asked_while_the_caller_hears_it(world: World) -> None:
    world.take(ResumeCaller(ANNA))
    world.take(CallerResumed(FIRST))
    world.take(ConsultAgent(ANNA, BEN))
    assert refusals(world) == ["put the caller on hold first"]
