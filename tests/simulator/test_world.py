"""The world plays by its rules: who comes, who waits, who finds no line, and nothing but the seed is chance."""

from dataclasses import replace
from random import Random

import pytest

from acd.core.names import AgentId
from acd.simulator import Constant, Erlang, Estimate, Exponential, Lognormal, Scenario, Span, Tally, simulate
from tests.simulator.hotlines import callers, hotline, team, vip

MINUTES = 60_000
DAY = Span(60 * MINUTES, 120 * MINUTES, 10)


def everybody(agents: int = 3, calls_per_hour: float = 50, **changes: object) -> Scenario:
    classes = (callers("everybody", calls_per_hour, Exponential(300)),)
    scenario = Scenario(hotline(team(agents)), classes, {"everybody": Exponential(180)})
    return replace(scenario, **changes)  # type: ignore[arg-type]


def outcome(tally: Tally) -> list[Estimate]:
    return [tally.mean_wait(), tally.abandoned_share(), tally.served_within(20), tally.occupancy(), tally.mean_queue()]


def test_the_same_seed_gives_the_same_day() -> None:
    first, second = (simulate(everybody(), 7, DAY, (20,)) for _ in range(2))
    assert outcome(first) == outcome(second)


def test_another_seed_gives_another_day() -> None:
    first, second = (simulate(everybody(), seed, DAY, (20,)) for seed in (7, 8))
    assert outcome(first) != outcome(second)


def test_another_policy_meets_the_same_callers() -> None:
    """Only the team differs, so exactly as many callers came in each batch."""
    small, large = (simulate(everybody(agents), 7, DAY) for agents in (2, 5))
    assert [each.offered for each in small.counts()] == [each.offered for each in large.counts()]
    assert small.mean_wait().mean > large.mean_wait().mean


def test_nobody_waits_while_agents_are_plenty() -> None:
    tally = simulate(everybody(agents=60), 7, DAY)
    assert tally.calls() > 500
    assert tally.waiting_share().mean == tally.mean_wait().mean == tally.abandoned_share().mean == 0


def test_nobody_is_served_twice_or_lost() -> None:
    tally = simulate(everybody(), 7, DAY)
    assert all(each.offered == each.served + each.abandoned for each in tally.counts())
    assert tally.calls() > 500


def test_a_caller_who_finds_all_lines_taken_never_comes_in() -> None:
    tally = simulate(everybody(lines=3), 7, DAY)
    assert tally.blocking().mean > 0.1
    assert tally.waiting_share().mean == 0, "there are as many agents as lines"


def test_whoever_is_there_at_the_beginning_is_served_first_and_counted_nowhere() -> None:
    alone = Scenario(hotline(team(1)), (callers("everybody", 0.5),), {"everybody": Constant(600)})
    empty, full = (simulate(replace(alone, present=present), 7, Span(1, 600 * MINUTES, 10)) for present in (0, 60))
    assert [each.offered for each in empty.counts()] == [each.offered for each in full.counts()]
    assert empty.counts()[0].waited < empty.counts()[0].offered
    assert full.counts()[0].waited == full.counts()[0].offered > 0, "sixty times ten minutes is all of the first batch"


def test_an_agents_own_pace_comes_before_the_callers() -> None:
    slow_one = AgentId("agent-000")
    tally = simulate(everybody(handling_by_agent={slow_one: Exponential(600)}), 7, DAY)
    assert tally.occupancy(slow_one).mean > tally.occupancy(AgentId("agent-001")).mean + 0.05


def test_a_vip_is_known_by_his_tier() -> None:
    classes = (callers("VIP", 25, Exponential(300)), callers("regular", 25, Exponential(300)))
    scenario = Scenario(hotline(team(2), vip=vip(credit=600)), classes, dict.fromkeys(("VIP", "regular"), Erlang(180)))
    tally = simulate(scenario, 7, DAY)
    assert tally.mean_wait("VIP").mean < tally.mean_wait("regular").mean / 1.5


def test_wrap_up_keeps_an_agent_from_the_next_caller_until_it_is_over() -> None:
    """One agent, calls of a minute and a minute of notes: he can serve no more than half of the time."""
    policy = hotline(team(1))
    lane = replace(policy.lanes[policy.default_lane], wrap_up=MINUTES)
    scenario = everybody(policy=replace(policy, lanes={lane.name: lane}), handling={"everybody": Constant(60)})
    tally = simulate(scenario, 7, DAY)
    assert 0.40 < tally.occupancy().mean <= 0.5


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"classes": ()}, "there is none"),
        ({"classes": (callers("x", 1), callers("x", 2))}, "names of their own: x, x"),
        ({"handling": {}}, "nobody says how long these callers talk: everybody"),
        ({"handling_by_agent": {AgentId("nobody"): Constant(1)}}, "no such agent in the policy: nobody"),
        ({"lines": 0}, "0 lines"),
        ({"present": -1}, "-1 callers"),
    ],
)
def test_a_scenario_that_does_not_fit_together_is_refused(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        everybody(**changes)


@pytest.mark.parametrize("law", [Exponential(200), Erlang(200, 3), Lognormal(200, 400), Constant(200)], ids=repr)
def test_times_have_the_mean_that_they_are_stated_by(law: Exponential | Erlang | Lognormal | Constant) -> None:
    chance = Random(1)
    drawn = [law.draw(chance) / 1000 for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(200, rel=0.05)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Exponential(0),
        lambda: Erlang(1, 0),
        lambda: Lognormal(1, -1),
        lambda: Constant(float("nan")),
        lambda: callers("x", 0),
    ],
)
def test_times_that_are_not_positive_are_refused(make: object) -> None:
    with pytest.raises(ValueError, match="must be a positive number"):
        make()  # type: ignore[operator]
