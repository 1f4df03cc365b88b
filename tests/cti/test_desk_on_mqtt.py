"""Others hear of grants and of records, and how an agent is now; never of the caller or of what was written."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from acd.core.requests import RaiseHand, ResumeCaller
from acd.core.switch_events import CallerResumed
from acd.metrics import Metrics, Vitals
from cti.contacts.records import Direction, RecordState, Words
from cti.grants.grant import GrantState
from tests.cti.broker import Listener, listener, running_broker
from tests.cti.contacts.desk_of_notes import LI, JournaledHotline, open_desk
from tests.cti.second_line_edge import edge
from tests.cti.small_hotline import ANNA, CUSTOMER, SmallHotline
from tests.cti.test_mqtt import SCHEMA, publishing
from tests.metrics.test_metrics import read

WORDS = SCHEMA["$defs"]


def checked(listening: Listener, topic: str) -> list[dict[str, Any]]:
    """All that was said under a topic; all of it is as the schema says, and nothing of it says who called."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    said = [message for heard, message, _ in listening.heard if heard.startswith(f"hotline/v1/{topic}/")]
    for message in said:
        validator.validate(message)
    sent = json.dumps(said)
    assert not any(secret in sent for secret in (LI, LI[3:], CUSTOMER, "secret", "Our mistake", "9000"))
    return said


@pytest.mark.real
async def test_a_request_for_a_grant_is_told_and_how_it_was_decided(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with (
        running_broker(tmp_path) as broker,
        listener(broker) as listening,
        edge(tmp_path, hotline) as here,
        publishing(hotline, broker.port) as publisher,
    ):
        here.grants.listen(publisher.hear_news)
        await listening.hear("hotline/v1/core", state="online")
        hotline.becomes_ready(ANNA)
        hotline.answers(hotline.call("c1", number=LI))
        await here.ask("anna", "POST", "/grants", call="c1", action="fee_waiver", amount=1, text="secret")
        await listening.hear("hotline/v1/grants/granted", grant=1, by="anna", decided_by="anna")
        await here.ask("anna", "POST", "/grants", call="c1", action="fee_waiver", amount=9000, text="secret")
        pending = await listening.hear("hotline/v1/grants/pending", grant=2, by="anna", decided_by=None)
        assert (pending["action"], pending["call"], pending["at"]) == ("fee_waiver", "c1", hotline.time)
        hotline.sleep(7_000)
        await here.ask("sue", "POST", "/grants/2/decide", granted=True, reason="Our mistake.")
        ended = await listening.hear("hotline/v1/grants/approved", grant=2)
        assert (ended["decided_by"], ended["at"], ended["asked_at"]) == ("sue", hotline.time, hotline.time - 7_000)
        await here.ask("anna", "POST", "/grants", call="c1", action="days", amount=2, text="secret")
        hotline.sleep(3_600_000)
        await here.grants.expire()
        gone = await listening.hear("hotline/v1/grants/expired", grant=3)
        assert (gone["decided_by"], gone["at"]) == (None, gone["expires_at"])

        metrics = Metrics(hotline.look, Vitals(grants=lambda: here.grants.counts))
        page = await read(metrics)

    assert [page[f"hotline_grants_total{{state={state}}}"] for state in GrantState] == [1, 2, 1, 0, 1]
    said = checked(listening, "grants")
    assert [each["grant"] for each in said] == [1, 2, 2, 3, 3]


@pytest.mark.real
async def test_a_record_is_told_with_how_it_came_out_and_how_long_it_took(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    async with (
        running_broker(tmp_path) as broker,
        listener(broker) as listening,
        open_desk(tmp_path, hotline) as desk,
        publishing(hotline, broker.port) as publisher,
    ):
        desk.contacts.records.listen(publisher.hear_news)
        desk.intake.records.listen(publisher.hear_news)
        await listening.hear("hotline/v1/core", state="online")
        first = hotline.has_talked("c1", number=LI)
        ended_at = hotline.time
        hotline.sleep(5_000)
        await desk.contacts.save(ANNA, first, Words("blocked", True, "secret", follow_up=True), 0)
        await desk.contacts.finish(ANNA, first)
        await desk.contacts.finish(ANNA, first)
        told = await listening.hear("hotline/v1/contacts/finished", call="c1")
        assert {key: told[key] for key in ("agent", "lane", "line", "direction", "disposition", "solved")} == {
            "agent": "anna",
            "lane": "cards",
            "line": "first",
            "direction": "inbound",
            "disposition": "blocked",
            "solved": True,
        }
        assert (told["at"], told["began_at"], told["ended_at"]) == (hotline.time, ended_at - 60_000, ended_at)
        assert (told["talked_ms"], told["wrap_up_ms"], told["follow_up"]) == (60_000, 5_000, True)
        hotline.is_done()

        # Of this one the agent never says that he is done; what he changes afterwards is told as well.
        second = hotline.has_talked("c2", number=LI)
        await desk.contacts.save(ANNA, second, Words(note="secret"), 0)
        hotline.sleep(20_000)
        told = await listening.hear("hotline/v1/contacts/not_finished", call="c2")
        assert (told["wrap_up_ms"], told["disposition"], told["solved"]) == (20_000, None, None)
        hotline.sleep(60_000)
        await desk.contacts.save(ANNA, second, Words("other", False, "secret"), 1)
        told = await listening.hear("hotline/v1/contacts/not_finished", call="c2", disposition="other")
        assert (told["at"], told["wrap_up_ms"], told["solved"]) == (hotline.time, None, False)
        await desk.contacts.finish(ANNA, second)
        await listening.hear("hotline/v1/contacts/finished", call="c2", disposition="other", wrap_up_ms=None)

    said = checked(listening, "contacts")
    assert [(each["call"], each["state"]) for each in said] == [
        ("c1", "finished"),
        ("c2", "not_finished"),
        ("c2", "not_finished"),
        ("c2", "finished"),
    ]


@pytest.mark.real
async def test_an_agents_state_says_since_when_his_caller_holds_and_his_hand_is_raised(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with running_broker(tmp_path) as broker, listener(broker) as listening, publishing(hotline, broker.port):
        topic = "hotline/v1/agents/anna"
        await listening.hear(topic, state="logged_out", logged_in_at=None, lane=None)
        on_since = hotline.time
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1", number=LI)
        hotline.answers(call)
        await listening.hear(topic, state="talking", lane="cards", logged_in_at=on_since, held_since=None)
        hotline.sleep(1_000)
        hotline.is_held(call)
        await listening.hear(topic, state="talking", held_since=hotline.time)
        hotline.take(RaiseHand(ANNA, raised=True))
        await listening.hear(topic, hand_since=hotline.time)
        hotline.take(ResumeCaller(ANNA))
        hotline.take(CallerResumed(call))
        await listening.hear(topic, held_since=None, call="c1")
        hotline.talks_and_ends(call)
        await listening.hear(topic, state="wrap_up", hand_since=None, lane="cards", call=None)
        hotline.becomes_ready(ANNA)
        hotline.call("c2", number=LI)
        await listening.hear(topic, state="reserved", call="c2", lane=None)
    assert checked(listening, "agents")


def test_the_schema_knows_how_grants_and_records_may_stand() -> None:
    grant, contact = WORDS["grant"]["properties"], WORDS["contact"]["properties"]
    assert set(grant["state"]["enum"]) == {state.value for state in GrantState}
    assert set(contact["state"]["enum"]) == {state.value for state in RecordState} - {"open"}
    assert set(contact["direction"]["enum"]) == {direction.value for direction in Direction}
