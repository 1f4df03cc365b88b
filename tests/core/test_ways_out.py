"""Overload and odd hours: every caller who cannot be served comes to the end that was declared for him."""

from acd.core.caller_events import CallbackQueued
from acd.core.calls import CallState
from acd.core.events import CallLeftLane, CallResult, EventIgnored, LeaveReason
from acd.core.instants import seconds
from acd.core.names import LaneName
from acd.core.orders import DivertCaller, RingAgent
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Calendar, Limits, Policy, RouteStep
from acd.core.switch_events import (
    CallArrived,
    CallbackAccepted,
    CallDiverted,
    CallStartedWaiting,
    OfferFailure,
    OrderFailed,
    Stage,
)
from tests.builders import ANNA, BEN, CARDS, EN, FIRST, GENERAL, OPENING, SECOND, THIRD, ZH, World, lane, policy, seen

NEVER_OPEN = Calendar("office", tuple(() for _ in range(7)))
ALWAYS_OPEN = Calendar("office", tuple(((0, 86_400_000),) for _ in range(7)))
SAY_CLOSED = Outcome(OutcomeKind.SAY, "closed")
TO_GENERAL = Outcome(OutcomeKind.LANE, "general")
CALLBACK = Outcome(OutcomeKind.CALLBACK)


def rules(calendar: Calendar = ALWAYS_OPEN, **more: object) -> Policy:
    return policy(lanes=(lane("cards", "cards", **more), lane("general")), calendars={"office": calendar})


def test_a_closed_lane_sends_its_callers_where_it_says() -> None:
    world = World(rules(NEVER_OPEN, hours="office", when_closed=SAY_CLOSED), ready=[ANNA])
    world.enter(FIRST, CARDS)
    assert world.step.orders == (DivertCaller(FIRST, SAY_CLOSED, ZH),)
    assert [(event.outcome, event.why) for event in world.news(CallLeftLane)] == [(SAY_CLOSED, LeaveReason.CLOSED)]
    assert world.call(FIRST).state is CallState.DIVERTED
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.REFUSED
    counts = world.router.memory.counts[CARDS]
    assert (counts.offered, counts.refused, counts.waiting()) == (1, 1, 0)


def test_an_open_lane_serves_and_so_does_one_whose_closing_sends_nowhere() -> None:
    world = World(rules(ALWAYS_OPEN, hours="office", when_closed=SAY_CLOSED), ready=[ANNA])
    world.enter(FIRST, CARDS)
    assert world.rung() == [(FIRST, ANNA)]
    world = World(rules(NEVER_OPEN, hours="office"), ready=[ANNA])
    world.enter(FIRST, CARDS)
    assert world.rung() == [(FIRST, ANNA)]


def test_a_full_lane_sends_on_whoever_comes_and_keeps_those_who_wait() -> None:
    world = World(rules(limits=Limits(length=2), when_full=TO_GENERAL))
    for call in (FIRST, SECOND, THIRD):
        world.enter(call, CARDS)
    assert [world.call(call).lane for call in (FIRST, SECOND, THIRD)] == [CARDS, CARDS, GENERAL]
    assert [event.why for event in world.history(CallLeftLane)] == [LeaveReason.FULL]
    assert len(world.router.waiting()) == 3


def test_nobody_waits_longer_than_the_lane_allows() -> None:
    world = World(rules(limits=Limits(wait=seconds(60)), when_full=Outcome(OutcomeKind.MESSAGE)))
    world.enter(FIRST, CARDS)
    assert not world.wait(59.999).events
    world.wait(0.001)
    assert [event.why for event in world.news(CallLeftLane)] == [LeaveReason.WAITED]
    world.take(CallDiverted(FIRST))
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.LEFT_MESSAGE


def test_a_lane_without_anybody_sends_on_at_once_and_also_when_the_last_one_leaves() -> None:
    world = World(rules(when_unstaffed=TO_GENERAL))
    world.enter(FIRST, CARDS)
    assert world.call(FIRST).lane == GENERAL
    world = World(rules(when_unstaffed=TO_GENERAL))
    world.log_in(BEN)
    world.enter(FIRST, CARDS)
    assert world.call(FIRST).lane == CARDS, "Ben is at a break, and comes back"
    world.wait(30)
    world.log_out(BEN)
    world.wait(1)
    assert world.call(FIRST).lane == GENERAL
    assert [event.why for event in world.history(CallLeftLane)] == [LeaveReason.UNSTAFFED]


def test_who_asks_to_be_called_back_leaves_the_line_and_keeps_an_entry() -> None:
    world = World(rules())
    world.enter(FIRST, CARDS)
    world.wait(30)
    world.take(CallbackAccepted(FIRST))
    assert world.step.orders == (DivertCaller(FIRST, CALLBACK, ZH),)
    (queued,) = world.news(CallbackQueued)
    entry = world.call(queued.entry)
    assert (entry.number, entry.lane, entry.place_since) == ("13800000000", CARDS, OPENING)
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.CALLED_BACK


def test_a_caller_without_a_number_cannot_be_called_back_and_keeps_waiting() -> None:
    world = World(rules())
    world.take(CallStartedWaiting(FIRST, "", "", "95555", world.now, world.now, CARDS, ZH, ""))
    world.take(CallbackAccepted(FIRST))
    assert world.router.waiting() == [FIRST]
    assert not world.history(CallbackQueued)


def test_a_diversion_that_was_lost_is_ordered_again_by_the_next_survey() -> None:
    world = World(rules(NEVER_OPEN, hours="office", when_closed=SAY_CLOSED))
    world.enter(FIRST, CARDS)
    world.wait(5)
    world.survey(seen(FIRST, Stage.WAITING))
    assert world.step.orders == (DivertCaller(FIRST, SAY_CLOSED, ZH),)
    world.take(CallDiverted(FIRST))
    world.wait(5)
    assert not world.survey(seen(FIRST, Stage.DIVERTED)).orders


def test_a_diversion_that_the_switch_refused_is_looked_after_by_a_survey_too() -> None:
    world = World(rules(NEVER_OPEN, hours="office", when_closed=SAY_CLOSED))
    world.enter(FIRST, CARDS)
    world.take(OrderFailed(FIRST, None))
    world.wait(5)
    assert world.survey(seen(FIRST, Stage.WAITING)).orders == (DivertCaller(FIRST, SAY_CLOSED, ZH),)


def test_a_caller_whom_an_older_process_sent_away_is_found_and_left_where_he_is() -> None:
    world = World(rules())
    world.survey(seen(FIRST, Stage.DIVERTED))
    assert world.call(FIRST).state is CallState.DIVERTED
    assert not [order for order in world.ordered if isinstance(order, DivertCaller | RingAgent)]
    world.hang_up(FIRST)
    assert world.record(FIRST).result is CallResult.REFUSED


def test_who_was_found_waiting_after_a_restart_is_not_turned_away_at_the_door() -> None:
    world = World(rules(limits=Limits(length=1), when_full=SAY_CLOSED))
    world.wait(60)
    world.survey(seen(FIRST, Stage.WAITING), seen(SECOND, Stage.WAITING))
    assert sorted(world.router.waiting()) == [FIRST, SECOND]


def test_a_call_that_is_being_offered_is_not_sent_away() -> None:
    world = World(rules(limits=Limits(wait=seconds(10)), when_full=SAY_CLOSED), ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.reach(FIRST)
    world.wait(12)
    assert world.call(FIRST).state is CallState.OFFERED
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert world.call(FIRST).state is CallState.DIVERTED, "he had waited too long meanwhile"


def test_the_service_level_counts_whoever_left_without_an_answer() -> None:
    world = World(rules(limits=Limits(wait=seconds(10)), when_full=SAY_CLOSED), ready=[BEN])
    world.enter(FIRST, CARDS, language=EN)
    world.enter(SECOND, CARDS)
    world.talk(SECOND)
    world.wait(10)
    assert world.router.memory.counts[CARDS].service_level() == 0.5


def test_the_books_of_a_lane_that_is_not_there_any_more_still_balance() -> None:
    world = World(rules())
    world.take(CallArrived(FIRST, "138", "", "95555", world.now))
    world.enter(FIRST, LaneName("unheard-of"))
    assert world.router.memory.counts[GENERAL].waiting() == 1


def test_a_caller_without_a_number_is_told_that_all_are_busy_where_others_would_be_called_back() -> None:
    world = World(rules(NEVER_OPEN, hours="office", when_closed=CALLBACK))
    world.take(CallStartedWaiting(FIRST, "", "", "95555", world.now, world.now, CARDS, ZH, ""))
    assert world.step.orders == (DivertCaller(FIRST, Outcome(OutcomeKind.SAY, "all_busy"), ZH),)


def test_a_caller_without_a_number_is_asked_too_for_he_may_key_one() -> None:
    world = World(rules(steps=(RouteStep(after=seconds(30), offer_callback=True),)))
    world.take(CallStartedWaiting(FIRST, "", "", "95555", world.now, world.now, CARDS, ZH, ""))
    assert world.wait(30).orders
    world.take(CallbackAccepted(FIRST, "13911111111"))
    (queued,) = world.news(CallbackQueued)
    assert world.call(queued.entry).number_to_call == "13911111111"


def test_a_key_for_being_called_back_that_crosses_an_offer_counts_if_the_offer_comes_to_nothing() -> None:
    world = World(rules(), ready=[ANNA])
    world.enter(FIRST, CARDS)
    world.reach(FIRST)
    world.take(CallbackAccepted(FIRST))
    assert not world.step.events
    world.fail(FIRST, OfferFailure.NO_ANSWER)
    assert [event.why for event in world.news(CallLeftLane)] == [LeaveReason.CALLBACK]


def test_being_sent_away_on_entering_is_no_fact_that_did_not_fit() -> None:
    world = World(rules(NEVER_OPEN, hours="office", when_closed=SAY_CLOSED))
    world.enter(FIRST, CARDS)
    assert not world.news(EventIgnored)
