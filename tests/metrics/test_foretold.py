"""A wait that was foretold is scored by what came of it; who went before anybody could know is not scored."""

import pytest
from prometheus_client import CollectorRegistry

from acd.core.caller_events import WaitForetold
from acd.core.events import CallAnswered, CallClosed, CallLeftLane, CallResult, LeaveReason
from acd.core.names import AgentId, CallId, LaneName, OfferId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import Stage
from acd.metrics import foretold
from acd.metrics.foretold import ForetoldMetrics

CARDS, GENERAL = LaneName("cards"), LaneName("general")
CALL = CallId("c1")
NOON = 1_795_000_000_000


class Scored:
    """The metrics, told of one caller whose wait is foretold to be one to three minutes."""

    def __init__(self, *calls: CallId) -> None:
        self.registry = CollectorRegistry()
        self.metrics = ForetoldMetrics(self.registry, [CARDS, GENERAL])
        for call in calls or (CALL,):
            self.metrics.hear(NOON, WaitForetold(call, CARDS, 60_000, 180_000))

    def answer(self, after: int, call: CallId = CALL) -> None:
        self.metrics.hear(
            NOON + after * 1000, CallAnswered(call, OfferId(1), AgentId("anna"), CARDS, 7 + after * 1000, in_time=False)
        )

    def close(self, after: int, call: CallId = CALL) -> None:
        at = NOON + after * 1000
        self.metrics.hear(
            at, CallClosed(call, CallResult.ABANDONED, Stage.WAITING, CARDS, None, NOON, NOON, None, at, 0)
        )

    def of(self, name: str, lane: LaneName = CARDS) -> float | None:
        return self.registry.get_sample_value(f"hotline_wait_foretold_{name}", {"lane": lane})


@pytest.mark.parametrize(("after", "kept"), [(59, 0), (60, 1), (120, 1), (180, 1), (181, 0)])
def test_an_answer_within_the_interval_keeps_what_was_foretold(after: int, kept: int) -> None:
    scored = Scored()
    scored.answer(after)
    assert (scored.of("total"), scored.of("kept_total")) == (1, kept)
    assert scored.of("error_seconds_sum") == abs(after - 120)


def test_who_hangs_up_in_time_is_not_scored() -> None:
    scored = Scored()
    scored.close(180)
    scored.answer(200)
    assert (scored.of("total"), scored.of("error_seconds_count")) == (0, 0)


def test_who_hangs_up_after_waiting_longer_than_foretold_is_a_miss_of_unknown_size() -> None:
    scored = Scored()
    scored.close(181)
    assert (scored.of("total"), scored.of("kept_total"), scored.of("error_seconds_count")) == (1, 0, 0)


def test_who_is_sent_to_another_lane_begins_anew_there() -> None:
    scored = Scored()
    there = Outcome(OutcomeKind.LANE, "general")
    scored.metrics.hear(NOON + 1000, CallLeftLane(CALL, CARDS, there, LeaveReason.STEP, ""))
    scored.metrics.hear(NOON + 1000, WaitForetold(CALL, GENERAL, 0, 9_000))
    scored.answer(10)
    assert (scored.of("total"), scored.of("kept_total")) == (0, 0)
    assert (scored.of("total", GENERAL), scored.of("kept_total", GENERAL)) == (1, 1)


def test_a_caller_is_scored_once() -> None:
    scored = Scored()
    scored.answer(100)
    scored.close(400)
    assert scored.of("total") == 1


def test_of_more_callers_than_are_remembered_the_oldest_are_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foretold, "CALLS_AT_MOST", 2)
    calls = [CallId(name) for name in ("a", "b", "c")]
    scored = Scored(*calls)
    for call in calls:
        scored.answer(100, call)
    assert scored.of("total") == 2
