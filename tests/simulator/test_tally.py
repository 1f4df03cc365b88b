"""Counting: each caller where he belongs, time where it was spent, and an honest error."""

from math import isnan
from random import Random

import pytest

from acd.core.names import AgentId
from acd.simulator import Estimate, Span, Tally
from acd.simulator.estimate import ratio
from acd.simulator.tally import Ending

ANNA = AgentId("anna")
SECOND = 1000


def tally() -> Tally:
    """Ten batches of a hundred seconds, after a warm-up of fifty."""
    return Tally(Span(50 * SECOND, 100 * SECOND, 10), 0, ["vip", "regular"], [ANNA], [20])


def test_the_warm_up_and_what_comes_after_the_end_are_counted_nowhere() -> None:
    books = tally()
    for arrived in (0, 49, 1050, 2000):
        books.leave("vip", arrived * SECOND, arrived * SECOND, Ending.SERVED, at_once=True)
    assert books.calls() == 0


def test_a_caller_belongs_to_the_batch_of_his_arrival() -> None:
    books = tally()
    books.leave("vip", 149 * SECOND, 400 * SECOND, Ending.ABANDONED, at_once=False)
    counts = books.counts("vip")
    assert [each.abandoned for each in counts] == [1] + [0] * 9
    assert counts[0].wait == counts[0].wait_of_abandoned == 251 * SECOND
    assert books.calls("regular") == 0


def test_a_queue_is_counted_in_the_batches_over_which_it_lasted() -> None:
    books = tally()
    books.leave("regular", 0, 350 * SECOND, Ending.SERVED, at_once=False)
    assert books.mean_queue().mean == pytest.approx(0.3)
    assert books.mean_queue("vip").mean == 0


def test_a_talk_that_outlasts_the_run_is_counted_as_far_as_the_run_goes() -> None:
    books = tally()
    books.talk(ANNA, 950 * SECOND, 5000 * SECOND)
    assert books.occupancy(ANNA).mean == pytest.approx(0.1)


def test_the_three_service_levels_differ_in_what_they_divide_by() -> None:
    books = tally()
    for waited, ending in [(0, "served"), (20, "served"), (21, "served"), (5, "abandoned"), (60, "abandoned")]:
        books.leave("vip", 60 * SECOND, (60 + waited) * SECOND, Ending(ending), at_once=not waited)
    assert books.served_within(20).mean == pytest.approx(2 / 5)
    assert books.served_within_of_served(20).mean == pytest.approx(2 / 3)
    assert books.served_within_without_short(20).mean == pytest.approx(2 / 4)
    assert books.waiting_share().mean == pytest.approx(4 / 5)
    assert books.mean_wait_of_served().mean == pytest.approx(41 / 3)


def test_a_caller_without_a_line_is_offered_but_never_came_in() -> None:
    books = tally()
    books.leave("vip", 60 * SECOND, 60 * SECOND, Ending.BLOCKED, at_once=False)
    books.leave("vip", 60 * SECOND, 60 * SECOND, Ending.SERVED, at_once=True)
    assert books.blocking().mean == 0.5
    assert books.waiting_share().mean == 0


def test_a_service_level_that_nobody_counted_is_refused() -> None:
    with pytest.raises(ValueError, match=r"within 15 s; thresholds: 20.0"):
        tally().served_within(15)


def test_what_was_never_seen_is_not_a_number() -> None:
    assert isnan(tally().mean_wait_of_abandoned().mean)


def test_nine_batches_are_too_few_for_an_error() -> None:
    with pytest.raises(ValueError, match="at least 10"):
        ratio([1.0] * 9, [1.0] * 9)


@pytest.mark.parametrize("span", [(-1, 1, 10), (0, 0, 10), (0, 1, 0)])
def test_a_span_without_length_is_refused(span: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="make no span"):
        Span(*span)


def test_a_figure_without_uncertainty_is_right_or_infinitely_wrong() -> None:
    sure = Estimate(0.5, 0.0, 20)
    assert sure.score(0.5) == 0
    assert sure.score(0.4) == float("inf")
    assert sure.score(0.6) == -float("inf")


def test_scores_of_right_expectations_are_those_of_a_normal_variable() -> None:
    """Also with as few as twelve batches, where plain quotients would lie beyond two in 7 % of all cases."""
    chance = Random(1)
    scores = [ratio([chance.gauss(3, 1) for _ in range(12)], [1.0] * 12).score(3.0) for _ in range(20_000)]
    assert sum(abs(score) > 2 for score in scores) / 20_000 == pytest.approx(0.0455, abs=0.006)
