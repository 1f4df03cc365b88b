"""How well callers' waits were foretold: how many came to lie within the interval, and how far off they were.

A wait is scored when the caller is answered. One who hung up, or was sent away, is scored only if he had waited longer
than foretold by then: that was a miss, whatever would have come. If he went sooner, nobody knows how long he would have
waited, so he counts neither for nor against; and how far off a miss without an end was is not known either.

Four of five are to be kept, so kept / foretold should be near 0.8: more says that the intervals are wider than they
need be, less that callers are told too much.
"""

from collections.abc import Iterable
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram

from acd.core.caller_events import WaitForetold
from acd.core.events import CallAnswered, CallClosed, CallLeftLane, Event
from acd.core.instants import Instant
from acd.core.names import CallId, LaneName

CALLS_AT_MOST = 10_000
"""Foretold waits whose end is awaited; of more, the oldest end unscored."""

ERROR = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0)


class _Open(NamedTuple):
    """A foretold wait that is not over."""

    lane: LaneName
    soonest: Instant
    latest: Instant


class ForetoldMetrics:
    """Listens to the feed."""

    def __init__(self, registry: CollectorRegistry, lanes: Iterable[LaneName]) -> None:
        self._foretold = Counter(
            "hotline_wait_foretold",
            "Foretold waits whose end was seen, or that had become longer than foretold when the caller went.",
            ["lane"],
            registry=registry,
        )
        self._kept = Counter(
            "hotline_wait_foretold_kept", "Those of them that ended within the interval.", ["lane"], registry=registry
        )
        self._error = Histogram(
            "hotline_wait_foretold_error_seconds",
            "How far the waits of answered callers were from the middle of the interval.",
            ["lane"],
            buckets=ERROR,
            registry=registry,
        )
        self._open: dict[CallId, _Open] = {}
        self.know(lanes)

    def know(self, lanes: Iterable[LaneName]) -> None:
        """Show these lanes from now on, at zero until something happens in them."""
        for lane in lanes:
            for each in (self._foretold, self._kept, self._error):
                each.labels(lane)

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of one event, which happened at `at`."""
        match event:
            case WaitForetold(call, lane, at_least, at_most):
                self._open[call] = _Open(lane, at + at_least, at + at_most)
                if len(self._open) > CALLS_AT_MOST:
                    del self._open[next(iter(self._open))]
            case CallAnswered(call):
                self._end(call, at, answered=True)
            case CallClosed(call) | CallLeftLane(call):
                self._end(call, at, answered=False)

    def _end(self, call: CallId, at: Instant, *, answered: bool) -> None:
        foretold = self._open.pop(call, None)
        if foretold is None or not (answered or at > foretold.latest):
            return
        self._foretold.labels(foretold.lane).inc()
        if answered:
            self._kept.labels(foretold.lane).inc(int(foretold.soonest <= at <= foretold.latest))
            middle = (foretold.soonest + foretold.latest) / 2
            self._error.labels(foretold.lane).observe(abs(at - middle) / 1000)
