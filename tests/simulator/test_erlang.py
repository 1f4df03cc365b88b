"""One team and one class of callers: Erlang's formulas, without and with callers who hang up.

Bugs planted to see these tests fail: last come first served (the means stay, the service levels do not).
"""

from collections.abc import Callable, Iterable, Iterator
from math import exp, lgamma, log

import pytest

from acd.simulator import Exponential, Scenario, Span, Tally, simulate
from acd.simulator.estimate import ratio
from tests.simulator.hotlines import callers, hotline, patience, team
from tests.simulator.theory import BATCHES, Figure, Row, Table, exact, figure, slow, span

pytestmark = slow

CLOSE_TO_ITS_LIMIT = "C7"
"""So much work that the queue forgets only in 400,000 calls; it needs another way."""
STARTS = 16
"""Runs in each batch of that other way."""


def play(row: Row, calls: int, seed: int) -> Iterable[Figure]:
    if row["id"] == CLOSE_TO_ITS_LIMIT:
        return close_to_its_limit(row, calls, seed)
    rate = float(row["calls_per_hour"])
    tally = simulate(scenario(row), seed=seed, span=span(calls, rate), thresholds=(15, 20))
    return exact(
        row,
        p_wait=tally.waiting_share(),
        mean_wait_all_s=tally.mean_wait(),
        mean_wait_served_s=tally.mean_wait_of_served(),
        mean_wait_abandoned_s=tally.mean_wait_of_abandoned(),
        p_abandon=tally.abandoned_share(),
        mean_queue=tally.mean_queue(),
        occupancy=tally.occupancy(),
        sl15_all=tally.served_within(15),
        sl20_all=tally.served_within(20),
        sl15_served=tally.served_within_of_served(15),
        sl20_served=tally.served_within_of_served(20),
        sl15_excl_short_abandon=tally.served_within_without_short(15),
        sl20_excl_short_abandon=tally.served_within_without_short(20),
    )


def scenario(row: Row, *, present: int = 0) -> Scenario:
    everybody = callers("everybody", float(row["calls_per_hour"]), patience(float(row["mean_patience_s"])))
    handling = {"everybody": Exponential(float(row["aht_s"]))}
    return Scenario(hotline(team(int(row["agents"]))), (everybody,), handling, present=present)


def close_to_its_limit(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    """Many short runs, each begun as a hotline that has run for ever is found at a random moment.

    How many callers are there at the beginning is drawn by its known law, once from each sixteenth of it within a
    batch. So each batch is fair, and all batches are independent.
    """
    agents, load = int(row["agents"]), float(row["offered_load_erl"])
    batch = round(calls / float(row["calls_per_hour"]) / (BATCHES * STARTS) * 3_600_000)
    groups: list[list[Tally]] = []
    for number in range(BATCHES):
        found = [stationary((start + (number + 0.5) / BATCHES) / STARTS, agents, load) for start in range(STARTS)]
        groups.append(
            [
                simulate(
                    scenario(row, present=present), (seed * BATCHES + number) * STARTS + start, Span(1, batch, 1), (20,)
                )
                for start, present in enumerate(found)
            ]
        )
    batches = [[counts for tally in group for counts in tally.counts()] for group in groups]
    came = [float(sum(counts.entered for counts in batch)) for batch in batches]
    waited = [float(sum(counts.waited for counts in batch)) for batch in batches]
    wait = [sum(counts.wait for counts in batch) / 1000 for batch in batches]
    in_time = [float(sum(counts.served_within.get(20_000, 0) for counts in batch)) for batch in batches]
    yield figure("p_wait", ratio(waited, came), float(row["p_wait"]))
    yield figure("mean_wait_all_s", ratio(wait, came), float(row["mean_wait_all_s"]))
    yield figure("sl20_all", ratio(in_time, came), float(row["sl20_all"]))


def stationary(level: float, agents: int, load: float) -> int:
    """How many callers are there at most in the share `level` of all moments; exponential times, nobody hangs up."""
    weight = [exp(count * log(load) - lgamma(count + 1) - load) for count in range(agents)]
    while len(weight) < 40 * agents:
        weight.append((weight[-1] if weight else 1.0) * load / agents)
    target, seen = level * sum(weight), 0.0
    for count, each in enumerate(weight):
        seen += each
        if seen >= target:
            return count
    return len(weight)


TABLE = Table("erlang.csv", play, {"C1": 30_000, "C5": 12_000, "A1": 30_000, "A5": 20_000, "A7": 20_000})


@pytest.mark.parametrize("key", TABLE.keys())
def test_callers_wait_and_hang_up_as_erlang_says(key: str, record_property: Callable[[str, object], None]) -> None:
    TABLE.assert_agrees(key, record_property)


def test_deviations_from_erlang_are_those_of_chance() -> None:
    TABLE.assert_no_more_beyond_two_than_by_chance()
