"""How long it will take is told as an interval, made of what came of late, and not at all when nobody can know."""

import random

import pytest

from acd.core.estimate import (
    PACE_HOLDS_FOR,
    SCORES_AT_LEAST,
    SCORES_AT_MOST,
    SERVED_AT_LEAST,
    SERVED_AT_MOST,
    Prospect,
    WaitRecord,
    score,
    spread_of,
)
from acd.core.instants import Instant, seconds
from tests.builders import CARDS, OPENING


def learnt(record: WaitRecord, place: int, waited: float, at_work: int = 1, now: Instant = OPENING) -> WaitRecord:
    """The record after somebody who began to wait at this place was answered now."""
    since = now - seconds(waited)
    record.learn(Prospect(CARDS, since, place, record.expected(place, at_work, since)), at_work, now)
    return record


def steady(count: int) -> WaitRecord:
    """Each of so many callers waited 20 seconds for each place."""
    record = WaitRecord()
    for number in range(count):
        place = 1 + number % 4
        learnt(record, place, 20 * place)
    return record


def test_a_caller_waits_for_his_place_at_the_pace_of_the_last_callers() -> None:
    assert steady(SERVED_AT_LEAST).expected(3, 1, OPENING) == seconds(60)


def test_of_too_few_callers_no_pace_is_made() -> None:
    assert steady(SERVED_AT_LEAST - 1).expected(3, 1, OPENING) is None


def test_with_half_of_the_agents_it_takes_twice_as_long() -> None:
    record = WaitRecord()
    for _ in range(SERVED_AT_LEAST):
        learnt(record, 1, 20, at_work=4)
    assert [record.expected(1, at_work, OPENING) for at_work in (4, 2, 8)] == [seconds(20), seconds(40), seconds(10)]


def test_nobody_can_tell_while_nobody_is_at_work() -> None:
    record = steady(SERVED_AT_LEAST + SCORES_AT_LEAST)
    assert record.expected(1, 0, OPENING) is None
    assert record.interval(1, 0, OPENING) is None


def test_the_pace_of_an_hour_ago_says_nothing_any_more() -> None:
    record = steady(SERVED_AT_MOST)
    assert record.expected(1, 1, OPENING + PACE_HOLDS_FOR) is not None
    assert record.expected(1, 1, OPENING + PACE_HOLDS_FOR + 1) is None


def test_of_waits_of_different_ages_the_old_ones_are_left_out() -> None:
    record = steady(SERVED_AT_LEAST)
    later = OPENING + PACE_HOLDS_FOR + 1
    for _ in range(SERVED_AT_LEAST):
        learnt(record, 1, 50, now=later)
    assert record.expected(1, 1, later) == seconds(50)


def test_an_interval_is_told_once_enough_expectations_were_held_against_what_came() -> None:
    before = SERVED_AT_LEAST + SCORES_AT_LEAST - 1
    assert steady(before).interval(1, 1, OPENING) is None
    # Nobody was ever off, so there is nothing to allow for.
    assert steady(before + 1).interval(1, 1, OPENING) == (seconds(20), seconds(20))


def test_the_interval_is_not_told_when_it_is_too_wide_to_plan_by() -> None:
    record = steady(SERVED_AT_LEAST)
    for number in range(SCORES_AT_LEAST):
        learnt(record, 1, 5 if number % 2 else 1500)
    assert record.expected(1, 1, OPENING) is not None
    assert record.interval(1, 1, OPENING) is None


def test_no_interval_begins_before_now() -> None:
    record = steady(SERVED_AT_LEAST)
    for _ in range(SCORES_AT_LEAST):
        learnt(record, 16, 0)
    for _ in range(SERVED_AT_MOST):
        record.served.append(record.served[0])
    assert record.expected(1, 1, OPENING)
    assert record.interval(1, 1, OPENING) == (0, 0), "who stood far back was answered at once"


def test_a_long_queue_scatters_less_than_its_length_would_say() -> None:
    assert [spread_of(seconds(place * 10), place) for place in (1, 16, 81)] == [10_000, 80_000, 270_000]
    assert score(seconds(160), 16, seconds(160) + 80_000) == 1000
    assert score(seconds(160), 16, seconds(160) - 40_000) == -500


def test_the_record_is_bounded_and_forgets_the_oldest() -> None:
    record = steady(SERVED_AT_MOST + SCORES_AT_MOST)
    learnt(record, 7, 1, now=OPENING + 1)
    assert (len(record.served), len(record.scores)) == (SERVED_AT_MOST, SCORES_AT_MOST)
    assert record.served[-1].place == 7
    assert record.served[0].place != 7


@pytest.mark.parametrize("seed", range(3))
def test_four_of_five_waits_come_to_lie_within_the_interval(seed: int) -> None:
    """Callers come to any place, and each place takes a time that no agent can foresee; the pace itself drifts."""
    draw = random.Random(seed)
    record, kept, now = WaitRecord(), [], OPENING
    for number in range(2_000):
        now += seconds(5)
        pace = 20 if number % 400 < 200 else 30
        place = draw.choice((1, 1, 1, 2, 2, 3, 5, 8))
        waited = sum(draw.expovariate(1 / pace) for _ in range(place))
        found = record.interval(place, 3, now)
        if found is not None:
            kept.append(found[0] <= seconds(waited) <= found[1])
        record.learn(Prospect(CARDS, now - seconds(waited), place, record.expected(place, 3, now)), 3, now)
    assert len(kept) > 1_900
    assert 0.76 < sum(kept) / len(kept) < 0.86
