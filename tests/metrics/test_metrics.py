"""The numbers on the metrics page are the core's own, and the books balance."""

import asyncio
import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from acd.core.agents import AgentState
from acd.core.events import CallRepaired, EventIgnored
from acd.core.inputs import PolicyLoaded
from acd.core.names import CallId, LaneName, OfferId, PhoneName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Lane
from acd.core.requests import LogOut
from acd.core.router import Router
from acd.core.switch_events import OfferAnswered, PhoneChanged, PhoneState
from acd.metrics import Metrics, Vitals
from acd.metrics.labels import KINDS_AT_MOST
from tests.cti.small_hotline import ANNA, BEN, CARDS, GENERAL, SmallHotline, eventful_policy, small_policy


def watched(hotline: SmallHotline) -> Metrics:
    metrics = Metrics(hotline.look)
    hotline.feed.listen(metrics.hear)
    return metrics


async def read(metrics: Metrics) -> dict[str, float]:
    _, page = await metrics.page()
    found = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_a_call_is_counted_where_it_belongs() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    hotline.becomes_ready(ANNA)
    call = hotline.call("c1")
    hotline.answers(call)
    hotline.talks_and_ends(call, talked=90_000)
    hotline.sleep(20_000)

    page = await read(metrics)
    assert page["hotline_calls_offered_total{lane=cards}"] == 1
    assert page["hotline_calls_answered_in_time_total{lane=cards}"] == 1
    assert page["hotline_calls_offered_total{lane=general}"] == 0, "a lane without calls is there too"
    assert page["hotline_calls_closed_total{result=answered}"] == 1
    assert page["hotline_wait_seconds_count{lane=cards,result=answered}"] == 1
    assert page["hotline_talk_seconds_sum{lane=cards}"] == 90
    assert page["hotline_wrap_up_seconds_sum{lane=cards}"] == 20
    assert page["hotline_offer_latency_seconds_count"] == 1
    assert page["hotline_agents{state=ready}"] == 1


async def test_waiting_callers_are_seen_while_they_wait() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    hotline.call("c1", GENERAL)
    hotline.sleep(42_000)
    hotline.call("c2", GENERAL)

    page = await read(metrics)
    assert page["hotline_calls_waiting{lane=general}"] == 2
    assert page["hotline_longest_wait_seconds{lane=general}"] == 42


async def test_who_hangs_up_at_once_is_counted_apart() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    hotline.hangs_up(hotline.call("c1", GENERAL))
    patient = hotline.call("c2", GENERAL)
    hotline.sleep(30_000)
    hotline.hangs_up(patient)

    page = await read(metrics)
    assert page["hotline_calls_short_abandoned_total{lane=general}"] == 1
    assert page["hotline_calls_abandoned_total{lane=general}"] == 1
    assert page["hotline_wait_seconds_sum{lane=general,result=abandoned}"] == 30


async def test_the_books_balance_and_a_lost_call_shows() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    for number in range(5):
        hotline.call(f"c{number}", GENERAL)
    hotline.sleep(9_000)
    hotline.hangs_up(CallId("c0"))
    assert (await read(metrics))["hotline_books_discrepancy{lane=general}"] == 0

    del hotline.router.memory.calls[CallId("c1")]

    assert (await read(metrics))["hotline_books_discrepancy{lane=general}"] == 1


async def test_callers_who_were_sent_away_are_counted_and_the_books_still_balance() -> None:
    hotline = SmallHotline(eventful_policy())
    metrics = watched(hotline)
    hotline.calls_are_routed()

    page = await read(metrics)
    assert page["hotline_calls_overflowed_total{lane=cards}"] == 1, "handed on to the general lane by a step"
    assert page["hotline_calls_overflowed_total{lane=general}"] == 1, "found it full and was sent outside"
    assert page["hotline_calls_closed_total{result=overflowed}"] == 1
    assert page["hotline_books_discrepancy{lane=cards}"] == page["hotline_books_discrepancy{lane=general}"] == 0
    assert page["hotline_steps_taken_total{lane=cards}"] == 3
    assert page["hotline_steps_dropped_total{lane=cards}"] == 2
    assert page["hotline_steps_taken_total{lane=general}"] == 0
    assert page["hotline_pause_limits_passed_total"] == 1
    assert page["hotline_policy_info{version=later}"] == 1


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (Outcome(OutcomeKind.SAY, "closed"), "refused"),
        (Outcome(OutcomeKind.MESSAGE), "left_message"),
        (Outcome(OutcomeKind.CALLBACK), "called_back"),
        (Outcome(OutcomeKind.NUMBER, "85212345678"), "overflowed"),
        (Outcome(OutcomeKind.LANE, "cards"), "overflowed"),
    ],
    ids=str,
)
async def test_each_way_out_of_a_lane_has_its_count_and_counts_against_the_service_level(
    outcome: Outcome, counted: str
) -> None:
    rules = eventful_policy()
    general = replace(rules.lanes[GENERAL], when_full=outcome)
    hotline = SmallHotline(replace(rules, lanes={**rules.lanes, GENERAL: general}))
    metrics = watched(hotline)
    hotline.is_sent_outside("c1")

    page = await read(metrics)
    ways = ("refused", "left_message", "called_back", "overflowed")
    assert [page[f"hotline_calls_{way}_total{{lane=general}}"] for way in ways] == [way == counted for way in ways]
    assert page["hotline_calls_left_total{lane=general}"] == 1
    assert page["hotline_books_discrepancy{lane=general}"] == 0


async def test_those_of_whom_the_service_level_speaks_are_all_who_left_but_the_short_abandoned() -> None:
    hotline = SmallHotline(eventful_policy())
    metrics = watched(hotline)
    hotline.calls_are_routed()
    hotline.hangs_up(hotline.call("at-once"))

    page = await read(metrics)
    for lane in (CARDS, GENERAL):
        ways = ("answered", "abandoned", "fell_back", "overflowed", "called_back", "left_message", "refused")
        left = sum(page[f"hotline_calls_{way}_total{{lane={lane}}}"] for way in ways)
        assert page[f"hotline_calls_left_total{{lane={lane}}}"] == left > 0
        level = hotline.look.lanes()[lane].counts.service_level()
        assert page[f"hotline_calls_answered_in_time_total{{lane={lane}}}"] / left == level


async def test_a_reserve_shows_whether_its_agents_are_let_go() -> None:
    hotline = SmallHotline(eventful_policy())
    metrics = watched(hotline)
    assert (await read(metrics))["hotline_reserve_released{reserve=helpers}"] == 0
    hotline.call("c1", GENERAL)
    assert (await read(metrics))["hotline_reserve_released{reserve=helpers}"] == 1


async def test_the_budget_of_misses_is_burned_as_conditions_see_it_and_comes_back_with_the_window() -> None:
    hotline = SmallHotline(replace(small_policy(), target=80, budget_from=4))
    metrics = watched(hotline)

    async def burned() -> float:
        floor = hotline.router.floor.matching.floor(hotline.time)
        ratio = (await read(metrics))["hotline_error_budget_burned_ratio{lane=general}"]
        assert ratio == floor.budget_burned(GENERAL) / 100
        return ratio

    hotline.becomes_ready(BEN)
    for number in range(3):
        call = hotline.call(f"good-{number}", GENERAL)
        hotline.answers(call)
        hotline.talks_and_ends(call)
    assert await burned() == 0, "so few calls say nothing yet"
    hotline.take(LogOut(BEN))
    bad = hotline.call("bad", GENERAL)
    hotline.sleep(60_000)
    hotline.hangs_up(bad)
    assert await burned() == 1.25, "one of four missed, where one of five may be"
    hotline.sleep(1_900_000)
    assert await burned() == 0


async def test_a_promise_of_all_calls_has_its_budget_burned_by_the_first_miss() -> None:
    hotline = SmallHotline(replace(small_policy(), target=100, budget_from=0))
    assert hotline.look.lanes()[GENERAL].budget_burned == 0
    bad = hotline.call("bad", GENERAL)
    hotline.sleep(60_000)
    hotline.hangs_up(bad)
    burned = hotline.look.lanes()[GENERAL].budget_burned
    assert burned == hotline.router.floor.matching.floor(hotline.time).budget_burned(GENERAL) / 100 == 1


async def test_agents_are_counted_in_every_state_that_there_is() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    hotline.becomes_ready(ANNA, BEN)
    hotline.take(PhoneChanged(PhoneName("anna"), PhoneState.LOST))
    hotline.take(PhoneChanged(PhoneName("ben"), PhoneState.BUSY))

    page = await read(metrics)
    counted = {state: page[f"hotline_agents{{state={state.value}}}"] for state in AgentState}
    assert {state for state, count in counted.items() if count} == {AgentState.PHONE_LOST, AgentState.OTHER_CALL}


async def test_under_a_new_policy_its_promise_its_version_and_its_lanes_are_shown_at_once() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    wealth = Lane(LaneName("wealth"), "wealth")
    lanes = {**hotline.policy.lanes, wealth.name: wealth}
    hotline.take(PolicyLoaded(replace(hotline.policy, version="later", target=90, lanes=lanes)))

    page = await read(metrics)
    assert page["hotline_service_level_target_ratio"] == 0.9
    assert page["hotline_policy_info{version=later}"] == 1
    assert "hotline_policy_info{version=small}" not in page
    assert page["hotline_steps_taken_total{lane=wealth}"] == page["hotline_talk_seconds_count{lane=wealth}"] == 0


async def test_counts_outlive_the_process_because_they_are_the_cores() -> None:
    hotline = SmallHotline()
    hotline.hangs_up(hotline.call("c1", GENERAL))
    hotline.router = Router(hotline.router.memory)

    assert (await read(watched(hotline)))["hotline_calls_short_abandoned_total{lane=general}"] == 1


async def test_the_parts_around_the_core_are_asked_at_each_scrape() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    dropped = {"wrong_token": 3}
    metrics.vitals = Vitals(
        link_up=lambda: False,
        blocks_dropped=lambda: dropped,
        mqtt_dropped=lambda: 7,
        settings_refused=lambda: 2,
        customer_sources=lambda: {("crm", "unavailable"): 5},
    )

    page = await read(metrics)
    assert page["hotline_switch_link_up"] == 0
    assert page["hotline_journal_healthy"] == 1
    assert page["hotline_ami_blocks_dropped_total{reason=wrong_token}"] == 3
    assert page["hotline_mqtt_dropped_total"] == 7
    assert page["hotline_settings_refused_total"] == 2
    assert page["hotline_customer_source_answers_total{source=crm,state=unavailable}"] == 5
    assert "hotline_mqtt_connected" not in page, "no broker is configured"


async def test_no_caller_and_no_call_is_in_a_label() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    call = hotline.call("c-secret-1", GENERAL)
    hotline.take(OfferAnswered(call, OfferId(99)))  # odd: nobody was offered this call
    hotline.hangs_up(call)

    _, page = await metrics.page()
    labels = set(re.findall(r'(\w+)="', page.decode()))
    closed = {"lane", "state", "result", "reason", "kind", "le", "version", "verdict", "outcome", "message", "end"}
    assert labels <= closed | {"reserve", "advert", "survey", "question", "answer"}
    assert "c-secret-1" not in page.decode()
    assert "13800000001" not in page.decode()


async def test_a_flood_of_kinds_fills_no_memory() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    for number in range(KINDS_AT_MOST * 3):
        metrics.hear(hotline.time, CallRepaired(CallId("c"), f"repair-{number}"))
        metrics.hear(hotline.time, EventIgnored(f"kind-{number}", None, "odd"))

    page = await read(metrics)
    assert page["hotline_calls_repaired_total{kind=other}"] == KINDS_AT_MOST * 2
    assert page["hotline_events_ignored_total{kind=other}"] == KINDS_AT_MOST * 2


async def test_the_loop_gets_a_turn_many_times_while_a_long_page_is_written() -> None:
    lanes = {LaneName(f"lane-{number}"): Lane(LaneName(f"lane-{number}"), "") for number in range(60)}
    hotline = SmallHotline(policy=replace(small_policy(), lanes={**small_policy().lanes, **lanes}))
    metrics = watched(hotline)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        other = tasks.create_task(others())
        _, page = await metrics.page()
        other.cancel()

    samples = [line for line in page.decode().splitlines() if not line.startswith("#")]
    assert len(samples) > 4_000
    assert turns > len(samples) / 250
    assert page.decode().count("# TYPE hotline_wait_seconds ") == 1


async def test_scrapes_at_the_same_time_share_one_page() -> None:
    metrics = watched(SmallHotline())
    async with asyncio.TaskGroup() as tasks:
        scrapes = [tasks.create_task(metrics.page()) for _ in range(10)]
    assert len({id(scrape.result()[1]) for scrape in scrapes}) == 1
    assert CARDS in scrapes[0].result()[1].decode()
