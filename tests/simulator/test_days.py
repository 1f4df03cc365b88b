"""A day is not the same at all hours: callers come in rushes, agents work in shifts, and somebody may look on."""

from random import Random

import pytest

from acd.core.agents import AgentState
from acd.core.events import AgentChanged, CallAnswered, Event
from acd.core.instants import Instant
from acd.simulator import CallerClass, Constant, Exponential, Scenario, Span, simulate
from tests.builders import ANNA, BEN, CARDS, ZH, agent, lane, policy

HOUR = 3_600_000
TWO = policy(lanes=(lane("cards"),), agents=(agent("anna", mandarin=3), agent("ben", mandarin=3)))


def callers(*day: float, calls_per_hour: float = 100) -> CallerClass:
    return CallerClass("everybody", CARDS, ZH, calls_per_hour, Exponential(60), day=day)


def test_callers_come_as_often_as_each_hour_says() -> None:
    kind, chance, comes, count = callers(0.0, 0.5, 1.0, calls_per_hour=600), Random(1), 0, [0, 0, 0]
    while (comes := comes + kind.next_arrival(chance, comes)) < 30 * HOUR:
        count[comes // HOUR % 3] += 1
    assert count[0] == 0
    assert count[1] == pytest.approx(3_000, rel=0.1)
    assert count[2] == pytest.approx(6_000, rel=0.1)


def test_a_class_without_a_day_meets_the_same_callers_as_ever() -> None:
    kind = CallerClass("everybody", CARDS, ZH, 60)
    assert [kind.next_arrival(Random(5)), kind.next_arrival(Random(5), since=HOUR)] == [
        round(Random(5).expovariate(1 / 60) * 1000)
    ] * 2


@pytest.mark.parametrize("day", [(0.0, 0.0), (1.5,), (-0.1, 1.0)])
def test_a_day_without_callers_or_with_more_than_all_is_refused(day: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="a day is made of parts from 0 to 1"):
        callers(*day)


def test_agents_work_in_their_shifts_and_end_their_last_talk() -> None:
    changes: list[tuple[Instant, AgentChanged]] = []
    answers: list[tuple[Instant, CallAnswered]] = []

    def hear(at: Instant, event: Event) -> None:
        if isinstance(event, AgentChanged):
            changes.append((at, event))
        elif isinstance(event, CallAnswered):
            answers.append((at, event))

    scenario = Scenario(TWO, (callers(),), {"everybody": Constant(50)}, shifts={BEN: ((HOUR, 2 * HOUR),)})
    simulate(scenario, seed=1, span=Span(0, HOUR, 3), hear=hear)
    bens = [at for at, event in answers if event.agent == BEN]
    assert bens
    assert all(HOUR <= at < 2 * HOUR for at in bens)
    assert any(event.agent == ANNA and at < HOUR for at, event in answers)
    (gone,) = (at for at, event in changes if event.agent == BEN and event.state is AgentState.LOGGED_OUT)
    assert 2 * HOUR <= gone <= 2 * HOUR + 50_000


def test_a_shift_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="no such agent in the policy: ben"):
        Scenario(
            policy(lanes=(lane("cards"),), agents=(agent("anna", mandarin=3),)),
            (callers(),),
            {"everybody": Constant(50)},
            shifts={BEN: ((0, HOUR),)},
        )
