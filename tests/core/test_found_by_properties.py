"""What the properties found, or what was found beside them: each as the shortest story that shows it."""

from dataclasses import replace

from acd.core.events import CallLeftLane, ReserveChanged, StepTaken
from acd.core.inputs import PolicyLoaded
from acd.core.instants import seconds
from acd.core.names import CallId, Skill
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import AgentChoice, Reserve, RouteStep, Vip
from acd.core.switch_events import CallStartedWaiting, Stage
from tests.builders import (
    ANNA,
    BEN,
    CARDS,
    CHEN,
    FIRST,
    GENERAL,
    PLATINUM,
    PLATINUM_NUMBER,
    SECOND,
    THIRD,
    WEALTH,
    ZH,
    World,
    agent,
    lane,
    need,
    policy,
    seen,
)

NUMBER_OUTSIDE = Outcome(OutcomeKind.NUMBER, "4001")


def test_a_caller_who_is_handed_on_by_a_reload_does_not_overtake_whoever_came_first() -> None:
    """The one who came first could be served only now, too; he was offered nothing before all had been looked at."""
    before = policy(
        lanes=(lane("cards", need("cards", 9)), lane("wealth", need("cards", 9)), lane("general", need("cards", 9)))
    )
    after = policy(
        lanes=(
            lane("cards", need("cards")),
            lane("wealth", need("wealth", 9), steps=(RouteStep(overflow=Outcome(OutcomeKind.LANE, "general")),)),
            lane("general", need("cards")),
        )
    )
    world = World(before, ready=[ANNA])
    world.enter(SECOND, CARDS)
    world.wait(1)
    world.enter(FIRST, WEALTH)
    world.take(PolicyLoaded(after))
    assert world.offered() == [(SECOND, ANNA)]


def test_nothing_is_looked_at_for_callers_who_have_gone() -> None:
    """Else a process that lived through their going would say something that a new one would not."""
    backup = Reserve("backup", "cards", "waiting(cards) == 0", backup_for=CARDS)
    world = World(replace(policy(), reserves=(backup,)))
    world.wait(0.5)
    world.enter(FIRST, CARDS)
    world.hang_up(FIRST)
    world.wait(2)
    assert [event.released for event in world.history(ReserveChanged)] == [False], "when he came, and nothing since"


def test_a_step_that_never_will_hold_serves_nobody() -> None:
    """Its condition did not hold the one time it was looked at, and nobody else here can serve the caller."""
    only_if_verified = RouteStep(seconds(2), when="verified", once=True, needs="wealth")
    cards = lane("cards", need("cards", 9), steps=(only_if_verified,), when_unstaffed=NUMBER_OUTSIDE)
    world = World(policy(lanes=(cards, lane("wealth", need("wealth")), lane("general"))), ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.wait(5)
    assert [event.outcome for event in world.history(CallLeftLane)] == [NUMBER_OUTSIDE]


def test_conditions_are_looked_at_on_every_whole_second_whatever_else_falls_due_then() -> None:
    """The announcement for Second falls due at five seconds sharp, just before the look that should serve First."""
    cards = lane("cards", need("cards", 9), steps=(RouteStep(when="staffed(cards) > 1", needs="cards"),))
    general = lane("general", need("cards", 9), steps=(RouteStep(seconds(5), announce="busy"), RouteStep(seconds(9))))
    world = World(policy(lanes=(cards, general)), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.enter(SECOND, GENERAL)
    world.wait(4.5)
    world.log_in(ANNA)
    world.wait(0.5)
    assert world.offered() == [(FIRST, BEN)]


def test_a_caller_waits_for_whoever_can_serve_him_if_a_step_never_comes_to_hold() -> None:
    """Nobody knows yet whether the narrowing step will ever hold; without it the last step lets Ben serve."""
    steps = (
        RouteStep(seconds(2), when="waiting(cards) > 9", add="gold"),
        RouteStep(seconds(5), drop=(Skill("cards"),)),
    )
    cards = lane("cards", need("cards", 9), steps=steps, when_unstaffed=NUMBER_OUTSIDE)
    world = World(policy(lanes=(cards, lane("general"))), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.wait(6)
    assert world.offered() == [(FIRST, BEN)]


def test_a_step_of_the_default_lane_stays_taken_for_a_caller_whose_own_lane_is_gone() -> None:
    general = lane("general", need("cards", 9), steps=(RouteStep(seconds(1), announce="busy"),))
    world = World(policy(lanes=(lane("wealth", need("cards", 9)), general)))
    world.enter(FIRST, WEALTH)
    world.take(PolicyLoaded(policy(lanes=(general,), version="2")))
    world.wait(2)
    world.take(PolicyLoaded(policy(lanes=(general,), version="3")))
    world.wait(2)
    assert len(world.history(StepTaken)) == 1


def test_the_round_goes_on_after_somebody_who_works_here_no_more() -> None:
    staff = tuple(agent(name, cards=5, mandarin=5) for name in ("anna", "ben", "chen"))
    lanes = (lane("general", choose=AgentChoice.ROUND_ROBIN),)
    world = World(policy(lanes=lanes, agents=staff), ready=[ANNA, BEN, CHEN])
    world.enter(FIRST, GENERAL)
    world.talk(FIRST)
    world.end_talk(FIRST)
    world.enter(SECOND, GENERAL)
    world.talk(SECOND)
    world.end_talk(SECOND)
    world.take(PolicyLoaded(policy(lanes=lanes, agents=(staff[0], staff[2]))))
    world.enter(THIRD, GENERAL)
    assert world.offered()[-1] == (THIRD, CHEN)


def test_vips_who_have_used_up_their_share_are_served_in_the_order_of_ordinary_callers() -> None:
    """Second has credit by a step: as an ordinary caller he stands before first, as a fast-ageing VIP behind him."""
    pressed = RouteStep(when='menu.main == "2"', credit=seconds(10))
    cards = lane("cards", need("cards"), steps=(pressed,))
    vip = Vip(PLATINUM, 0, dialled=frozenset({PLATINUM_NUMBER}), ageing=300, share_at_most=0)
    rules = replace(policy(lanes=(cards, lane("general")), agents=(agent("anna", cards=5, mandarin=5),)), vip=(vip,))
    world = World(rules, ready=[ANNA])
    world.router.memory.allowance[PLATINUM] = {CARDS: 0}
    world.enter(CallId("talks"), CARDS)
    world.talk(CallId("talks"))
    world.enter(FIRST, CARDS, dialled=PLATINUM_NUMBER)
    world.wait(8)
    _enter_with_key(world, SECOND, "2")
    world.wait(1)
    world.enter(THIRD, CARDS)
    world.wait(20)
    world.end_talk(CallId("talks"))
    assert world.offered()[-1] == (SECOND, ANNA)


def test_whoever_came_first_is_served_first_though_another_step_falls_due_in_the_same_millisecond() -> None:
    """Both are handed on in one second, and in one second a step lets Ben serve both; `1.10` is the smaller id."""
    ninth, tenth = CallId("hotline-1.9"), CallId("hotline-1.10")
    on = RouteStep(when="staffed(cards) > 1", overflow=Outcome(OutcomeKind.LANE, "general"))
    general = lane("general", need("cards", 9), steps=(RouteStep(seconds(5), needs="cards"),))
    world = World(policy(lanes=(lane("cards", need("cards", 9), steps=(on,)), general)), ready=[BEN])
    world.enter(ninth, CARDS)
    world.wait(0.5)
    world.enter(tenth, CARDS)
    world.wait(0.2)
    world.log_in(ANNA)
    world.wait(10)
    assert world.offered() == [(ninth, BEN)]


def test_a_call_of_a_found_talk_counts_for_an_agent_who_had_been_logged_out() -> None:
    world = World()
    world.enter(FIRST)
    world.wait(1)
    world.survey(seen(FIRST, Stage.TALKING, phone="anna"))
    assert world.desk(ANNA).answered == 1


def _enter_with_key(world: World, call: CallId, key: str) -> None:
    menu = (("main", key),)
    world.take(CallStartedWaiting(call, "138", "", PLATINUM_NUMBER, world.now, world.now, CARDS, ZH, "", menu=menu))
