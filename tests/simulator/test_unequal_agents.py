"""One kind of callers and agents of different speed: who is idle longest, or who is fastest, takes the call.

Bugs planted to see these tests fail: the first by name instead of the longest idle; the lowest level first.
"""

from collections.abc import Callable, Iterator

import pytest

from acd.core.policy import AgentChoice
from acd.simulator import Exponential, Scenario, simulate
from tests.simulator.hotlines import agent, callers, hotline, patience, skilled_lane
from tests.simulator.theory import Figure, Row, Table, exact, figure, slow, span

pytestmark = slow

CHOICES = {"longest_idle": AgentChoice.LONGEST_IDLE, "fastest_idle_first": AgentChoice.BEST_LEVEL}


def choice_of(row: Row) -> str:
    return row["rule"].partition(" ")[0]


def play(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    speeds = [float(speed) for speed in row["agent_rates_per_hour"].split()]
    # The table keeps an order among equally fast agents, too: of two, the first named comes first.
    by_speed = sorted(range(len(speeds)), key=lambda number: (speeds[number], -number))
    levels = {number: level for level, number in enumerate(by_speed, 1)}
    agents = [agent(f"agent-{number}", {"phone": levels[number]}) for number in range(len(speeds))]
    rate = float(row["calls_per_hour"])
    scenario = Scenario(
        hotline(agents, lanes=[skilled_lane("phone")], choose_agent=CHOICES[choice_of(row)]),
        (callers("everybody", rate, patience(float(row["mean_patience_s"])), lane="phone"),),
        handling_by_agent={each.id: Exponential(3600 / speed) for each, speed in zip(agents, speeds, strict=True)},
    )
    tally = simulate(scenario, seed=seed, span=span(calls, rate))
    yield from exact(
        row,
        p_wait=tally.waiting_share(),
        mean_wait_all_s=tally.mean_wait(),
        p_abandon=tally.abandoned_share(),
        mean_queue=tally.mean_queue(),
    )
    for each, expected in zip(agents, row["occupancy_per_agent"].split(), strict=True):
        yield figure(f"occupancy {each.id}", tally.occupancy(each.id), float(expected))


TABLE = Table(
    "heterogeneous_agents.csv",
    play,
    dict.fromkeys(["H2 longest_idle", "H2 fastest_idle_first", "H3 fastest_idle_first"], 12_000),
    key=lambda row: f"{row['id']} {choice_of(row)}",
)


@pytest.mark.parametrize("key", TABLE.keys())
def test_agents_of_different_speed_are_as_busy_as_their_turn_makes_them(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    TABLE.assert_agrees(key, record_property)


def test_deviations_of_unequal_agents_are_those_of_chance() -> None:
    TABLE.assert_no_more_beyond_two_than_by_chance()
