"""What a run of the simulator comes to: for each class of callers how many waited, how long, and with what end.

A caller is counted in the batch in which he arrived, wherever his wait ends. Time spent (queues, talk) is counted in
the batches over which it lasted. The warm-up before the first batch is counted nowhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId
from acd.simulator.estimate import Estimate, ratio

MILLISECONDS = 1000


class Ending(StrEnum):
    """How a caller's wait ended."""

    SERVED = "served"
    ABANDONED = "abandoned"
    DIVERTED = "diverted"
    """The policy sent him elsewhere."""
    BLOCKED = "blocked"
    """All lines were taken, so that he never came in."""


@dataclass(frozen=True, slots=True)
class Span:
    """How long to simulate, in milliseconds. ValueError for a batch of no length or no batch."""

    warm_up: Duration
    """Long enough for the empty hotline of the beginning to be forgotten."""
    batch: Duration
    """Long against the time in which the queue forgets its state."""
    batches: int
    """An estimate needs ten or more."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.warm_up < 0 or self.batch <= 0 or self.batches <= 0:
            raise ValueError(f"a warm-up of {self.warm_up} ms and {self.batches} x {self.batch} ms make no span")

    @property
    def length(self) -> Duration:
        """All of it, in milliseconds."""
        return self.warm_up + self.batch * self.batches


@dataclass(slots=True)
class Counts:
    """One class of callers in one batch. Times are milliseconds."""

    offered: int = 0
    served: int = 0
    abandoned: int = 0
    diverted: int = 0
    blocked: int = 0
    waited: int = 0
    """Callers who came in and were not given an agent at once."""
    wait: Duration = 0
    wait_of_served: Duration = 0
    wait_of_abandoned: Duration = 0
    served_within: dict[Duration, int] = field(default_factory=dict)
    """By threshold."""
    abandoned_within: dict[Duration, int] = field(default_factory=dict)

    @property
    def entered(self) -> int:
        """Callers who found a line."""
        return self.offered - self.blocked


class Tally:
    """Counts by class and batch, and estimates from them; `thresholds` are those of the service levels, in seconds."""

    def __init__(
        self,
        span: Span,
        begins_at: Instant,
        classes: Iterable[str],
        agents: Iterable[AgentId],
        thresholds: Iterable[float],
    ) -> None:
        self._span = span
        self._from = begins_at + span.warm_up
        self._until = begins_at + span.length
        self._thresholds = tuple(round(each * MILLISECONDS) for each in thresholds)
        self._counts = {name: [Counts() for _ in range(span.batches)] for name in classes}
        self._queued: dict[str, list[Duration]] = {name: [0] * span.batches for name in self._counts}
        self._talked: dict[AgentId, list[Duration]] = {agent: [0] * span.batches for agent in agents}

    # Counting

    def leave(self, caller_class: str, arrived_at: Instant, now: Instant, ending: Ending, *, at_once: bool) -> None:
        """A caller's wait ended at `now`; `at_once` if an agent was free when he came."""
        wait = now - arrived_at
        if wait:
            _spread(self._queued[caller_class], arrived_at - self._from, now - self._from, self._span.batch)
        if not self._from <= arrived_at < self._until:
            return
        counts = self._counts[caller_class][(arrived_at - self._from) // self._span.batch]
        counts.offered += 1
        counts.wait += wait
        if ending is Ending.BLOCKED:
            counts.blocked += 1
            return
        if not at_once:
            counts.waited += 1
        if ending is Ending.SERVED:
            counts.served += 1
            counts.wait_of_served += wait
            within = counts.served_within
        elif ending is Ending.ABANDONED:
            counts.abandoned += 1
            counts.wait_of_abandoned += wait
            within = counts.abandoned_within
        else:
            counts.diverted += 1
            return
        for threshold in self._thresholds:
            if wait <= threshold:
                within[threshold] = within.get(threshold, 0) + 1

    def talk(self, agent: AgentId, since: Instant, until: Instant) -> None:
        """An agent talks from `since` to `until`."""
        _spread(self._talked[agent], since - self._from, until - self._from, self._span.batch)

    def counts(self, *classes: str) -> list[Counts]:
        """All that was counted for the classes named, or for all: one entry for each class and batch."""
        return [counts for name in classes or self._counts for counts in self._counts[name]]

    # Estimates, over the classes named, or over all. One is not a number where there was nothing to see, and raises
    # ValueError for less than ten batches.

    def estimate(self, top: Callable[[Counts], float], bottom: Callable[[Counts], float], *classes: str) -> Estimate:
        """Any ratio of two counts."""
        rows = [self._counts[name] for name in classes or self._counts]
        batches = list(zip(*rows, strict=True))
        return ratio([sum(map(top, batch)) for batch in batches], [sum(map(bottom, batch)) for batch in batches])

    def calls(self, *classes: str) -> int:
        """Callers counted."""
        return sum(counts.offered for counts in self.counts(*classes))

    def blocking(self, *classes: str) -> Estimate:
        """The share of callers who found no line."""
        return self.estimate(lambda counts: counts.blocked, lambda counts: counts.offered, *classes)

    def waiting_share(self, *classes: str) -> Estimate:
        """The share of callers, of those who came in, for whom no agent was free."""
        return self.estimate(lambda counts: counts.waited, lambda counts: counts.entered, *classes)

    def abandoned_share(self, *classes: str) -> Estimate:
        """The share of callers, of those who came in, who hung up."""
        return self.estimate(lambda counts: counts.abandoned, lambda counts: counts.entered, *classes)

    def mean_wait(self, *classes: str) -> Estimate:
        """Seconds, over all who came in: also those who did not wait, and those who hung up."""
        return self.estimate(lambda counts: counts.wait / MILLISECONDS, lambda counts: counts.entered, *classes)

    def mean_wait_of_served(self, *classes: str) -> Estimate:
        """Seconds: the average speed of answer."""
        return self.estimate(
            lambda counts: counts.wait_of_served / MILLISECONDS, lambda counts: counts.served, *classes
        )

    def mean_wait_of_abandoned(self, *classes: str) -> Estimate:
        """Seconds; not a number if nobody hung up."""
        return self.estimate(
            lambda counts: counts.wait_of_abandoned / MILLISECONDS, lambda counts: counts.abandoned, *classes
        )

    def served_within(self, threshold: float, *classes: str) -> Estimate:
        """The share served within `threshold` seconds, of all who came in."""
        limit = self._limit(threshold)
        return self.estimate(lambda counts: counts.served_within.get(limit, 0), lambda counts: counts.entered, *classes)

    def served_within_of_served(self, threshold: float, *classes: str) -> Estimate:
        """The share served within `threshold` seconds, of all who were served."""
        limit = self._limit(threshold)
        return self.estimate(lambda counts: counts.served_within.get(limit, 0), lambda counts: counts.served, *classes)

    def served_within_without_short(self, threshold: float, *classes: str) -> Estimate:
        """The share served within `threshold` seconds, leaving out whoever hung up within it."""
        limit = self._limit(threshold)
        return self.estimate(
            lambda counts: counts.served_within.get(limit, 0),
            lambda counts: counts.entered - counts.abandoned_within.get(limit, 0),
            *classes,
        )

    def mean_queue(self, *classes: str) -> Estimate:
        """How many callers wait, averaged over time."""
        rows = zip(*(self._queued[name] for name in classes or self._queued), strict=True)
        return ratio([sum(row) for row in rows], [self._span.batch] * self._span.batches)

    def occupancy(self, *agents: AgentId) -> Estimate:
        """The share of the time in which the agents named talk, or all."""
        chosen = agents or tuple(self._talked)
        rows = zip(*(self._talked[agent] for agent in chosen), strict=True)
        return ratio([sum(row) for row in rows], [self._span.batch * len(chosen)] * self._span.batches)

    def _limit(self, threshold: float) -> Duration:
        limit = round(threshold * MILLISECONDS)
        if limit not in self._thresholds:
            known = ", ".join(str(each / MILLISECONDS) for each in self._thresholds)
            raise ValueError(f"nothing was counted within {threshold} s; thresholds: {known or 'none'}")
        return limit


def _spread(row: list[Duration], since: Duration, until: Duration, batch: Duration) -> None:
    """Add the time from `since` to `until` to the batches over which it lasts; what lies outside of them is dropped."""
    since, until = max(since, 0), min(until, batch * len(row))
    while since < until:
        index = since // batch
        end = min(until, (index + 1) * batch)
        row[index] += end - since
        since = end
