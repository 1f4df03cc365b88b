"""What callers, and what goes wrong, could do to callbacks: nobody is forgotten, rung in vain, or rung by a trick."""

from dataclasses import replace

import pytest

from acd.core.caller_events import CallbackQueued, CustomerCalled, CustomerMissed
from acd.core.calls import CallState
from acd.core.events import AgentOffered, CallResult
from acd.core.inputs import PolicyLoaded
from acd.core.instants import seconds
from acd.core.names import CallId, LaneName
from acd.core.orders import CallCustomer, DivertCaller, SayToCaller
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Announce, Calendar, Callbacks, Limits, RouteStep
from acd.core.switch_events import (
    CallbackAccepted,
    CallbackFailed,
    CallStartedWaiting,
    MessageLeft,
    OfferFailed,
    OfferFailure,
    OrderFailed,
    Stage,
)
from tests.builders import ANNA, CARDS, FIRST, GENERAL, SECOND, THIRD, ZH, World, lane, need, one_agent_policy, seen
from tests.core.test_callbacks import (
    CUSTOMER_FIRST,
    ENTRY,
    LISI,
    USUAL,
    WANGWU,
    bank,
    comes,
    entry_of,
    picks_up,
    wishes,
)

CLOSED = Outcome(OutcomeKind.SAY, "closed")
MESSAGE = Outcome(OutcomeKind.MESSAGE)
EMERGENCY = Outcome(OutcomeKind.SAY, "emergency")
MINE = "13800000000"


def rung(world: World) -> list[CallId]:
    return [event.entry for event in world.history(CustomerCalled)]


def full_of_messages() -> World:
    """A lane in which one caller waits, and all others may leave a message."""
    world = World(bank(lanes={CARDS: lane("cards", need("cards"), limits=Limits(length=1), when_full=MESSAGE)}))
    comes(world, SECOND, LISI)
    return world


def leaves_message(world: World, call: CallId, number: str = MINE) -> None:
    comes(world, call, number)
    world.take(MessageLeft(call))
    world.hang_up(call)


# The switch, and the agents


def test_no_more_customers_are_rung_than_agents_are_ready() -> None:
    world = World(bank(CUSTOMER_FIRST))
    for number in range(5):
        wishes(world, CallId(f"call-{number}"), f"1390000000{number}")
    world.log_in(ANNA)
    world.ready(ANNA)
    assert rung(world) == ["cb-call-0"]
    world.take(CallbackFailed(CallId("cb-call-0"), OfferFailure.NO_ANSWER))
    assert rung(world) == ["cb-call-0", "cb-call-1"]


def test_an_order_that_the_switch_refused_was_no_attempt_and_holds_the_others_back() -> None:
    world = World(bank())
    wishes(world, SECOND, LISI)
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    for _ in range(5):
        called = rung(world)[-1]
        before = len(rung(world))
        world.take(OrderFailed(called, world.call(called).offer))
        assert not world.news(CustomerCalled), "nobody else is tried at once"
        assert world.news(CustomerMissed)[0].again_at == world.now + seconds(30)
        world.wait(30)
        assert len(rung(world)) == before + 1
    assert {event.attempt for event in world.history(CustomerCalled)} == {1}


def test_a_customer_who_has_called_again_meanwhile_has_his_place_on_the_line() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    comes(world, SECOND, LISI)
    world.ready(ANNA)
    comes(world, THIRD, MINE)
    assert world.router.waiting() == [THIRD, SECOND]
    world.take(CallbackFailed(ENTRY, OfferFailure.BUSY))
    assert world.record(ENTRY).result is CallResult.CANCELLED
    assert world.rung() == [(THIRD, ANNA)]


# Numbers


def test_a_wish_at_another_number_is_his_who_made_it() -> None:
    world = World(bank())
    comes(world, FIRST, MINE)
    world.wait(10)
    world.take(CallbackAccepted(FIRST, WANGWU))
    world.hang_up(FIRST)
    assert entry_of(world).number_to_call == WANGWU
    comes(world, SECOND, LISI)
    comes(world, THIRD, MINE)
    assert world.router.waiting() == [THIRD, SECOND]


@pytest.mark.parametrize("number", ["110", "02155555555", "+4479460000", "864008885555"])
def test_a_number_that_may_not_be_called_is_none(number: str) -> None:
    rules = replace(USUAL, numbers=("1", "86"), never=("4008885555",))
    full = lane("cards", need("cards"), limits=Limits(length=1), when_full=Outcome(OutcomeKind.CALLBACK))
    world = World(bank(rules, lanes={CARDS: full}))
    comes(world, SECOND, LISI)
    comes(world, FIRST, number)
    assert world.step.orders == (DivertCaller(FIRST, Outcome(OutcomeKind.SAY, "all_busy"), ZH),)
    assert not world.history(CallbackQueued)


def test_one_number_cannot_have_the_bank_ring_everybody() -> None:
    world = World(bank())
    for number in range(10):
        call = CallId(f"call-{number}")
        comes(world, call, MINE)
        world.take(CallbackAccepted(call, f"1390000000{number}"))
        world.hang_up(call)
    assert len([call for call in world.router.memory.calls.values() if call.state is CallState.AWAY]) <= 3


# Messages


def test_a_message_waits_for_its_answer_whatever_its_caller_does() -> None:
    world = full_of_messages()
    leaves_message(world, FIRST)
    world.hang_up(SECOND)
    comes(world, THIRD, MINE)
    world.hang_up(THIRD)
    assert entry_of(world).callback is not None
    assert entry_of(world).callback.message_of == FIRST


def test_two_messages_are_two() -> None:
    world = full_of_messages()
    leaves_message(world, FIRST)
    leaves_message(world, THIRD)
    messages = {call.callback.message_of for call in world.router.memory.calls.values() if call.callback}
    assert messages == {FIRST, THIRD}


def test_a_message_that_nobody_was_told_of_is_found_by_the_next_survey() -> None:
    world = full_of_messages()
    comes(world, FIRST, MINE)
    world.lose_switch()
    world.wait(30)
    world.survey(seen(SECOND, Stage.WAITING))
    assert [event.message for event in world.news(CallbackQueued)] == [True]


# Doors and emergencies


def test_who_calls_again_and_is_turned_away_is_called_back_all_the_same() -> None:
    morning = Calendar("office", (((40_000_000, 40_080_000),),) * 7)
    office = lane("cards", need("cards"), hours="office", when_closed=CLOSED)
    world = World(bank(lanes={CARDS: office}, calendars={"office": morning}))
    wishes(world)
    world.wait(300)
    comes(world, SECOND, MINE)
    assert world.step.orders == (DivertCaller(SECOND, CLOSED, ZH),)
    assert entry_of(world).state is CallState.AWAY


def test_a_wish_that_cannot_be_met_leads_where_the_lane_leads() -> None:
    shut = lane("cards", need("cards"), hours="office", when_closed=CLOSED)
    world = World(bank(lanes={CARDS: shut}, calendars={"office": Calendar("office", ((),) * 7)}))
    wish = Outcome(OutcomeKind.CALLBACK)
    world.take(CallStartedWaiting(FIRST, "", "", "95555", world.now, world.now, CARDS, ZH, "", wish=wish))
    assert world.step.orders == (DivertCaller(FIRST, CLOSED, ZH),)


def throw_switch(world: World) -> None:
    burning = lane("cards", need("cards"), emergency=EMERGENCY)
    world.take(PolicyLoaded(bank(lanes={CARDS: burning}, version="2")))


def test_an_emergency_reaches_who_was_being_offered() -> None:
    world = World(bank(), ready=[ANNA])
    comes(world, FIRST, MINE)
    world.reach(FIRST)
    throw_switch(world)
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert world.step.orders == (DivertCaller(FIRST, EMERGENCY, ZH),)


def test_nobody_is_called_back_in_an_emergency() -> None:
    world = World(bank())
    wishes(world)
    throw_switch(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert not rung(world)
    world.take(PolicyLoaded(bank(version="3")))
    assert rung(world) == [ENTRY]


# What falls together


def test_an_entry_that_ends_at_the_instant_of_its_next_attempt_stays_ended() -> None:
    """Its caller is handed on into its lane at the very millisecond at which it would be tried again."""
    over = RouteStep(after=seconds(60), overflow=Outcome(OutcomeKind.LANE, "cards"))
    lanes = {CARDS: lane("cards", need("cards")), GENERAL: lane("general", need("cards"), steps=(over,))}
    world = World(bank(lanes=lanes), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    world.ready(ANNA)
    world.take(CallbackFailed(ENTRY, OfferFailure.BUSY))
    world.pause(ANNA)
    world.take(CallStartedWaiting(SECOND, MINE, "", "95555", world.now, world.now, GENERAL, ZH, ""))
    world.wait(60)
    assert world.router.waiting() == [SECOND]
    world.ready(ANNA)
    assert world.rung() == [(SECOND, ANNA)]


def test_a_call_that_is_heard_of_again_takes_nobody_out_of_the_line() -> None:
    world = World(bank(CUSTOMER_FIRST))
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.pause(ANNA)
    picks_up(world)
    world.wait(11)
    comes(world, FIRST, LISI)
    assert world.router.waiting() == [ENTRY, FIRST]


def test_a_survey_finds_who_waits_after_he_was_given_up() -> None:
    world = World(bank(), ready=[ANNA])
    world.pause(ANNA)
    wishes(world)
    world.ready(ANNA)
    offer = world.offer(ENTRY)
    world.take(CallbackFailed(ENTRY, OfferFailure.FAILED))
    world.pause(ANNA)
    world.take(OfferFailed(ENTRY, offer, OfferFailure.NO_ANSWER))
    world.wait(10)
    world.survey(seen(ENTRY, Stage.WAITING))
    assert world.router.waiting() == [ENTRY]


def test_who_lost_his_agent_comes_before_who_came_later() -> None:
    world = World(bank(), ready=[ANNA])
    comes(world, FIRST, MINE)
    world.talk(FIRST)
    comes(world, SECOND, LISI)
    comes(world, FIRST, MINE)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_place_that_is_told_takes_no_offer_of_a_callback_away() -> None:
    steps = (RouteStep(after=seconds(60), offer_callback=True),)
    told = lane("cards", need("cards"), steps=steps, announce=Announce(seconds(30), position=True))
    world = World(bank(lanes={CARDS: told}))
    comes(world, FIRST, MINE)
    assert [order.offer_callback for order in world.wait(60).orders if isinstance(order, SayToCaller)] == [False, True]


def test_a_customer_hears_of_no_offer_that_is_not_for_him() -> None:
    world = World(one_agent_policy(callbacks=Callbacks()))
    wishes(world)
    world.log_in(ANNA)
    world.ready(ANNA)
    (offered,) = world.news(AgentOffered)
    assert (offered.number, offered.lane) == (MINE, LaneName("cards"))
    assert [order.number for order in world.step.orders if isinstance(order, CallCustomer)] == [MINE]


def test_those_whose_hours_begin_at_one_instant_are_rung_in_the_order_of_their_places() -> None:
    morning = Calendar("morning", (((40_200_000, 43_200_000),),) * 7)
    world = World(bank(replace(USUAL, hours="morning"), calendars={"morning": morning}))
    wishes(world, CallId("hotline-1.9"), LISI)
    wishes(world, CallId("hotline-1.10"), WANGWU)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.wait(200)
    assert rung(world) == ["cb-hotline-1.9"]


def test_a_wish_from_before_there_were_rules_is_kept_for_as_long_as_any() -> None:
    world = World(bank(None))
    wishes(world)
    world.wait(2 * 86_400)
    world.take(PolicyLoaded(bank(version="2")))
    assert entry_of(world).state is CallState.AWAY
    world.wait(3_600)
    assert world.record(ENTRY).result is CallResult.UNREACHED
