"""A figure with its uncertainty, from batches of one long run.

Neighbouring calls resemble each other, so a run of n calls knows less than n independent ones would. Batches that are
long against the memory of the queue are nearly independent; their spread tells how far a figure may be off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, log, nan, sqrt

FEWEST_BATCHES = 10
"""Fewer say too little about their own spread."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, its standard error, and from how many batches both come."""

    mean: float
    error: float
    batches: int

    def score(self, expected: float, expected_error: float = 0.0) -> float:
        """How far the mean lies from what was expected, in standard deviations of a normal variable.

        `expected_error` is the standard error of an expectation that is itself an estimate. With few batches the
        spread is uncertain too, and the plain quotient has Student's distribution; Wallace's transformation turns it
        into a normal variable, good to a fifth of a percent.
        """
        difference, error = self.mean - expected, sqrt(self.error**2 + expected_error**2)
        if difference == 0:
            return 0.0
        if error == 0:
            return copysign(float("inf"), difference)
        free = self.batches - 1
        size = (8 * free + 1) / (8 * free + 3) * sqrt(free * log(1 + (difference / error) ** 2 / free))
        return copysign(size, difference)


def ratio(tops: Sequence[float], bottoms: Sequence[float]) -> Estimate:
    """The sum of `tops` over the sum of `bottoms`, one of each for a batch; not a number if all bottoms are zero.

    Raises ValueError for fewer batches than `FEWEST_BATCHES`.
    """
    count = len(tops)
    if count < FEWEST_BATCHES:
        raise ValueError(f"{count} batches are too few for an error: at least {FEWEST_BATCHES}")
    whole = sum(bottoms)
    if whole == 0:
        return Estimate(nan, nan, count)
    mean = sum(tops) / whole
    residues = sum((top - mean * bottom) ** 2 for top, bottom in zip(tops, bottoms, strict=True))
    return Estimate(mean, sqrt(residues * count / (count - 1)) / whole, count)
