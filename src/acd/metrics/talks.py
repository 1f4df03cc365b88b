"""Metrics of what agents do with their talks, made from the core's events: holds, transfers, raised hands.

They begin at zero with each process. Labels are lanes and closed lists; to whom a caller was sent is in no label.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

from acd.core.events import Event
from acd.core.names import LaneName
from acd.core.talk_events import (
    CallResumed,
    ConferenceStarted,
    ConsultEnd,
    ConsultOver,
    ControlFailed,
    HandRaised,
    TransferEnded,
)
from acd.core.transfers import TransferKind, TransferResult

HOLD = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0)


class TalkMetrics:
    """Listens to the feed."""

    def __init__(self, registry: CollectorRegistry, lanes: Iterable[LaneName]) -> None:
        self._holds = Histogram(
            "hotline_hold_seconds",
            "How long callers were on hold, until they were taken back.",
            ["lane"],
            buckets=HOLD,
            registry=registry,
        )
        self._transfers = Counter(
            "hotline_transfers",
            "Callers whom agents sent on, by to whom and how it came out.",
            ["kind", "result"],
            registry=registry,
        )
        self._consults = Counter(
            "hotline_consults", "Times that an agent asked a colleague, by how it came out.", ["end"], registry=registry
        )
        self._conferences = Counter(
            "hotline_conferences", "Times that a caller talked with two agents together.", registry=registry
        )
        for end in ConsultEnd:
            self._consults.labels(end.value)
        self._hands = Counter(
            "hotline_hands_raised", "Times that an agent wanted a supervisor to look at his talk.", registry=registry
        )
        self._failed = Counter(
            "hotline_talk_orders_failed",
            "Times that the switch could not do with a talk what an agent had asked for.",
            registry=registry,
        )
        for kind in TransferKind:
            for result in TransferResult:
                self._transfers.labels(kind.value, result.value)
        self.know(lanes)

    def know(self, lanes: Iterable[LaneName]) -> None:
        """Show these lanes from now on, at zero until something happens in them."""
        for lane in lanes:
            self._holds.labels(lane)

    def hear(self, event: Event) -> None:
        """Take note of one event."""
        match event:
            case CallResumed():
                self._holds.labels(event.lane).observe(event.held / 1000)
            case TransferEnded():
                self._transfers.labels(event.target.kind.value, event.result.value).inc()
            case ConferenceStarted():
                self._conferences.inc()
            case ConsultOver():
                self._consults.labels(event.end.value).inc()
            case HandRaised(raised=True):
                self._hands.inc()
            case ControlFailed():
                self._failed.inc()
