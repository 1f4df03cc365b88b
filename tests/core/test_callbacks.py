"""Whoever wishes to be called back keeps his place: it is called in its turn, and in nobody else's."""

from dataclasses import replace

import pytest

from acd.core.agents import AgentState
from acd.core.caller_events import CallbackQueued, CustomerCalled, CustomerMissed
from acd.core.calls import Call, CallState
from acd.core.events import AgentOffered, CallAnswered, CallResult, OfferEnd, OfferEnded
from acd.core.instants import seconds
from acd.core.names import CallId
from acd.core.orders import CallCustomer
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Calendar, CallbackFirst, Callbacks, Limits, Policy
from acd.core.switch_events import (
    CallbackAccepted,
    CallbackFailed,
    CallStartedWaiting,
    MessageLeft,
    OfferFailure,
    OfferReached,
)
from tests.builders import ANNA, CARDS, FIRST, SECOND, THIRD, ZH, World, at, lane, need, one_agent_policy

ENTRY = CallId(f"cb-{FIRST}")
USUAL = Callbacks(ring_for=seconds(20), attempts=2, retry_after=seconds(60), keep_for=seconds(3600))
CUSTOMER_FIRST = replace(USUAL, first=CallbackFirst.CUSTOMER)
LISI, WANGWU = "13911111111", "13922222222"


def bank(callbacks: Callbacks | None = USUAL, **changes: object) -> Policy:
    """Anna alone, and one lane."""
    usual = {"lanes": {CARDS: lane("cards", need("cards"))}, "default_lane": CARDS, "callbacks": callbacks}
    return one_agent_policy(**usual | changes)


def comes(world: World, call: CallId, number: str) -> None:
    world.take(CallStartedWaiting(call, number, "", "95555", world.now, world.now, CARDS, ZH, ""))


def wishes(world: World, call: CallId = FIRST, number: str = "13800000000") -> None:
    """A caller waits, wishes to be called back, and hangs up."""
    comes(world, call, number)
    world.wait(10)
    world.take(CallbackAccepted(call))
    world.hang_up(call)


def picks_up(world: World, entry: CallId = ENTRY) -> None:
    """The customer answers, and his channel is where the agent's phone is rung, or where callers wait."""
    order = next(order for order in reversed(world.ordered) if isinstance(order, CallCustomer))
    if order.offer is None:
        world.take(
            CallStartedWaiting(entry, order.number, "", "95555", order.arrived_at, order.entered_at, CARDS, ZH, "")
        )
    else:
        world.take(OfferReached(entry, order.offer.offer))


def entry_of(world: World) -> Call:
    return world.call(ENTRY)


def test_when_an_agent_is_free_he_is_reserved_and_the_customer_is_rung() -> None:
    world = World(bank())
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    (order,) = (order for order in world.step.orders if isinstance(order, CallCustomer))
    assert order.number == "13800000000"
    assert order.offer is not None
    assert order.offer.agent == ANNA
    assert world.state(ANNA) is AgentState.RESERVED
    (offered,) = world.news(AgentOffered)
    assert offered.callback
    picks_up(world)
    assert world.state(ANNA) is AgentState.RINGING
    world.answer(ENTRY)
    assert world.state(ANNA) is AgentState.TALKING
    (answered,) = world.news(CallAnswered)
    assert answered.waited == 0, "he has not waited on the line"


def test_an_entry_has_the_place_that_its_caller_had() -> None:
    world = World(bank())
    wishes(world)
    world.wait(5)
    comes(world, SECOND, LISI)
    assert world.router.waiting() == [ENTRY, SECOND]
    world.log_in(ANNA)
    world.ready(ANNA)
    assert [event.entry for event in world.news(CustomerCalled)] == [ENTRY]


def test_nobody_is_overtaken_who_came_before() -> None:
    world = World(bank())
    comes(world, SECOND, LISI)
    world.wait(5)
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(SECOND, ANNA)]


def test_with_the_customer_first_no_agent_waits_for_his_phone() -> None:
    world = World(bank(CUSTOMER_FIRST))
    wishes(world)
    comes(world, SECOND, LISI)
    world.log_in(ANNA)
    world.ready(ANNA)
    (order,) = (order for order in world.step.orders if isinstance(order, CallCustomer))
    assert order.offer is None
    assert world.rung() == [(SECOND, ANNA)], "Anna goes on with the next caller"


def test_who_answers_is_first_in_line_again() -> None:
    world = World(bank(CUSTOMER_FIRST))
    wishes(world)
    comes(world, SECOND, LISI)
    comes(world, THIRD, WANGWU)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.talk(SECOND)
    picks_up(world)
    assert world.router.waiting() == [ENTRY, THIRD]
    world.hang_up(SECOND)
    assert world.rung() == [(ENTRY, ANNA)]


def test_who_does_not_answer_is_called_again_later_and_then_no_more() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    world.ready(ANNA)
    world.take(CallbackFailed(ENTRY, OfferFailure.NO_ANSWER))
    assert world.state(ANNA) is AgentState.READY, "it was not Anna who did not answer"
    assert [event.end for event in world.news(OfferEnded)] == [OfferEnd.NOT_REACHED]
    (missed,) = world.news(CustomerMissed)
    assert missed.again_at == world.now + seconds(60)
    assert not world.wait(59).orders
    world.wait(1)
    assert [event.attempt for event in world.news(CustomerCalled)] == [2]
    world.take(CallbackFailed(ENTRY, OfferFailure.BUSY))
    assert world.record(ENTRY).result is CallResult.UNREACHED
    assert ENTRY not in world.router.memory.calls


def test_an_answer_that_nobody_heard_of_counts_as_none_after_a_while() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    world.ready(ANNA)
    world.wait(30)
    assert entry_of(world).state is CallState.AWAY
    assert world.state(ANNA) is AgentState.READY


def test_a_customer_who_answers_after_he_was_given_up_waits_in_his_place() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    world.ready(ANNA)
    world.take(CallbackFailed(ENTRY, OfferFailure.NO_ANSWER))
    world.pause(ANNA)
    world.take(CallStartedWaiting(ENTRY, "13800000000", "", "95555", at(0), at(0), CARDS, ZH, ""))
    assert entry_of(world).state is CallState.WAITING
    comes(world, SECOND, LISI)
    assert world.router.waiting() == [ENTRY, SECOND]


def test_nobody_is_rung_while_he_still_hears_that_he_will_be_called_back() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    comes(world, FIRST, "13800000000")
    world.take(CallbackAccepted(FIRST))
    world.ready(ANNA)
    assert not world.history(CustomerCalled)
    world.hang_up(FIRST)
    assert world.history(CustomerCalled)


def test_nobody_is_rung_at_night() -> None:
    # The day begins at 11:06:40; the hours at 11:10.
    morning = Calendar("morning", (((40_200_000, 43_200_000),),) * 7)
    world = World(bank(replace(USUAL, hours="morning"), calendars={"morning": morning}))
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert not world.history(CustomerCalled)
    world.wait(200)
    assert [event.entry for event in world.news(CustomerCalled)] == [ENTRY]
    assert world.said[-1] == world.news(CustomerCalled)[-1]
    assert world.now - world.router.memory.now <= seconds(10)


def test_who_calls_again_takes_his_place_back() -> None:
    world = World(bank())
    wishes(world)
    comes(world, SECOND, LISI)
    world.wait(60)
    comes(world, THIRD, "13800000000")
    assert world.record(ENTRY).result is CallResult.CANCELLED
    assert world.router.waiting() == [THIRD, SECOND]


def test_two_wishes_of_one_number_are_one() -> None:
    world = World(bank(None))
    wishes(world)
    comes(world, SECOND, LISI)
    world.take(CallbackAccepted(SECOND, "13800000000"))
    assert len(world.history(CallbackQueued)) == 1
    world.hang_up(SECOND)
    assert world.record(SECOND).result is CallResult.CALLED_BACK


def test_a_wish_is_settled_when_the_same_number_talks_with_an_agent() -> None:
    lanes = {CARDS: lane("cards", need("cards")), **one_agent_policy().lanes}
    world = World(one_agent_policy(lanes=lanes))
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.enter(SECOND, next(name for name in lanes if name != CARDS))
    world.talk(SECOND)
    assert world.record(ENTRY).result is CallResult.CANCELLED


def test_a_wish_that_grows_too_old_is_given_up() -> None:
    world = World(bank())
    wishes(world)
    world.wait(3600)
    assert world.record(ENTRY).result is CallResult.UNREACHED


def test_without_rules_nobody_is_rung_and_the_wish_is_kept_for_people() -> None:
    world = World(bank(None))
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.wait(86_400 * 3)
    assert not world.history(CustomerCalled)
    assert entry_of(world).state is CallState.AWAY


def test_the_books_count_a_customer_from_when_he_answers() -> None:
    world = World(bank())
    wishes(world)
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.called_back, counts.waiting()) == (1, 1, 0)
    world.log_in(ANNA)
    world.ready(ANNA)
    picks_up(world)
    assert (counts.offered, counts.waiting()) == (2, 1)
    world.answer(ENTRY)
    assert (counts.answered, counts.answered_in_time, counts.waiting()) == (1, 1, 0)


def test_a_message_becomes_an_entry_of_its_lane() -> None:
    full = lane("cards", need("cards"), limits=Limits(length=1), when_full=Outcome(OutcomeKind.MESSAGE))
    world = World(bank(lanes={CARDS: full}))
    comes(world, SECOND, LISI)
    comes(world, FIRST, "13800000000")
    world.take(MessageLeft(FIRST))
    world.hang_up(FIRST)
    assert [event.message for event in world.history(CallbackQueued)] == [True]
    world.hang_up(SECOND)
    world.log_in(ANNA)
    world.ready(ANNA)
    (offered,) = world.news(AgentOffered)
    assert offered.message_of == FIRST


@pytest.mark.parametrize("callbacks", [USUAL, CUSTOMER_FIRST])
def test_a_restarted_process_goes_on_with_whom_it_finds(callbacks: Callbacks) -> None:
    world = World(bank(callbacks))
    wishes(world)
    world.lose_switch()
    world.router = type(world.router)(world.router.memory)
    world.survey()
    world.log_in(ANNA)
    world.ready(ANNA)
    assert [event.entry for event in world.news(CustomerCalled)] == [ENTRY]
    world.router = type(world.router)(world.router.memory)
    world.wait(31)
    assert entry_of(world).state is CallState.AWAY
