"""The core's events in the log: all of them, in order, soon; and nobody waits for them."""

import asyncio

import pytest
import structlog
from structlog.testing import capture_logs

from acd.app import event_log
from acd.app.event_log import EventLog
from acd.core.agents import AgentState
from acd.core.caller_events import CustomerMissed, SurveyAnswered, VerdictGiven
from acd.core.events import (
    AgentChanged,
    CallLeftLane,
    LeaveReason,
    ReserveChanged,
    RoutingPaused,
    RoutingResumed,
)
from acd.core.names import CallId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import OfferFailure, Verdict
from tests.builders import ANNA, CARDS, FIRST
from tests.fakes import eventually


@pytest.fixture(autouse=True)
def _uncached_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    # A logger that was used once keeps its processors; the capture needs one that has none yet.
    monkeypatch.setattr(event_log, "_log", structlog.get_logger("acd.events"))


async def test_hearing_an_event_writes_nothing_yet_and_soon_there_is_a_line_for_each_in_order() -> None:
    log = EventLog()
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            log.hear(1, RoutingPaused())
            log.hear(2, RoutingResumed())
            assert lines == []
            await eventually(lambda: len(lines) == 2)
            log.hear(3, RoutingPaused())
            await eventually(lambda: len(lines) == 3)
            writing.cancel()
    assert [(line["event"], line["at"]) for line in lines] == [
        ("RoutingPaused", 1),
        ("RoutingResumed", 2),
        ("RoutingPaused", 3),
    ]


async def test_what_is_not_written_when_the_core_ends_is_written_then() -> None:
    log = EventLog()
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            await asyncio.sleep(0)
            log.hear(1, RoutingPaused())
            writing.cancel()
    assert [line["event"] for line in lines] == ["RoutingPaused"]


async def test_a_flood_leaves_out_the_oldest_and_says_how_many() -> None:
    log = EventLog()
    for at in range(event_log.MOST_UNWRITTEN + 3):
        log.hear(at, RoutingPaused())
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            await eventually(lambda: len(lines) == event_log.MOST_UNWRITTEN + 1)
            writing.cancel()
    assert lines[0]["left_out"] == 3
    assert lines[1]["at"] == 3


async def test_a_line_names_agent_and_state() -> None:
    log = EventLog()
    with capture_logs() as lines:
        log.hear(1, AgentChanged(ANNA, AgentState.READY, "", 1, None))
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            await eventually(lambda: len(lines) == 1)
            writing.cancel()
    assert (lines[0]["agent"], lines[0]["state"]) == ("anna", "ready")
    assert "reason" not in lines[0]


async def test_a_line_says_where_a_caller_was_sent_and_why_and_not_who_he_is() -> None:
    log = EventLog()
    with capture_logs() as lines:
        log.hear(1, CallLeftLane(FIRST, CARDS, Outcome(OutcomeKind.LANE, "wealth"), LeaveReason.FULL, "13800000001"))
        log.hear(2, ReserveChanged("helpers", released=False, lane=CARDS, condition="waiting(cards) > 5"))
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            await eventually(lambda: len(lines) == 2)
            writing.cancel()
    left, reserve = lines
    assert (left["lane"], left["outcome"], left["why"]) == ("cards", "lane wealth", "full")
    assert "13800000001" not in str(left)
    assert (reserve["reserve"], reserve["released"], reserve["condition"]) == ("helpers", "False", "waiting(cards) > 5")


async def test_a_line_says_what_a_callback_and_a_verdict_came_to_and_not_for_whom() -> None:
    log = EventLog()
    with capture_logs() as lines:
        log.hear(1, VerdictGiven(FIRST, ANNA, Verdict.LOCKED, "70010001"))
        log.hear(2, CustomerMissed(CallId("cb-1"), CARDS, OfferFailure.BUSY, None))
        log.hear(3, SurveyAnswered(FIRST, CARDS, ANNA, "service", (1, 0), comment=True))
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(log.run())
            await eventually(lambda: len(lines) == 3)
            writing.cancel()
    verdict, missed, survey = lines
    assert (verdict["agent"], verdict["verdict"]) == ("anna", "locked")
    assert "70010001" not in str(verdict)
    assert (missed["entry"], missed["cause"]) == ("cb-1", "busy")
    assert (survey["survey"], survey["answers"], survey["comment"]) == ("service", "(1, 0)", "True")
