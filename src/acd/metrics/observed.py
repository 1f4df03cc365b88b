"""Metrics that are made from the core's events as they come: how long things took, and what was repaired.

They begin at zero with each process, as histograms may. Labels are lanes, results and kinds from closed lists; the
children are made once, so that an observation costs a microsecond.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

from acd.core.agents import AgentState
from acd.core.events import (
    AgentChanged,
    CallAnswered,
    CallClosed,
    CallRepaired,
    CallResult,
    Event,
    EventIgnored,
    PauseLimitPassed,
    StepTaken,
    TalkFinished,
)
from acd.core.instants import Instant
from acd.core.names import AgentId, LaneName
from acd.metrics.labels import Labels

WAIT = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0)
TALK = (15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)
WRAP_UP = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 300.0)
MOMENT = (0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)

WAITED = (CallResult.ANSWERED, CallResult.ABANDONED, CallResult.SHORT_ABANDONED)
"""Results of calls whose wait has an end that the core saw."""


class ObservedMetrics:
    """Listens to the feed."""

    def __init__(self, registry: CollectorRegistry, lanes: Iterable[LaneName], answer_within_seconds: float) -> None:
        # The threshold of the service level is a bound of its own, so that the share within it can be read exactly.
        wait = sorted({*WAIT, answer_within_seconds})
        self._wait = Histogram(
            "hotline_wait_seconds",
            "How long callers waited, until answered or until they hung up.",
            ["lane", "result"],
            buckets=wait,
            registry=registry,
        )
        self._talk = Histogram(
            "hotline_talk_seconds", "How long agents talked.", ["lane"], buckets=TALK, registry=registry
        )
        self._wrap_up = Histogram(
            "hotline_wrap_up_seconds",
            "How long agents took for their notes.",
            ["lane"],
            buckets=WRAP_UP,
            registry=registry,
        )
        self._offer_latency = Histogram(
            "hotline_offer_latency_seconds",
            "From the choice of an agent until his phone is being rung.",
            buckets=MOMENT,
            registry=registry,
        )
        self.ami_lag = Histogram(
            "hotline_ami_lag_seconds",
            "How late the switch's events reach the core.",
            buckets=MOMENT,
            registry=registry,
        )
        self._closed = Counter(
            "hotline_calls_closed", "Calls that ended, by how they came out.", ["result"], registry=registry
        )
        self._repaired = Counter(
            "hotline_calls_repaired",
            "Calls that a survey found elsewhere than believed, by what had been missed.",
            ["kind"],
            registry=registry,
        )
        self._ignored = Counter(
            "hotline_events_ignored", "Facts that did not fit, by kind.", ["kind"], registry=registry
        )
        self._steps_taken = Counter(
            "hotline_steps_taken", "Steps of a lane that began to hold for a caller.", ["lane"], registry=registry
        )
        self._steps_dropped = Counter(
            "hotline_steps_dropped",
            "Steps whose condition did not hold the one time it was looked at.",
            ["lane"],
            registry=registry,
        )
        self._pause_limits = Counter(
            "hotline_pause_limits_passed", "Pauses that went on for longer than their reason allows.", registry=registry
        )
        self._labels = Labels()
        self._reserved: dict[AgentId, Instant] = {}
        self._notes: dict[AgentId, Instant] = {}
        self._lane_of: dict[AgentId, LaneName] = {}
        self.know(lanes)
        for result in CallResult:
            self._closed.labels(result.value)

    def know(self, lanes: Iterable[LaneName]) -> None:
        """Show these lanes from now on, at zero until something happens in them."""
        for lane in lanes:
            for each in (self._talk, self._wrap_up, self._steps_taken, self._steps_dropped):
                each.labels(lane)
            for result in WAITED:
                self._wait.labels(lane, result.value)

    def hear(self, event: Event) -> None:
        """Take note of one event. The three tables kept here have one row per agent at the most."""
        match event:
            case CallAnswered():
                self._wait.labels(event.lane, CallResult.ANSWERED.value).observe(event.waited / 1000)
                if event.agent is not None:
                    self._lane_of[event.agent] = event.lane
            case TalkFinished():
                self._talk.labels(event.lane).observe(event.talked / 1000)
            case CallClosed():
                self._close(event)
            case AgentChanged():
                self._follow(event)
            case StepTaken():
                (self._steps_dropped if event.dropped else self._steps_taken).labels(event.lane).inc()
            case PauseLimitPassed():
                self._pause_limits.inc()
            case CallRepaired():
                self._repaired.labels(self._labels.value("repaired", event.repair)).inc()
            case EventIgnored():
                self._ignored.labels(self._labels.value("ignored", event.kind)).inc()

    def _close(self, event: CallClosed) -> None:
        self._closed.labels(event.result.value).inc()
        hung_up = event.result in {CallResult.ABANDONED, CallResult.SHORT_ABANDONED}
        if hung_up and event.lane is not None and event.entered_at is not None:
            self._wait.labels(event.lane, event.result.value).observe((event.closed_at - event.entered_at) / 1000)

    def _follow(self, event: AgentChanged) -> None:
        agent, state = event.agent, event.state
        if state is AgentState.RESERVED:
            self._reserved[agent] = event.since
        elif (reserved := self._reserved.pop(agent, None)) is not None and state is AgentState.RINGING:
            self._offer_latency.observe((event.since - reserved) / 1000)
        if state is AgentState.WRAP_UP:
            self._notes[agent] = event.since
        elif (began := self._notes.pop(agent, None)) is not None and agent in self._lane_of:
            self._wrap_up.labels(self._lane_of[agent]).observe((event.since - began) / 1000)
