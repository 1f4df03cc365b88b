"""Two classes of callers and one team: strict priority, ageing, and a credit on the queue.

Bugs planted to see these tests fail: a credit counted twice; last come first served; strict priority ignored;
half the ageing.
"""

from collections.abc import Callable, Iterator

import pytest

from acd.core.policy import Vip
from acd.simulator import Exponential, Scenario, Tally, simulate
from tests.simulator.hotlines import callers, hotline, patience, team, vip
from tests.simulator.theory import Figure, Row, Table, exact, figure, shares, simulated, slow, span

pytestmark = slow


def run(row: Row, rule: Vip, calls: int, seed: int) -> Tally:
    hang_up = patience(float(row.get("mean_patience_s", 0)))
    rates = {name: float(row[f"calls_per_hour_{name}"]) for name in ("VIP", "regular")}
    classes = tuple(callers(name, rate, hang_up) for name, rate in rates.items())
    talk = Exponential(float(row["aht_s"]))
    scenario = Scenario(hotline(team(int(row["agents"])), vip=rule), classes, dict.fromkeys(rates, talk))
    return simulate(scenario, seed=seed, span=span(calls, sum(rates.values())), thresholds=(20,))


def play_priority(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    tally = run(row, vip(priority=1), calls, seed)
    yield from exact(
        row,
        p_wait_any=tally.waiting_share(),
        mean_wait_all_VIP_s=tally.mean_wait("VIP"),
        mean_wait_all_regular_s=tally.mean_wait("regular"),
        p_abandon_VIP=tally.abandoned_share("VIP"),
        p_abandon_regular=tally.abandoned_share("regular"),
        sl20_all_VIP=tally.served_within(20, "VIP"),
        sl20_all_regular=tally.served_within(20, "regular"),
        # Who is served first takes from one what it gives to another: the mean over both stays.
        mean_wait_all_if_plain_FCFS_s=tally.mean_wait(),
    )
    yield shares(row, tally, "VIP", "regular", "mean_wait_all_{}_s")


def play_ageing(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    tally = run(row, vip(ageing=100 * int(row["rate_ratio_b_VIP_over_b_regular"])), calls, seed)
    yield from exact(
        row,
        mean_wait_VIP_s=tally.mean_wait("VIP"),
        mean_wait_regular_s=tally.mean_wait("regular"),
        mean_wait_FCFS_s=tally.mean_wait(),
    )
    yield shares(row, tally, "VIP", "regular", "mean_wait_{}_s")


def play_credit(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    tally = run(row, vip(credit=float(row["head_start_s"])), calls, seed)
    for name in ("VIP", "regular"):
        yield from simulated(
            row,
            **{
                f"sim_mean_wait_all_{name}_s": tally.mean_wait(name),
                f"sim_sl20_all_{name}": tally.served_within(20, name),
            },
        )
        if float(row["mean_patience_s"]):
            yield from simulated(row, **{f"sim_p_abandon_{name}": tally.abandoned_share(name)})
    column = "sim_mean_wait_all_{}_s"
    yield shares(row, tally, "VIP", "regular", column, f"{column} ci95")
    yield figure("weighted_mean_wait_s", tally.mean_wait(), float(row["exact_weighted_mean_wait_s"]))


PRIORITY = Table(
    "two_class_priority.csv", play_priority, {"P1": 15_000, "P3": 30_000, "PA1": 20_000}, longer={"P6": 600_000}
)
AGEING = Table("accumulating_priority.csv", play_ageing, {"K1": 15_000, "K3": 30_000})
CREDIT = Table(
    "head_start_sim.csv",
    play_credit,
    {"T3 90": 30_000, "T4 180": 20_000},
    key=lambda row: f"{row['id']} {float(row['head_start_s']):.0f}",
)


@pytest.mark.parametrize("key", PRIORITY.keys())
def test_strict_priority_costs_regular_callers_what_theory_says(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    PRIORITY.assert_agrees(key, record_property)


@pytest.mark.parametrize("key", AGEING.keys())
def test_faster_ageing_shortens_a_vips_wait_as_theory_says(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    AGEING.assert_agrees(key, record_property)


@pytest.mark.parametrize("key", CREDIT.keys())
def test_a_credit_shortens_a_vips_wait_as_an_independent_simulation_found(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    CREDIT.assert_agrees(key, record_property)


@pytest.mark.parametrize("table", [PRIORITY, AGEING, CREDIT], ids=lambda table: table.file)
def test_deviations_of_vips_waits_are_those_of_chance(table: Table) -> None:
    table.assert_no_more_beyond_two_than_by_chance()
