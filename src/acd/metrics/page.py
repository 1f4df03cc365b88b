"""The page that Prometheus reads, made without holding up the calls.

The page is written in small parts, and the loop may do something else between two of them; the books of all lanes are
read at one instant. Who asks while a page is being written gets that same page.
"""

import asyncio
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.core import Metric, Sample
from prometheus_client.registry import Collector

from acd.core.events import Event, PolicyAdopted
from acd.core.instants import Instant
from acd.core.switch_events import Verdict
from acd.metrics.caller_side import CallerSideMetrics
from acd.metrics.counted import CountedMetrics
from acd.metrics.foretold import ForetoldMetrics
from acd.metrics.observed import ObservedMetrics
from acd.metrics.talks import TalkMetrics
from acd.metrics.vitals import Look, Vitals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Seconds since a series began are of no use to anybody here, and double the page.
disable_created_metrics()  # type: ignore[no-untyped-call]


SAMPLES_AT_ONCE = 250
"""Lines written before the loop may do something else: about half a millisecond."""


class _Part(Collector):
    """Some samples of one family, for the library's writer."""

    def __init__(self, family: Metric, samples: list[Sample]) -> None:
        self._part = Metric(family.name, family.documentation, family.type, family.unit)
        self._part.samples = samples

    def collect(self) -> Iterable[Metric]:
        return [self._part]


class Metrics:
    """All metrics of one process. `hear` belongs on the feed, `page` behind /metrics.

    `vitals` may be set later, when the parts are there.
    """

    def __init__(self, look: Look, vitals: Vitals | None = None) -> None:
        self._look = look
        self.vitals = vitals or Vitals()
        self.registry = CollectorRegistry(auto_describe=False)
        policy = look.policy()
        self._observed = ObservedMetrics(self.registry, policy.lanes, policy.answer_within / 1000)
        self._caller_side = CallerSideMetrics(self.registry, policy.lanes)
        self._talks = TalkMetrics(self.registry, policy.lanes)
        self._foretold = ForetoldMetrics(self.registry, policy.lanes)
        self.registry.register(CountedMetrics(look, lambda: self.vitals))
        ProcessCollector(namespace="hotline", registry=self.registry)
        self._writing: asyncio.Future[bytes] | None = None

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of one event; at once."""
        if isinstance(event, PolicyAdopted):
            lanes = self._look.policy().lanes
            for each in (self._observed, self._caller_side, self._talks, self._foretold):
                each.know(lanes)
        self._observed.hear(event)
        self._caller_side.hear(event)
        self._talks.hear(event)
        self._foretold.hear(at, event)

    def note_ami_lag(self, seconds: float) -> None:
        """Take note of how late an event of the switch was."""
        self._observed.ami_lag.observe(max(0.0, seconds))

    def note_verdict(self, verdict: Verdict) -> None:
        """Take note of a verdict on what a caller keyed that no event tells."""
        self._caller_side.note_verdict(verdict)

    async def page(self) -> tuple[str, bytes]:
        """The content type and the page."""
        if self._writing is not None:
            return CONTENT_TYPE, await asyncio.shield(self._writing)
        writing = self._writing = asyncio.get_running_loop().create_future()
        try:
            writing.set_result(await self._write())
        finally:
            # Should this scrape be broken off, those who wait for its page go without it too.
            self._writing = None
            if not writing.done():
                writing.cancel()
        return CONTENT_TYPE, writing.result()

    async def _write(self) -> bytes:
        parts = []
        for family in self.registry.collect():
            samples = list(family.samples)
            for start in range(0, max(1, len(samples)), SAMPLES_AT_ONCE):
                text = generate_latest(_Part(family, samples[start : start + SAMPLES_AT_ONCE]))
                parts.append(text if start == 0 else _without_heading(text))
                await asyncio.sleep(0)
        return b"".join(parts)


def _without_heading(text: bytes) -> bytes:
    """The lines of a family's further parts: its meaning and type were said with the first."""
    return b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(b"# "))
