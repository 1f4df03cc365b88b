"""Which of the idle agents takes a call, and which of the waiting calls an agent takes, by each of the rules."""

import pytest

from acd.core.events import ReserveChanged
from acd.core.instants import seconds
from acd.core.names import AgentId, CallId, LaneName
from acd.core.policy import AgentChoice, CallChoice, Policy, Reserve
from tests.builders import ANNA, BEN, CARDS, FIRST, GENERAL, SECOND, THIRD, WEALTH, World, agent, lane, policy

DORA, EMMA = AgentId("dora"), AgentId("emma")
LANES = (lane("cards", "cards"), lane("wealth", "wealth"), lane("general"))
TEAM = (
    agent("anna", cards=5, wealth=5, mandarin=5),
    agent("ben", cards=2, mandarin=5),
    agent("dora", cards=4, mandarin=5),
    agent("emma", cards=3, wealth=1, mandarin=5),
)


def team(choice: AgentChoice, **more: object) -> Policy:
    return policy(**({"lanes": LANES, "agents": TEAM, "choose_agent": choice} | more))  # type: ignore[arg-type]


def with_all_ready(rules: Policy, *order: AgentId) -> World:
    """Everybody is idle, in this order since one second after the other."""
    world = World(rules)
    for each in order:
        world.log_in(each)
        world.ready(each)
        world.wait(1)
    return world


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (AgentChoice.FEWEST_SKILLS, DORA),
        (AgentChoice.MOST_SKILLS, ANNA),
        (AgentChoice.LONGEST_IDLE, EMMA),
        (AgentChoice.BEST_LEVEL, ANNA),
        (AgentChoice.ROUND_ROBIN, ANNA),
    ],
)
def test_each_rule_chooses_its_own_of_four_idle_agents(choice: AgentChoice, chosen: AgentId) -> None:
    world = with_all_ready(team(choice), EMMA, BEN, DORA, ANNA)
    world.enter(FIRST, CARDS)
    assert world.rung() == [(FIRST, chosen)]


def test_specialists_come_before_generalists_and_the_better_of_them_first() -> None:
    world = with_all_ready(team(AgentChoice.FEWEST_SKILLS), ANNA, EMMA, BEN, DORA)
    for call in (FIRST, SECOND, THIRD):
        world.enter(call, CARDS)
    assert world.offered() == [(FIRST, DORA), (SECOND, BEN), (THIRD, ANNA)]


def test_a_language_that_an_agent_speaks_well_makes_him_no_expert_of_cards() -> None:
    rules = team(
        AgentChoice.BEST_LEVEL, agents=(agent("anna", cards=2, mandarin=10), agent("ben", cards=3, mandarin=1))
    )
    world = with_all_ready(rules, ANNA, BEN)
    world.enter(FIRST, CARDS)
    assert world.rung() == [(FIRST, BEN)]


def test_the_fewest_calls_and_the_lowest_occupancy_are_counted_since_the_log_in() -> None:
    for choice in (AgentChoice.FEWEST_CALLS, AgentChoice.OCCUPANCY):
        rules = team(choice, agents=(agent("anna", cards=5, mandarin=5), agent("ben", cards=5, mandarin=5)))
        world = with_all_ready(rules, ANNA)
        world.enter(FIRST, CARDS)
        world.talk(FIRST)
        world.wait(10)
        world.hang_up(FIRST)
        world.wait(100)
        world.log_in(BEN)
        world.ready(BEN)
        world.enter(SECOND, CARDS)
        assert world.rung() == [(SECOND, BEN)], f"{choice}: Anna has been idle longer and has talked"


def test_round_robin_goes_round_by_the_ids_and_from_the_last_to_the_first() -> None:
    world = with_all_ready(team(AgentChoice.ROUND_ROBIN), DORA, EMMA, BEN, ANNA)
    chosen = []
    for number in range(6):
        call = CallId(f"hotline-3.{number}")
        world.enter(call, CARDS)
        chosen += [each for _, each in world.rung()]
        world.hang_up(call)
    assert chosen == [ANNA, BEN, DORA, EMMA, ANNA, BEN]


def test_a_lane_may_choose_by_a_rule_of_its_own() -> None:
    lanes = (lane("cards", "cards", choose=AgentChoice.MOST_SKILLS), *LANES[1:])
    world = with_all_ready(team(AgentChoice.LONGEST_IDLE, lanes=lanes), BEN, ANNA)
    world.enter(FIRST, CARDS)
    world.enter(SECOND, GENERAL)
    assert world.offered() == [(FIRST, ANNA), (SECOND, BEN)]


def test_many_idle_agents_are_chosen_from_as_rightly_as_few() -> None:
    """With more than a handful of equals the search goes another way, along the order of their idleness."""
    many = tuple(agent(f"a{number:02}", cards=5, mandarin=5) for number in range(60))
    world = World(policy(lanes=LANES, agents=many))
    for each in reversed(many):
        world.log_in(each.id)
        world.ready(each.id)
        world.wait(1)
    for number in range(60):
        world.enter(CallId(f"hotline-4.{number:02}"), CARDS)
    assert [chosen for _, chosen in world.offered()] == [each.id for each in reversed(many)]


@pytest.mark.parametrize(
    ("choice", "order"),
    [
        (CallChoice.LONGEST_WAITING, [FIRST, SECOND, THIRD]),
        (CallChoice.LONGEST_LANE, [SECOND, FIRST, THIRD]),
        (CallChoice.BEST_SKILL, [FIRST, SECOND, THIRD]),
    ],
)
def test_a_freed_agent_takes_the_call_that_the_rule_puts_first(choice: CallChoice, order: list[CallId]) -> None:
    rules = team(AgentChoice.LONGEST_IDLE, choose_call=choice, agents=(agent("anna", cards=5, wealth=3, mandarin=5),))
    world = World(rules)
    for call, where in ((FIRST, CARDS), (SECOND, WEALTH), (THIRD, WEALTH)):
        world.enter(call, where)
        world.wait(1)
    world.log_in(ANNA)
    taken = []
    for _ in order:
        world.ready(ANNA)
        (call, _agent) = world.rung()[0]
        world.talk(call)
        world.pause(ANNA)
        world.hang_up(call)
        taken.append(call)
    assert taken == order


def test_the_best_skill_is_the_mean_of_what_is_asked_for_and_not_the_sum() -> None:
    lanes = (lane("cards", "cards"), lane("wealth", "wealth and english"), lane("general"))
    anna = (agent("anna", cards=5, wealth=3, english=4, mandarin=5),)
    world = World(policy(lanes=lanes, agents=anna, choose_call=CallChoice.BEST_SKILL))
    world.enter(FIRST, WEALTH)
    world.wait(10)
    world.enter(SECOND, CARDS)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(SECOND, ANNA)]


def test_an_agent_of_many_lanes_takes_the_one_who_has_waited_longest_of_all() -> None:
    """With more than a handful of lanes the search goes along the heads of all lines in their order."""
    names = [f"l{number:02}" for number in range(30)]
    lanes = tuple(lane(name, f"skill-{name}") for name in names)
    anna = agent("anna", mandarin=5, **{f"skill-{name}": 5 for name in names[1:]})
    world = World(policy(lanes=lanes, agents=(anna,)))
    for number in range(60):
        world.enter(CallId(f"hotline-5.{number:02}"), LaneName(names[number * 7 % 30]))
        world.wait(1)
    world.log_in(ANNA)
    taken = []
    for _ in range(58):
        world.ready(ANNA)
        (call, _agent) = world.rung()[0]
        world.talk(call)
        world.pause(ANNA)
        world.hang_up(call)
        taken.append(call)
    assert taken == [CallId(f"hotline-5.{number:02}") for number in range(60) if number * 7 % 30]


BACKUP = Reserve("backup", "cards >= 4 and not wealth", "waiting(cards) > 1", backup_for=CARDS)
DEDICATED = Reserve("desk", "wealth >= 4", "waiting(cards) > 1", only_for=WEALTH)


def test_a_backup_takes_no_call_of_its_lane_until_the_condition_holds_and_then_does() -> None:
    world = with_all_ready(team(AgentChoice.FEWEST_SKILLS, reserves=(BACKUP,)), DORA)
    world.enter(FIRST, CARDS)
    assert not world.rung()
    world.enter(SECOND, GENERAL)
    assert world.rung() == [(SECOND, DORA)], "it is kept back from cards, and from nothing else"
    world.talk(SECOND)
    world.enter(THIRD, CARDS)
    assert world.news(ReserveChanged) == [ReserveChanged("backup", True, CARDS, "waiting(cards) > 1")]
    world.hang_up(SECOND)
    assert world.rung() == [(FIRST, DORA)]
    world.wait(1)
    assert world.news(ReserveChanged) == [ReserveChanged("backup", False, CARDS, "waiting(cards) > 1")]


def test_a_reserve_that_is_let_go_serves_at_once_whoever_waits() -> None:
    world = with_all_ready(team(AgentChoice.FEWEST_SKILLS, reserves=(DEDICATED,)), ANNA)
    world.enter(FIRST, CARDS)
    assert not world.rung()
    world.enter(SECOND, CARDS)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_dedicated_agent_serves_his_own_lane_all_along() -> None:
    world = with_all_ready(team(AgentChoice.FEWEST_SKILLS, reserves=(DEDICATED,)), ANNA)
    world.enter(FIRST, CARDS)
    world.enter(SECOND, WEALTH)
    assert world.rung() == [(SECOND, ANNA)]


def test_a_reserve_is_let_go_when_the_error_budget_is_burned_and_kept_back_when_it_is_not() -> None:
    burned = Reserve("backup", "cards >= 4 and not wealth", "budget_burned(cards) >= 100%", backup_for=CARDS)
    rules = team(AgentChoice.FEWEST_SKILLS, reserves=(burned,), target=80, budget_from=5, window=seconds(600))
    world = with_all_ready(rules, BEN, DORA)
    for number in range(4):
        call = CallId(f"hotline-6.{number}")
        world.enter(call, CARDS)
        world.talk(call)
        world.hang_up(call)
    world.pause(BEN)
    world.enter(FIRST, CARDS)
    world.wait(20)
    assert not world.history(ReserveChanged), "four of four were answered in time"
    world.hang_up(FIRST)
    world.enter(SECOND, CARDS)
    assert [event.released for event in world.news(ReserveChanged)] == [True], "one miss of five is all that 80 % allow"
    assert world.rung() == [(SECOND, DORA)]
    world.talk(SECOND)
    world.hang_up(SECOND)
    world.wait(1)
    world.enter(THIRD, CARDS)
    assert [event.released for event in world.news(ReserveChanged)] == [False], "one miss of six is less than allowed"
    assert not world.rung()
