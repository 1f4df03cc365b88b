"""An agent sends his caller on: to a lane, to another agent, to a number outside; and the caller comes back."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import AgentOffered, CallResult, RequestRefused, TalkFinished
from acd.core.instants import seconds
from acd.core.names import CallId, LaneName
from acd.core.orders import SendCaller
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Limits
from acd.core.requests import TransferCaller
from acd.core.step import Step
from acd.core.switch_events import (
    CallEnded,
    CallerHeld,
    CallerSent,
    CallStartedWaiting,
    NumberAnswered,
    OfferFailure,
    OrderFailed,
    Stage,
    TalkEnded,
)
from acd.core.talk_events import CallTransferred, ControlFailed, TransferEnded
from acd.core.transfers import Target, TransferKind, TransferResult
from tests.builders import (
    ANNA,
    BEN,
    CARDS,
    CHEN,
    FIRST,
    GENERAL,
    OPENING,
    SECOND,
    WEALTH,
    ZH,
    World,
    agent,
    lane,
    need,
    policy,
    seen,
)

NUMBER = "+862155550000"
OUTSIDE = Target(TransferKind.NUMBER, NUMBER)
TO_WEALTH = Target(TransferKind.LANE, WEALTH)
TO_BEN, TO_CHEN = Target(TransferKind.AGENT, BEN), Target(TransferKind.AGENT, CHEN)

LANES = (lane("cards", need("cards"), wrap_up=30), lane("wealth", need("wealth"), wrap_up=40), lane("general"))
AGENTS = (agent("anna", cards=5, mandarin=5), agent("ben", cards=3, mandarin=4), agent("chen", wealth=4, mandarin=5))


def talking(**changes: object) -> World:
    """Anna alone is ready, and talks with the first caller."""
    rules = policy(lanes=LANES, agents=AGENTS, transfer_numbers={"office": NUMBER}, **changes)
    world = World(rules, ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.wait(60)
    return world


def ready(world: World, *agents: str) -> None:
    for each in agents:
        world.log_in(each)  # type: ignore[arg-type]
        world.ready(each)  # type: ignore[arg-type]


def send(world: World, target: Target, by: str = ANNA) -> Step:
    """The agent asks for it, and the switch does it."""
    assert world.take(TransferCaller(by, target)).orders == (SendCaller(FIRST, target, ZH),)  # type: ignore[arg-type]
    return world.take(CallerSent(FIRST, world.offer(FIRST), target))


def waits(world: World, call: CallId = FIRST, in_lane: LaneName = CARDS) -> Step:
    """The dialplan says that he is in the music again."""
    return world.take(CallStartedWaiting(call, "13800000000", "Li", "95555", OPENING, OPENING, in_lane, ZH, ""))


def results(world: World) -> list[TransferResult]:
    return [event.result for event in world.history(TransferEnded)]


def refusal(world: World, target: Target) -> str:
    world.take(TransferCaller(ANNA, target))
    [event] = world.news(RequestRefused)
    return event.reason


# To a lane


def test_a_caller_sent_to_a_lane_waits_there_before_all_who_came_after_him() -> None:
    world = talking()
    world.enter(SECOND, WEALTH)
    send(world, TO_WEALTH)
    assert world.news(TalkFinished) == [TalkFinished(FIRST, ANNA, CARDS, seconds(60))]
    assert world.news(CallTransferred) == [CallTransferred(FIRST, ANNA, CARDS, TO_WEALTH)]
    assert results(world) == [TransferResult.REACHED]
    assert world.router.waiting() == [FIRST, SECOND]
    assert (world.state(ANNA), world.desk(ANNA).until) == (AgentState.WRAP_UP, world.now + seconds(30)), (
        "the wrap-up is that of the lane in which she talked"
    )
    waits(world, in_lane=WEALTH)
    assert world.call(FIRST).lane == WEALTH


def test_each_agent_has_his_own_part_of_the_talk_and_each_lane_its_own_books() -> None:
    world = talking()
    ready(world, CHEN)
    send(world, TO_WEALTH)
    assert world.rung() == [(FIRST, CHEN)]
    assert world.history(AgentOffered)[-1].transferred_by == ANNA
    world.talk(FIRST)
    world.wait(20)
    world.hang_up(FIRST)
    assert [(each.agent, each.talked) for each in world.history(TalkFinished)] == [
        (ANNA, seconds(60)),
        (CHEN, seconds(20)),
    ]
    for name in (CARDS, WEALTH):
        counts = world.router.memory.counts[name]
        assert (counts.offered, counts.answered, counts.waiting()) == (1, 1, 0)
    assert world.record(FIRST).result is CallResult.ANSWERED


def test_a_lane_that_lets_nobody_in_takes_nobody_from_an_agent_either() -> None:
    full = lane("wealth", need("wealth"), limits=Limits(length=1), when_full=Outcome(OutcomeKind.SAY, "full"))
    empty = lane("general", need("gold"), when_unstaffed=Outcome(OutcomeKind.SAY, "nobody"))
    rules = policy(lanes=(LANES[0], full, empty), agents=AGENTS)
    world = World(rules, ready=[ANNA])
    world.enter(FIRST)
    world.talk(FIRST)
    world.enter(SECOND, WEALTH)
    assert refusal(world, TO_WEALTH) == "the lane is full"
    assert refusal(world, Target(TransferKind.LANE, GENERAL)) == "nobody is there who could serve the caller"
    assert refusal(world, Target(TransferKind.LANE, "nowhere")) == "there is no such lane"


def test_an_agent_who_hangs_up_in_the_moment_of_the_transfer_does_not_lose_the_caller() -> None:
    world = talking()
    world.take(TransferCaller(ANNA, TO_WEALTH))
    world.end_talk(FIRST)
    world.take(CallerSent(FIRST, world.offer(FIRST), TO_WEALTH))
    assert world.router.waiting() == [FIRST]
    assert len(world.history(TalkFinished)) == 1


def test_a_transfer_that_was_not_heard_of_ends_in_the_lane_it_was_for() -> None:
    world = talking()
    world.take(TransferCaller(ANNA, TO_WEALTH))
    waits(world, in_lane=WEALTH)
    assert world.call(FIRST).lane == WEALTH
    assert results(world) == [TransferResult.REACHED]


def test_a_caller_on_hold_is_sent_on_as_well() -> None:
    world = talking()
    world.take(CallerHeld(FIRST))
    world.wait(15)
    send(world, TO_WEALTH)
    assert [event.held for event in world.news(TalkFinished)] == [seconds(15)]
    assert world.call(FIRST).held_since is None


def test_the_switch_refuses_to_move_him_and_the_two_talk_on() -> None:
    world = talking()
    world.take(TransferCaller(ANNA, TO_WEALTH))
    world.take(OrderFailed(FIRST, None))
    assert world.news(ControlFailed) == [ControlFailed(FIRST, ANNA)]
    assert world.state(ANNA) is AgentState.TALKING
    assert world.history(CallTransferred) == []


# To an agent


def test_only_who_is_ready_can_be_sent_a_caller() -> None:
    world = talking()
    assert refusal(world, TO_BEN) == "ben is not ready"
    assert refusal(world, Target(TransferKind.AGENT, ANNA)) == "that is you"
    assert refusal(world, Target(TransferKind.AGENT, "nobody")) == "there is no such agent"


def test_the_agent_whom_he_was_sent_to_is_asked_whatever_the_lane_asks_for() -> None:
    world = talking()
    ready(world, CHEN)
    send(world, TO_CHEN)
    assert world.rung() == [(FIRST, CHEN)]
    assert world.news(AgentOffered)[0].transferred_by == ANNA
    assert results(world) == []
    world.talk(FIRST)
    assert results(world) == [TransferResult.REACHED]
    assert world.call(FIRST).sent_to is None


def test_who_does_not_answer_sends_him_back_to_who_had_sent_him() -> None:
    world = talking()
    ready(world, CHEN)
    send(world, TO_CHEN)
    world.reach(FIRST)
    world.wait(14)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert results(world) == [TransferResult.RETURNED]
    assert world.rung() == [(FIRST, ANNA)], "in the middle of her wrap-up"
    assert world.news(AgentOffered)[0].transferred_by == ANNA
    world.talk(FIRST)
    assert world.state(ANNA) is AgentState.TALKING


def test_who_had_sent_him_and_is_gone_leaves_him_at_the_head_of_the_lane() -> None:
    world = talking()
    ready(world, CHEN)
    world.enter(SECOND)
    send(world, TO_CHEN)
    world.pause(ANNA)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.DECLINED)
    assert results(world) == [TransferResult.IN_LINE]
    assert world.router.waiting() == [FIRST, SECOND]


def test_who_was_ready_and_is_not_any_more_is_not_waited_for() -> None:
    world = talking()
    ready(world, CHEN)
    world.take(TransferCaller(ANNA, TO_CHEN))
    world.pause(CHEN)
    world.take(CallerSent(FIRST, world.offer(FIRST), TO_CHEN))
    assert results(world) == [TransferResult.RETURNED]
    assert world.rung() == [(FIRST, ANNA)]


def test_who_comes_back_in_vain_waits_for_anybody() -> None:
    world = talking()
    ready(world, CHEN)
    send(world, TO_CHEN)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.BUSY)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.BUSY)
    assert world.call(FIRST).state is CallState.WAITING
    ready(world, BEN)
    assert world.rung() == [(FIRST, BEN)]


def test_a_third_transfer_in_a_row_works_as_the_first() -> None:
    world = talking()
    ready(world, BEN, CHEN)
    for target, by in ((TO_CHEN, ANNA), (TO_BEN, CHEN), (Target(TransferKind.AGENT, ANNA), BEN)):
        ready(world, target.to)
        send(world, target, by)
        assert world.rung() == [(FIRST, target.to)]
        world.talk(FIRST)
        world.wait(10)
    world.hang_up(FIRST)
    assert results(world) == [TransferResult.REACHED] * 3
    assert [each.agent for each in world.history(TalkFinished)] == [ANNA, CHEN, BEN, ANNA]
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.waiting()) == (4, 4, 0)


def test_a_caller_who_hangs_up_on_the_way_ends_the_transfer() -> None:
    world = talking()
    ready(world, CHEN)
    send(world, TO_CHEN)
    world.hang_up(FIRST)
    assert results(world) == [TransferResult.HUNG_UP]
    assert world.state(CHEN) is AgentState.READY


def test_news_of_an_older_talk_send_nobody_away() -> None:
    world = talking()
    old = world.offer(FIRST)
    ready(world, CHEN)
    send(world, TO_CHEN)
    world.talk(FIRST)
    world.take(CallerSent(FIRST, old, TO_CHEN))
    assert world.state(CHEN) is AgentState.TALKING


# To a number outside


def test_a_caller_is_connected_to_a_number_that_the_settings_name_and_to_no_other() -> None:
    world = talking()
    assert refusal(world, Target(TransferKind.NUMBER, "+49110")) == "the settings name no such number"
    send(world, OUTSIDE)
    assert world.call(FIRST).state is CallState.TRANSFERRED
    assert world.state(ANNA) is AgentState.WRAP_UP
    world.take(NumberAnswered(FIRST))
    assert results(world) == [TransferResult.REACHED]
    world.hang_up(FIRST)
    record = world.record(FIRST)
    assert (record.result, record.stage, record.agent) == (CallResult.ANSWERED, Stage.TRANSFERRED, ANNA)
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.overflowed) == (1, 1, 0)


@pytest.mark.parametrize("there", [True, False])
def test_a_number_that_does_not_answer_brings_him_back(there: bool) -> None:
    world = talking()
    send(world, OUTSIDE)
    if not there:
        world.pause(ANNA)
        world.enter(SECOND)
    waits(world)
    if there:
        assert results(world) == [TransferResult.RETURNED]
        assert world.rung() == [(FIRST, ANNA)]
    else:
        assert results(world) == [TransferResult.IN_LINE]
        assert world.router.waiting() == [FIRST, SECOND]


def test_a_caller_who_hangs_up_while_it_rings_ends_the_transfer() -> None:
    world = talking()
    send(world, OUTSIDE)
    world.take(CallEnded(FIRST))
    assert results(world) == [TransferResult.HUNG_UP]


@pytest.mark.parametrize("after_the_talk", [True, False])
def test_a_survey_finds_who_was_sent_outside(after_the_talk: bool) -> None:
    world = talking()
    if after_the_talk:
        world.take(TalkEnded(FIRST))
    world.wait(5)
    world.survey(seen(FIRST, Stage.TRANSFERRED, offer=world.offer(FIRST), phone="anna"))
    assert world.call(FIRST).state is CallState.TRANSFERRED
    assert world.state(ANNA) is AgentState.WRAP_UP
    world.wait(5)
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.call(FIRST).state in (CallState.WAITING, CallState.OFFERED)


def test_a_core_without_a_journal_finds_who_was_sent_outside() -> None:
    world = World(policy(lanes=LANES, agents=AGENTS), surveyed=False)
    world.survey(seen(FIRST, Stage.TRANSFERRED))
    assert world.call(FIRST).state is CallState.TRANSFERRED
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.ANSWERED
