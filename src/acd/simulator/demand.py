"""What comes in and how long it takes: distributions of times, and classes of callers who arrive at random.

Times of a distribution are seconds, as a person states them; what is drawn is whole milliseconds, as the core counts.
A distribution is stated by its mean, so that two of them with the same load can be put in each other's place.
"""

from dataclasses import dataclass
from math import isfinite, log, sqrt
from random import Random
from typing import Protocol

from acd.core.instants import Duration, seconds
from acd.core.names import LaneName, LanguageName

HOUR: Duration = 3_600_000


class Distribution(Protocol):
    """A length of time that differs from case to case."""

    def draw(self, chance: Random) -> Duration | None:
        """The next case's length in milliseconds; None for one that never ends."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory; the usual first guess for talk and patience. ValueError for a mean that is not positive."""

    mean: float

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_positive("mean", self.mean)

    def draw(self, chance: Random) -> Duration:
        """The next case's length."""
        return seconds(chance.expovariate(1 / self.mean))


@dataclass(frozen=True, slots=True)
class Erlang:
    """The sum of `stages` equal exponential parts: steadier than one. ValueError for what is not positive."""

    mean: float
    stages: int = 2

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_positive("mean", self.mean)
        _check_positive("stages", self.stages)

    def draw(self, chance: Random) -> Duration:
        """The next case's length."""
        return seconds(chance.gammavariate(self.stages, self.mean / self.stages))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Many short cases and a few very long ones, as talk times are. ValueError for what is not positive."""

    mean: float
    deviation: float
    """The standard deviation, in seconds."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_positive("mean", self.mean)
        _check_positive("deviation", self.deviation)

    def draw(self, chance: Random) -> Duration:
        """The next case's length."""
        variance_of_log = log(1 + (self.deviation / self.mean) ** 2)
        return seconds(chance.lognormvariate(log(self.mean) - variance_of_log / 2, sqrt(variance_of_log)))


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same. ValueError for a length that is not positive."""

    length: float

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_positive("length", self.length)

    def draw(self, chance: Random) -> Duration:  # noqa: ARG002 - nothing is left to chance
        """The same length every time."""
        return seconds(self.length)


@dataclass(frozen=True, slots=True)
class Never:
    """Without an end: callers who wait for as long as it takes."""

    def draw(self, chance: Random) -> None:
        """No end."""


NEVER = Never()


@dataclass(frozen=True, slots=True)
class CallerClass:
    """Callers of one kind, who arrive independently of each other. ValueError for a rate that is not positive."""

    name: str
    lane: LaneName
    language: LanguageName
    calls_per_hour: float
    patience: Distribution = NEVER
    """How long a caller waits for an agent before he hangs up, from when he enters the lane."""
    tier: str = ""
    dialled: str = ""
    day: tuple[float, ...] = ()
    """What part of `calls_per_hour` come in each hour from the beginning, 0 to 1, over and over; empty: always all."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_positive("calls_per_hour", self.calls_per_hour)
        if not all(0 <= part <= 1 for part in self.day) or (self.day and max(self.day) == 0):
            raise ValueError("a day is made of parts from 0 to 1, not all of them 0")

    def next_arrival(self, chance: Random, since: Duration = 0) -> Duration:
        """How long until the next caller of this class comes, in milliseconds, `since` so long after the beginning."""
        length = seconds(chance.expovariate(self.calls_per_hour / 3600))
        # Of callers at the full pace, each comes with the probability of his hour: so their rate follows the day.
        while self.day and chance.random() >= self.day[(since + length) // HOUR % len(self.day)]:
            length += seconds(chance.expovariate(self.calls_per_hour / 3600))
        return length


def _check_positive(name: str, value: float) -> None:
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, not {value}")
