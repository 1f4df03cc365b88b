"""Other systems hear of everything but the caller, and routing never waits for them. On a real Mosquitto."""

import asyncio
import json
import os
import signal
import sys
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args
from unittest.mock import Mock

import jsonschema
import pytest

from acd.asterisk.places import free_port
from acd.core.agents import AgentState
from acd.core.events import CallLeftLane, CallResult, Event, LeaveReason, OfferEnd, RoutingPaused
from acd.core.names import CallId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import OfferFailure, PhoneState, Stage, Verdict
from cti import mqtt_messages
from cti.mqtt import MqttPublisher, MqttSettings
from tests.cti.broker import listener, running_broker, until
from tests.cti.small_hotline import (
    ANNA,
    CALLED_BACK_AT,
    CARDS,
    CUSTOMER,
    GENERAL,
    OUTSIDE,
    SmallHotline,
    eventful_policy,
)

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "mqtt.schema.json").read_text())

pytestmark = pytest.mark.real


@asynccontextmanager
async def publishing(hotline: SmallHotline, port: int, outbox: int = 10_000) -> AsyncIterator[MqttPublisher]:
    settings = MqttSettings(
        "127.0.0.1",
        port,
        outbox=outbox,
        timeout=0.5,
        back_off=0.05,
        back_off_at_most=0.2,
        states_every=0.05,
    )
    publisher = MqttPublisher(hotline.look, settings)
    hotline.feed.listen(publisher.hear)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(publisher.run())
        try:
            yield publisher
        finally:
            running.cancel()


def one_day_of_calls(hotline: SmallHotline) -> None:
    """Every kind of thing that happens on a call."""
    hotline.becomes_ready(ANNA)
    first = hotline.call("c1", tier="platinum")
    hotline.answers(first)
    hotline.talks_and_ends(first)
    hotline.sleep(20_000)
    second = hotline.call("c2", GENERAL)
    hotline.sleep(30_000)
    hotline.hangs_up(second)


async def test_a_call_is_told_from_beginning_to_end_without_saying_who_called(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, listener(broker) as listening:
        async with publishing(hotline, broker.port):
            await listening.hear("hotline/v1/core", state="online")
            one_day_of_calls(hotline)
            await listening.hear("hotline/v1/events/call_closed", call="c2")
            await listening.hear("hotline/v1/lanes/general", abandoned=1)
        await listening.hear("hotline/v1/core", state="offline")

    of_the_first = [said["kind"] for said in listening.events() if said.get("call") == "c1"]
    assert of_the_first == [
        "call_appeared",
        "call_entered_lane",
        "agent_offered",
        "offer_ended",
        "call_answered",
        "talk_finished",
        "call_closed",
    ]
    everything = json.dumps([said for _, said, _ in listening.heard], ensure_ascii=False)
    assert "13800000001" not in everything
    assert "Wang" not in everything
    assert "王芳" not in everything


async def test_every_message_is_as_the_published_schema_says(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, listener(broker) as listening:
        async with publishing(hotline, broker.port):
            await listening.hear("hotline/v1/core", state="online")
            one_day_of_calls(hotline)
            await listening.hear("hotline/v1/events/call_closed", call="c2")
            await listening.hear("hotline/v1/lanes/general", abandoned=1)
        await listening.hear("hotline/v1/core", state="offline")

    validator = jsonschema.Draft202012Validator(SCHEMA)
    for _, said, _ in listening.heard:
        validator.validate(said)
    assert {topic.split("/")[2] for topic, _, _ in listening.heard} == {"core", "lanes", "agents", "events"}


def test_every_event_of_the_core_has_its_words_and_its_schema() -> None:
    assert set(get_args(Event)) == set(mqtt_messages.TOLD)
    kinds = {kind for kind, _ in mqtt_messages.TOLD.values()}
    assert {each["$ref"].rpartition("/")[2] for each in SCHEMA["$defs"]["event"]["oneOf"]} == kinds
    for kind, fields in mqtt_messages.TOLD.values():
        assert set(SCHEMA["$defs"][kind]["required"]) == {"kind", "at", "stream", "seq", *fields}


def test_the_schema_knows_the_cores_closed_lists() -> None:
    words = SCHEMA["$defs"]
    closed, left = words["call_closed"]["properties"], words["call_left_lane"]["properties"]
    assert set(words["agent_state"]["enum"]) == {state.value for state in AgentState}
    assert set(closed["result"]["enum"]) == {result.value for result in CallResult}
    assert set(closed["stage"]["enum"]) == {stage.value for stage in Stage}
    assert set(left["why"]["enum"]) == {why.value for why in LeaveReason}
    assert set(left["outcome"]["enum"]) == {kind.value for kind in OutcomeKind}
    assert set(words["offer_ended"]["properties"]["end"]["enum"]) == {end.value for end in OfferEnd}
    assert set(words["verdict_given"]["properties"]["verdict"]["enum"]) == {verdict.value for verdict in Verdict}
    assert set(words["customer_missed"]["properties"]["cause"]["enum"]) == {cause.value for cause in OfferFailure}
    assert set(words["phone_seen"]["properties"]["phone"]["enum"]) == {state.value for state in PhoneState}


def test_on_a_day_on_which_everything_happens_every_word_is_in_the_schema_and_no_number_leaves() -> None:
    hotline = SmallHotline(eventful_policy())
    hotline.everything_happens()

    told = [mqtt_messages.event_message(hotline.time, event) for event in hotline.events]
    assert {kind for kind, _ in told} == {kind for kind, _ in mqtt_messages.TOLD.values()}
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for seq, (_, message) in enumerate(told, start=1):
        sent = mqtt_messages.encoded({**message, "stream": "0" * 16, "seq": seq})
        validator.validate(json.loads(sent))
        for secret in (b"13800000001", b"Wang", OUTSIDE.encode(), CUSTOMER.encode(), CALLED_BACK_AT.encode()):
            assert secret not in sent
    sent_on = [message for kind, message in told if kind == "call_left_lane"]
    assert [(each["call"], each["outcome"], each["to"], each["why"]) for each in sent_on] == [
        ("c2", "lane", "general", "step"),
        ("c3", "number", None, "full"),
        ("c6", "callback", None, "callback"),
    ]


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.LANE])
def test_where_a_caller_was_sent_is_told_of_other_lanes_alone(kind: OutcomeKind) -> None:
    event = CallLeftLane(CallId("c1"), CARDS, Outcome(kind, "somewhere"), LeaveReason.FULL, "+8613800000001")
    _, message = mqtt_messages.event_message(0, event)
    assert (message["outcome"], message["to"]) == (kind.value, None)


async def test_a_lane_that_sends_callers_away_says_so_in_its_state(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    async with running_broker(tmp_path) as broker, listener(broker) as listening, publishing(hotline, broker.port):
        await listening.hear("hotline/v1/core", state="online")
        hotline.is_sent_outside("c1")
        assert (await listening.hear("hotline/v1/lanes/general", overflowed=1))["waiting"] == 1


async def test_events_are_numbered_without_a_gap(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, listener(broker) as listening, publishing(hotline, broker.port):
        await listening.hear("hotline/v1/core", state="online")
        one_day_of_calls(hotline)
        await listening.hear("hotline/v1/events/call_closed", call="c2")

        numbers = [said["seq"] for said in listening.events()]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_what_happens_while_states_are_published_does_not_wait_for_the_next_event(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with (
        running_broker(tmp_path) as broker,
        listener(broker) as listening,
        publishing(hotline, broker.port) as it,
    ):
        await listening.hear("hotline/v1/agents/ben")
        look, it._look = it._look, Mock(wraps=it._look)

        def lanes() -> object:
            # After the events were sent, and before the states are.
            it.hear(hotline.time, RoutingPaused())
            it._look = look
            return look.lanes()

        it._look.lanes = lanes
        hotline.call("c1", GENERAL)
        await listening.hear("hotline/v1/lanes/general", waiting=1)
        await listening.hear("hotline/v1/events/routing_paused")


async def test_who_comes_later_finds_the_present_state(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, publishing(hotline, broker.port):
        hotline.call("c1", GENERAL)
        async with listener(broker) as first:
            await first.hear("hotline/v1/lanes/general", waiting=1)
        async with listener(broker) as second:
            await second.hear("hotline/v1/core", state="online")
            await second.hear("hotline/v1/lanes/general", waiting=1)
            assert all(retained for _, _, retained in second.heard)


async def test_a_broker_that_comes_back_is_told_the_present_state_once(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, publishing(hotline, broker.port) as publisher:
        async with listener(broker) as before:
            await before.hear("hotline/v1/agents/ben")
        await broker.stop()
        await until(lambda: not publisher.connected)
        for number in range(20):
            hotline.call(f"c{number}", GENERAL)
        await broker.start()
        async with listener(broker) as after:
            # This broker kept nothing: even the lane and the agent to whom nothing has happened are told it again.
            await after.hear("hotline/v1/lanes/cards")
            await after.hear("hotline/v1/lanes/general", waiting=20)
            await after.hear("hotline/v1/agents/ben")

    waiting = [said["waiting"] for topic, said, _ in after.heard if topic == "hotline/v1/lanes/general"]
    assert set(waiting) == {20}, "no stale state came after the outage"


CHILD = """
import asyncio, sys
from tests.cti.small_hotline import SmallHotline
from tests.cti.test_mqtt import publishing
async def main():
    async with publishing(SmallHotline(), int(sys.argv[1])):
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_core_that_is_killed_is_reported_offline_by_the_broker(tmp_path: Path) -> None:
    async with running_broker(tmp_path) as broker, listener(broker) as listening:
        core = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, str(broker.port), cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}/src"}
        )
        try:
            online = await listening.hear("hotline/v1/core", state="online")
        finally:
            core.send_signal(signal.SIGKILL)
            await core.wait()
        gone = await listening.hear("hotline/v1/core", state="offline")

    assert gone == {"state": "offline", "stream": online["stream"], "at": None}


async def longest_stall(hotline: SmallHotline, calls: int) -> float:
    """Seconds that the loop stood still at the most while this many calls came and went."""
    loop = asyncio.get_running_loop()
    worst = 0.0
    for number in range(calls):
        before = loop.time()
        hotline.hangs_up(hotline.call(f"stall-{number}", GENERAL))
        await asyncio.sleep(0)
        worst = max(worst, loop.time() - before)
    return worst


@pytest.mark.alone
async def test_a_frozen_broker_holds_up_nobody_and_is_left_for_a_new_try(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, publishing(hotline, broker.port, outbox=500) as publisher:
        await until(lambda: publisher.connected)
        broker.freeze()
        stall = await longest_stall(hotline, 2_000)
        await until(lambda: not publisher.connected)
        broker.thaw()
        async with listener(broker) as listening:
            hotline.call("after", GENERAL)
            await listening.hear("hotline/v1/events/call_entered_lane", call="after")

    assert stall < 0.2
    assert publisher.dropped > 0


async def test_what_was_on_its_way_to_a_broker_that_froze_is_kept_for_the_next_try(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, publishing(hotline, broker.port) as publisher:
        await until(lambda: publisher.connected and publisher.queued == 0)
        broker.freeze()
        before = len(hotline.events)
        hotline.hangs_up(hotline.call("c1", GENERAL))
        await until(lambda: not publisher.connected)

        assert publisher.queued == len(hotline.events) - before > 0


async def test_with_no_broker_at_all_the_oldest_events_go_and_memory_stays_flat() -> None:
    hotline = SmallHotline()
    hotline.feed = type(hotline.feed)()  # nobody else keeps the events
    async with publishing(hotline, free_port(), outbox=1_000) as publisher:
        await longest_stall(hotline, 1_000)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        hotline.orders.clear()
        await longest_stall(hotline, 5_000)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    # Fifteen thousand events went in; kept, they would be some megabytes.
    assert after - before < 600_000
    assert publisher.dropped >= 15_000
    assert not publisher.connected


async def test_what_happened_before_the_broker_was_reached_is_told_too(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, listener(broker) as listening, publishing(hotline, broker.port):
        one_day_of_calls(hotline)
        await listening.hear("hotline/v1/core", state="online")
        await listening.hear("hotline/v1/events/call_closed", call="c2")

        assert listening.events()[0]["seq"] == 1


@pytest.mark.alone
async def test_a_broker_that_refuses_the_password_holds_up_nobody(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with (
        running_broker(tmp_path, anonymous=False) as broker,
        publishing(hotline, broker.port) as publisher,
    ):
        assert await longest_stall(hotline, 500) < 0.2
        assert not publisher.connected
