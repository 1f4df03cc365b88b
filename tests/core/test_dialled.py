"""An agent calls a customer: at once, for himself, and once."""

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import AgentOffered, CallResult, RequestRefused
from acd.core.instants import seconds
from acd.core.names import CallId
from acd.core.orders import CallCustomer
from acd.core.policy import Callbacks
from acd.core.requests import DialNumber
from acd.core.switch_events import CallbackFailed, OfferFailure, OfferReached
from acd.core.talk_events import NumberDialled
from tests.builders import ANNA, BEN, CARDS, FIRST, World, agent, lane, need, policy

NUMBER = "13900000001"
RULES = Callbacks(ring_for=seconds(20), attempts=3, numbers=("139",), never=("95555",))


@pytest.fixture
def world() -> World:
    """Anna and Ben are ready."""
    agents = (agent("anna", cards=5, mandarin=5), agent("ben", cards=5, mandarin=5))
    return World(policy(lanes=(lane("cards", need("cards")),), agents=agents, callbacks=RULES), ready=[BEN, ANNA])


def dialled(world: World, by: str = ANNA) -> CallId:
    world.take(DialNumber(by, NUMBER))  # type: ignore[arg-type]
    [event] = world.news(NumberDialled)
    return event.entry


def refusal(world: World, number: str = NUMBER) -> str:
    world.take(DialNumber(ANNA, number))
    [event] = world.news(RequestRefused)
    return event.reason


def test_the_customer_is_called_for_this_agent_though_another_has_been_idle_longer(world: World) -> None:
    entry = dialled(world)
    [order] = [order for order in world.step.orders if isinstance(order, CallCustomer)]
    assert (order.call, order.number, order.dialled, order.ring_for) == (entry, NUMBER, "95555", seconds(20))
    assert order.offer is not None
    assert order.offer.agent == ANNA
    assert world.state(ANNA) is AgentState.RESERVED
    assert world.news(AgentOffered)[0].callback
    world.take(OfferReached(entry, order.offer.offer))
    world.answer(entry)
    assert world.state(ANNA) is AgentState.TALKING
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.answered, counts.waiting()) == (1, 1, 0)


def test_who_does_not_answer_is_not_called_again(world: World) -> None:
    entry = dialled(world)
    world.take(CallbackFailed(entry, OfferFailure.NO_ANSWER))
    assert world.record(entry).result is CallResult.UNREACHED
    assert world.state(ANNA) is AgentState.READY
    assert not world.wait(3600).orders


def test_a_customer_who_answered_and_whose_agent_does_not_pick_up_waits_for_anybody(world: World) -> None:
    entry = dialled(world)
    world.take(OfferReached(entry, world.offer(entry)))
    world.fail(entry, OfferFailure.NO_ANSWER)
    assert world.call(entry).state is CallState.OFFERED
    assert world.rung() == [(entry, BEN)]


def test_no_number_is_called_that_the_settings_do_not_allow(world: World) -> None:
    for number in ("110", "00491234567", ""):
        assert refusal(world, number) == "the settings do not allow calls to this number"
    strict = World(policy(callbacks=None), ready=[ANNA])
    assert refusal(strict) == "the settings allow no calls to customers"


def test_an_agent_calls_when_he_is_ready_or_writes_his_notes_and_at_no_other_time(world: World) -> None:
    world.pause(ANNA)
    assert refusal(world) == "you must be ready, or in your wrap-up"
    world.ready(ANNA)
    world.pause(BEN)
    world.enter(FIRST)
    world.talk(FIRST)
    assert refusal(world) == "you must be ready, or in your wrap-up"
    world.hang_up(FIRST)
    world.lose_switch()
    assert refusal(world) == "the telephone switch cannot be reached at the moment"


def test_two_calls_have_two_names(world: World) -> None:
    assert dialled(world, ANNA) != dialled(world, BEN)
