"""The numbers on the metrics page are the core's own, and the books balance."""

import asyncio
import re
from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from acd.core.events import CallRepaired, EventIgnored
from acd.core.names import CallId, LaneName, OfferId
from acd.core.policy import Lane
from acd.core.router import Router
from acd.core.switch_events import OfferAnswered
from acd.metrics import Metrics, Vitals
from acd.metrics.observed import KINDS_AT_MOST
from tests.cti.small_hotline import ANNA, CARDS, GENERAL, SmallHotline, small_policy


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


async def test_counts_outlive_the_process_because_they_are_the_cores() -> None:
    hotline = SmallHotline()
    hotline.hangs_up(hotline.call("c1", GENERAL))
    hotline.router = Router(hotline.router.memory)

    assert (await read(watched(hotline)))["hotline_calls_short_abandoned_total{lane=general}"] == 1


async def test_the_parts_around_the_core_are_asked_at_each_scrape() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    dropped = {"wrong_token": 3}
    metrics.vitals = Vitals(link_up=lambda: False, blocks_dropped=lambda: dropped, mqtt_dropped=lambda: 7)

    page = await read(metrics)
    assert page["hotline_switch_link_up"] == 0
    assert page["hotline_journal_healthy"] == 1
    assert page["hotline_ami_blocks_dropped_total{reason=wrong_token}"] == 3
    assert page["hotline_mqtt_dropped_total"] == 7
    assert "hotline_mqtt_connected" not in page, "no broker is configured"


async def test_no_caller_and_no_call_is_in_a_label() -> None:
    hotline = SmallHotline()
    metrics = watched(hotline)
    call = hotline.call("c-secret-1", GENERAL)
    hotline.take(OfferAnswered(call, OfferId(99)))  # odd: nobody was offered this call
    hotline.hangs_up(call)

    _, page = await metrics.page()
    labels = set(re.findall(r'(\w+)="', page.decode()))
    assert labels <= {"lane", "state", "result", "reason", "kind", "le"}
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
    lanes = {LaneName(f"lane-{number}"): Lane(LaneName(f"lane-{number}"), ()) for number in range(60)}
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
