"""Two kinds of callers and teams that serve one or both: exact values of the Markov chain, for every choice we offer.

Design M has a team for each kind and one for both, N a team for A and one for both, X two teams for both of which each
prefers its own kind. How long a call takes depends on who serves it.

Bugs planted to see these tests fail: generalists before specialists; the longest waiting call instead of the longest
lane's, and the shortest lane's; the longest waiting call instead of the best skill's, and the worst skill's; the worst
level first.
"""

from collections.abc import Callable, Iterator

import pytest

from acd.core.policy import AgentChoice, CallChoice
from acd.simulator import Exponential, Scenario, simulate
from tests.simulator.hotlines import callers, hotline, patience, skilled_lane, team
from tests.simulator.theory import Figure, Row, Table, exact, figure, read, shares, simulated, slow, span

pytestmark = slow

AGENT_CHOICES = {
    "specialist_first": AgentChoice.FEWEST_SKILLS,
    "generalist_first": AgentChoice.MOST_SKILLS,
    "primary_pool_first": AgentChoice.BEST_LEVEL,
}
CALL_CHOICES = {
    "oldest_call": CallChoice.LONGEST_WAITING,
    "A_first": CallChoice.LONGEST_WAITING,
    "B_first": CallChoice.LONGEST_WAITING,
    "longest_queue": CallChoice.LONGEST_LANE,
    "own_primary_type_first": CallChoice.BEST_SKILL,
}
SKILLS = {
    "A_only": {"a": 1},
    "B_only": {"b": 1},
    "both": {"a": 1, "b": 1},
}
OWN_FIRST = {"A_only": {"a": 2, "b": 1}, "B_only": {"a": 1, "b": 2}, "both": {}}
"""In design X the first two teams serve both kinds, and each is better at one."""

INDEPENDENT = {row["id"]: row for row in read("skill_routing_sim_sl20.csv")}
"""What the chain does not give: service levels of B, by another simulation."""


def play(row: Row, calls: int, seed: int) -> Iterator[Figure]:
    rates = {name: float(row[f"calls_per_hour_{name}"]) for name in "AB"}
    hang_up = patience(float(row["mean_patience_s"]))
    skills = OWN_FIRST if row["design"] == "X" else SKILLS
    teams = {name: team(int(row[f"agents_{name}"]), name.replace("_", "-").lower(), **skills[name]) for name in SKILLS}
    rule = hotline(
        [agent for members in teams.values() for agent in members],
        lanes=[skilled_lane(name.lower(), priority=int(row["call_selection"] == f"{name}_first")) for name in "AB"],
        choose_agent=AGENT_CHOICES[row["agent_selection"]],
        choose_call=CALL_CHOICES[row["call_selection"]],
    )
    scenario = Scenario(
        rule,
        tuple(callers(name, rate, hang_up, lane=name.lower()) for name, rate in rates.items()),
        handling_by_agent={
            agent.id: Exponential(float(row[f"aht_{name}_s"])) for name, members in teams.items() for agent in members
        },
    )
    tally = simulate(scenario, seed=seed, span=span(calls, sum(rates.values())), thresholds=(20,))
    for name in "AB":
        yield from exact(
            row,
            **{
                f"p_wait_{name}": tally.waiting_share(name),
                f"mean_wait_all_{name}_s": tally.mean_wait(name),
                f"mean_queue_{name}": tally.mean_queue(name),
            },
        )
        if float(row["mean_patience_s"]):
            yield from exact(row, **{f"p_abandon_{name}": tally.abandoned_share(name)})
        yield from simulated(
            INDEPENDENT[row["id"]], suffix="ci95_half", **{f"sim_sl20_all_{name}": tally.served_within(20, name)}
        )
    yield shares(row, tally, "A", "B", "mean_wait_all_{}_s")
    yield from exact(row, sl20_all_A=tally.served_within(20, "A"))
    for name, members in teams.items():
        if members and row[f"occ_{name}"]:
            occupancy = tally.occupancy(*(agent.id for agent in members))
            yield figure(f"occ_{name}", occupancy, float(row[f"occ_{name}"]))


TABLE = Table(
    "skill_routing_ctmc.csv",
    play,
    {
        "M1_fcfs_spec": 12_000,
        "M1_B_first": 12_000,
        "N1_fcfs_gene": 12_000,
        "N1_longest_queue": 30_000,
        "X2_own_first": 12_000,
    },
)


def test_both_tables_speak_of_the_same_systems() -> None:
    assert INDEPENDENT.keys() == TABLE.rows().keys()


@pytest.mark.parametrize("key", TABLE.keys())
def test_each_kind_of_caller_waits_as_its_agents_are_chosen(
    key: str, record_property: Callable[[str, object], None]
) -> None:
    TABLE.assert_agrees(key, record_property)


def test_deviations_from_the_chain_are_those_of_chance() -> None:
    TABLE.assert_no_more_beyond_two_than_by_chance()
