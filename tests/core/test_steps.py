"""What changes for a caller who waits: by time, by load, once, and never less than before unless it says so."""

from acd.core.events import CallLeftLane, LeaveReason, StepTaken
from acd.core.instants import seconds
from acd.core.names import CallId, LaneName
from acd.core.orders import DivertCaller, SayToCaller
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Policy, RouteStep
from acd.core.switch_events import OfferFailure
from tests.builders import ANNA, BEN, CARDS, CHEN, EN, FIRST, GENERAL, SECOND, THIRD, WEALTH, ZH, World, lane, policy


def relaxing(*steps: RouteStep, needs: str = "cards >= 4") -> Policy:
    """Cards ask for an expert, and then for what the steps say."""
    return policy(lanes=(lane("cards", needs, steps=steps), lane("wealth", "wealth >= 1"), lane("general")))


def test_a_step_takes_effect_when_it_is_due_though_nothing_else_happens() -> None:
    world = World(relaxing(RouteStep(after=seconds(20), needs="cards >= 1")), ready=[BEN])
    world.enter(FIRST, CARDS)
    assert not world.wait(19.999).orders
    world.wait(0.001)
    assert world.rung() == [(FIRST, BEN)]
    assert world.history(StepTaken) == [StepTaken(FIRST, CARDS, 1, dropped=False, credit=0)]


def test_a_step_adds_to_those_who_may_serve_and_shuts_nobody_out() -> None:
    world = World(relaxing(RouteStep(after=seconds(20), needs="wealth")), ready=[])
    world.enter(FIRST, CARDS)
    world.wait(20)
    world.log_in(ANNA)
    world.ready(ANNA)
    assert world.rung() == [(FIRST, ANNA)], "Anna could take it before the step and still can"


def test_a_step_that_narrows_says_so() -> None:
    world = World(relaxing(RouteStep(after=seconds(20), needs="wealth >= 4", narrows=True), needs="cards >= 1"))
    world.enter(FIRST, CARDS, language=EN)
    world.wait(20)
    world.log_in(ANNA)
    assert not world.ready(ANNA).orders
    world.log_in(CHEN)
    world.ready(CHEN)
    assert world.rung() == [(FIRST, CHEN)]


def test_a_need_may_be_added_and_another_dropped() -> None:
    steps = (RouteStep(after=seconds(10), add="wealth"), RouteStep(after=seconds(20), drop=("wealth",)))  # type: ignore[arg-type]
    world = World(relaxing(*steps, needs="cards >= 1"))
    world.enter(FIRST, CARDS)
    world.wait(10)
    world.log_in(BEN)
    assert not world.ready(BEN).orders, "wealth is asked for besides, and Ben has none"
    world.wait(10)
    assert world.rung() == [(FIRST, BEN)]


def test_a_step_may_give_up_the_language() -> None:
    world = World(relaxing(RouteStep(after=seconds(30), any_language=True), needs="cards >= 1"), ready=[BEN])
    world.enter(FIRST, CARDS, language=EN)
    world.wait(30)
    assert world.rung() == [(FIRST, BEN)]


def test_a_step_may_add_another_lanes_agents() -> None:
    world = World(relaxing(RouteStep(after=seconds(30), lanes=(WEALTH,))), ready=[CHEN])
    world.enter(FIRST, CARDS, language=EN)
    world.wait(30)
    assert world.rung() == [(FIRST, CHEN)]


def test_a_condition_that_does_not_hold_is_looked_at_every_second_until_it_does() -> None:
    world = World(relaxing(RouteStep(after=seconds(10), when="waiting(cards) > 1", needs="cards >= 1")), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.wait(12.3)
    assert not world.history(StepTaken)
    world.enter(SECOND, CARDS)
    world.wait(0.7)
    assert world.rung() == [(FIRST, BEN)]
    assert world.now == world.call(FIRST).changed_at, "at the whole second, not sooner and not later"


def test_a_step_that_is_looked_at_once_is_dropped_if_it_does_not_hold_then() -> None:
    step = RouteStep(after=seconds(10), when="idle(general) > 0", once=True, needs="cards >= 1")
    world = World(relaxing(step), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.wait(10)
    assert world.history(StepTaken) == [StepTaken(FIRST, CARDS, 1, dropped=True, credit=0)]
    assert not world.wait(100).orders


def test_a_step_whose_condition_does_not_hold_does_not_keep_later_ones_from_being_taken() -> None:
    steps = (
        RouteStep(after=seconds(10), when="waiting(wealth) > 0", credit=seconds(5)),
        RouteStep(after=seconds(20), needs="cards >= 1"),
    )
    world = World(relaxing(*steps), ready=[BEN])
    world.enter(FIRST, CARDS)
    world.wait(20)
    assert world.rung() == [(FIRST, BEN)]


def test_a_credit_given_by_a_step_brings_the_caller_forward() -> None:
    rules = relaxing(RouteStep(after=seconds(30), credit=seconds(60)), needs="cards >= 1")
    world = World(rules)
    world.enter(FIRST, WEALTH)
    world.wait(10)
    world.enter(SECOND, CARDS)
    assert world.router.waiting() == [FIRST, SECOND]
    world.wait(30)
    assert world.router.waiting() == [SECOND, FIRST]
    assert world.call(SECOND).credit == seconds(60)


def test_an_announcement_is_said_between_laps_in_the_callers_language() -> None:
    world = World(
        relaxing(RouteStep(after=seconds(30), announce="sorry"), RouteStep(after=seconds(60), offer_callback=True))
    )
    world.enter(FIRST, CARDS, language=EN)
    world.wait(60)
    assert [order for order in world.ordered if isinstance(order, SayToCaller)] == [
        SayToCaller(FIRST, "sorry", EN),
        SayToCaller(FIRST, "offer_callback", EN, offer_callback=True),
    ]


def test_an_overflow_hands_the_caller_on_with_the_time_that_he_has_waited() -> None:
    rules = relaxing(RouteStep(after=seconds(60), overflow=Outcome(OutcomeKind.LANE, "general")))
    world = World(rules)
    world.enter(FIRST, CARDS)
    entered_at = world.call(FIRST).entered_at
    world.wait(50)
    world.enter(SECOND, GENERAL)
    world.wait(10)
    call = world.call(FIRST)
    assert (call.lane, call.entered_at, call.lane_since) == (GENERAL, entered_at, world.now)
    assert world.router.waiting() == [FIRST, SECOND]
    counts = world.router.memory.counts
    assert (counts[CARDS].offered, counts[CARDS].overflowed, counts[CARDS].waiting()) == (1, 1, 0)
    assert (counts[GENERAL].offered, counts[GENERAL].waiting()) == (2, 2)


def test_a_circle_of_overflows_ends_though_no_check_refused_it() -> None:
    def over(to: LaneName) -> tuple[RouteStep, ...]:
        return (RouteStep(after=seconds(1), overflow=Outcome(OutcomeKind.LANE, to)),)

    world = World(policy(lanes=(lane("cards", "cards", steps=over(GENERAL)), lane("general", steps=over(CARDS)))))
    world.enter(FIRST, CARDS)
    world.wait(100)
    assert world.call(FIRST).moves == 8
    assert world.router.waiting() == [FIRST]


def test_a_caller_may_be_sent_to_a_number_a_message_or_an_announcement() -> None:
    for number, outcome in enumerate(
        (Outcome(OutcomeKind.NUMBER, "+862155555555"), Outcome(OutcomeKind.MESSAGE), Outcome(OutcomeKind.SAY, "closed"))
    ):
        call = CallId(f"hotline-2.{number}")
        world = World(relaxing(RouteStep(after=seconds(60), overflow=outcome)))
        world.enter(call, CARDS)
        world.wait(60)
        assert world.step.orders == (DivertCaller(call, outcome, ZH),)
        assert world.news(CallLeftLane) == [CallLeftLane(call, CARDS, outcome, LeaveReason.STEP, "13800000000")]
        assert world.router.waiting() == []


def test_steps_that_fell_due_while_a_phone_rang_hold_when_the_caller_is_back() -> None:
    rules = relaxing(RouteStep(after=seconds(5), needs="cards >= 1"))
    world = World(rules, ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.reach(FIRST)
    world.wait(8)
    world.log_in(BEN)
    world.ready(BEN)
    assert not world.rung(), "the caller is being offered to Anna"
    world.fail(FIRST, OfferFailure.BUSY)
    assert world.rung() == [(FIRST, BEN)]


def test_three_callers_of_one_condition_are_looked_at_in_their_order() -> None:
    step = RouteStep(after=seconds(5), when="waiting(cards) > 2", needs="cards >= 1")
    world = World(relaxing(step), ready=[BEN])
    for call in (THIRD, FIRST, SECOND):
        world.enter(call, CARDS)
        world.wait(0.1)
    world.wait(6)
    assert world.offered() == [(THIRD, BEN)]
