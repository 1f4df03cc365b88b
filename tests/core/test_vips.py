"""Who comes before others, by how much and how often; who is asked first; and whom a number never makes anybody."""

from dataclasses import replace

import pytest

from acd.core.events import CallAnswered, CallEnteredLane, CallKept
from acd.core.inputs import PolicyLoaded
from acd.core.instants import seconds
from acd.core.names import AgentId, CallId, VipClass
from acd.core.policy import Lane, Policy, Preference, Reserve, RouteStep, Standing, Vip
from acd.core.switch_events import CallStartedWaiting, OfferFailure
from tests.builders import ANNA, BEN, CARDS, CHEN, FIRST, PLATINUM, SECOND, THIRD, ZH, World, agent, lane, policy

ALONE = (agent("anna", cards=5, mandarin=5),)


def bank(*vip: Vip, cards: Lane | None = None, **more: object) -> Policy:
    lanes = (cards or lane("cards", "cards"), lane("general"))
    return policy(**({"lanes": lanes, "agents": ALONE, "vip": vip} | more))  # type: ignore[arg-type]


def served_in_turn(world: World, turns: int) -> list[CallId]:
    """Whom Anna talks to, one after the other."""
    found = []
    world.log_in(ANNA)
    for _ in range(turns):
        world.ready(ANNA)
        (call, _agent) = world.rung()[0]
        world.talk(call)
        world.pause(ANNA)
        world.hang_up(call)
        found.append(call)
    return found


def test_a_flood_of_vips_takes_no_more_than_its_share_and_what_it_saved() -> None:
    """Forged numbers cost nothing, so a hundred of them may come at once."""
    world = World(bank(Vip(PLATINUM, seconds(600), frozenset({"platinum"}), share_at_most=25)))
    regular = [CallId(f"hotline-1.{number:03}") for number in range(40)]
    for call in regular:
        world.enter(call, CARDS)
    world.wait(60)
    for number in range(100):
        world.enter(CallId(f"hotline-2.{number:03}"), CARDS, tier="platinum")
    served = served_in_turn(world, 40)
    assert sum(call not in regular for call in served) == 14, (
        "five saved, and a quarter of those forty turns and theirs"
    )
    assert [call for call in served if call in regular] == regular[:26], "the others keep their order"


def test_without_a_limit_the_flood_goes_first() -> None:
    world = World(bank(Vip(PLATINUM, seconds(600), frozenset({"platinum"}))))
    world.enter(FIRST, CARDS)
    world.wait(60)
    flood = [CallId(f"hotline-2.{number}") for number in range(8)]
    for call in flood:
        world.enter(call, CARDS, tier="platinum")
    assert served_in_turn(world, 9) == [*flood, FIRST]


def test_a_vip_who_would_be_next_anyway_pays_nothing() -> None:
    world = World(bank(Vip(PLATINUM, seconds(90), frozenset({"platinum"}), share_at_most=0)))
    calls = [CallId(f"hotline-2.{number}") for number in range(8)]
    for call in calls:
        world.enter(call, CARDS, tier="platinum")
        world.wait(1)
    assert served_in_turn(world, 8) == calls


def test_a_strict_priority_comes_before_any_waiting_time() -> None:
    world = World(bank(Vip(VipClass("stolen-card"), 0, dialled=frozenset({"95556"}), priority=1)))
    world.enter(FIRST, CARDS)
    world.wait(3600)
    world.enter(SECOND, CARDS, dialled="95556")
    assert world.router.waiting() == [SECOND, FIRST]


def test_who_ages_faster_overtakes_when_he_has_waited_long_enough_and_up_to_his_bonus() -> None:
    fast = Vip(PLATINUM, 0, frozenset({"platinum"}), ageing=200, bonus_at_most=seconds(30))
    world = World(bank(fast))
    world.enter(FIRST, CARDS)
    world.wait(20)
    world.enter(SECOND, CARDS, tier="platinum")
    world.wait(19)
    assert world.router.floor.matching.waiting(world.now) == [FIRST, SECOND]
    world.wait(2)
    assert world.router.floor.matching.waiting(world.now) == [SECOND, FIRST]
    world = World(bank(fast))
    world.enter(FIRST, CARDS)
    world.wait(31)
    world.enter(SECOND, CARDS, tier="platinum")
    world.wait(3600)
    assert world.router.floor.matching.waiting(world.now) == [FIRST, SECOND], "thirty seconds and no more"


def test_a_lane_may_have_a_priority_and_a_credit_of_its_own() -> None:
    world = World(policy(lanes=(lane("cards", standing=Standing(credit=seconds(30))), lane("general"))))
    world.enter(FIRST, world.router.memory.policy.default_lane)
    world.wait(20)
    world.enter(SECOND, CARDS)
    assert world.router.waiting() == [SECOND, FIRST]


@pytest.mark.parametrize(("verified", "recognised"), [(True, True), (False, False)])
def test_a_class_for_proved_customers_is_not_to_be_had_by_a_number(verified: bool, recognised: bool) -> None:
    proved = Vip(PLATINUM, seconds(90), frozenset({"platinum"}), verified=True)
    world = World(bank(proved))
    came = CallStartedWaiting(FIRST, "138", "", "95555", world.now, world.now, CARDS, ZH, "platinum", verified=verified)
    world.take(came)
    (entered,) = world.news(CallEnteredLane)
    assert (entered.vip == PLATINUM) is recognised


def managed(call: CallId, world: World, manager: str = "ben") -> CallStartedWaiting:
    return CallStartedWaiting(call, "138", "", "95555", world.now, world.now, CARDS, ZH, "platinum", manager=manager)


WITH_MANAGER = Vip(PLATINUM, 0, frozenset({"platinum"}), relationship_manager=Preference(seconds(20)))


def test_a_managed_customer_waits_for_his_manager_and_no_longer_than_that() -> None:
    world = World(bank(WITH_MANAGER, agents=policy().agents.values()), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.take(managed(SECOND, world))
    assert world.news(CallKept)[0].agent == BEN
    assert not world.wait(19.999).orders
    world.wait(0.001)
    assert world.rung() == [(SECOND, ANNA)]


def test_the_manager_takes_his_customer_the_moment_he_is_free() -> None:
    world = World(bank(WITH_MANAGER, agents=policy().agents.values()), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.take(managed(SECOND, world))
    world.wait(5)
    world.hang_up(FIRST)
    assert world.rung() == [(SECOND, BEN)]


@pytest.mark.parametrize("manager", ["nobody", "chen", "dora"])
def test_a_call_is_kept_for_nobody_who_is_not_there_or_lacks_the_skill(manager: str) -> None:
    world = World(bank(WITH_MANAGER, agents=policy().agents.values()), ready=[ANNA])
    world.log_in(CHEN)
    world.take(managed(FIRST, world, manager))
    assert world.rung() == [(FIRST, ANNA)]


def test_a_manager_who_logs_out_keeps_his_customer_from_nobody_for_longer_than_a_second() -> None:
    world = World(bank(WITH_MANAGER, agents=policy().agents.values()), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.take(managed(SECOND, world))
    world.log_in(ANNA)
    world.ready(ANNA)
    world.log_out(BEN)
    world.hang_up(FIRST)
    world.wait(1)
    assert world.rung() == [(SECOND, ANNA)]


def test_a_manager_who_declines_has_had_his_chance() -> None:
    world = World(bank(WITH_MANAGER, agents=policy().agents.values()), ready=[BEN])
    world.take(managed(FIRST, world))
    world.log_in(ANNA)
    world.ready(ANNA)
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.DECLINED)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_manager_whom_a_reserve_keeps_back_is_not_waited_for() -> None:
    back = Reserve("backup", "cards >= 3 and not wealth", "waiting(cards) > 99", backup_for=CARDS)
    world = World(bank(WITH_MANAGER, agents=policy().agents.values(), reserves=(back,)), ready=[ANNA])
    world.log_in(BEN)
    world.ready(BEN)
    world.take(managed(FIRST, world))
    assert world.rung() == [(FIRST, ANNA)]


def test_who_calls_again_within_the_day_is_kept_for_the_agent_he_talked_to() -> None:
    cards = lane("cards", "cards", last_agent=Preference(seconds(15), within=seconds(3600)))
    world = World(bank(cards=cards, agents=policy().agents.values()), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.hang_up(FIRST)
    assert [event.agent for event in world.history(CallAnswered)] == [BEN]
    world.log_in(ANNA)
    world.ready(ANNA)
    world.wait(60)
    world.enter(SECOND, CARDS)
    assert world.rung() == [(SECOND, BEN)], "Ben has been idle for a shorter time, and is asked first"
    world.hang_up(SECOND)
    world.wait(3600)
    world.pause(BEN)
    world.ready(BEN)
    world.enter(THIRD, CARDS)
    assert world.rung() == [(THIRD, AgentId("anna"))], "an hour later nobody remembers"


def test_a_call_is_kept_no_longer_when_a_step_asks_for_what_its_agent_lacks() -> None:
    steps = (RouteStep(after=seconds(5), add="wealth"),)
    cards = lane("cards", "cards", steps=steps)
    world = World(bank(WITH_MANAGER, cards=cards, agents=policy().agents.values()), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.take(managed(SECOND, world))
    world.wait(5)
    assert world.call(SECOND).kept_for is None
    world.hang_up(FIRST)
    assert not world.rung(), "Ben has no wealth"


def test_a_reload_keeps_a_call_for_nobody_who_has_declined_it() -> None:
    rules = bank(WITH_MANAGER, agents=policy().agents.values())
    world = World(rules, ready=[BEN])
    world.take(managed(FIRST, world))
    world.reach(FIRST)
    world.fail(FIRST, OfferFailure.DECLINED)
    world.take(PolicyLoaded(replace(rules, version="2")))
    assert world.call(FIRST).kept_for is None
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)]


def test_the_limits_of_lane_and_class_add_up_so_that_no_vip_stands_behind_an_ordinary_caller() -> None:
    cards = lane("cards", "cards", standing=Standing(credit=seconds(120)))
    vip = Vip(PLATINUM, seconds(90), frozenset({"platinum"}), bonus_at_most=seconds(60))
    world = World(bank(vip, cards=cards))
    world.enter(FIRST, CARDS)
    world.wait(59)
    world.enter(SECOND, CARDS, tier="platinum")
    assert world.call(SECOND).credit == seconds(180)
    assert world.router.waiting() == [SECOND, FIRST]
    world.wait(2)
    world.enter(THIRD, CARDS, tier="platinum")
    assert world.router.waiting() == [SECOND, FIRST, THIRD]
