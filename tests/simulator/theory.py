"""What the tables of tests/data/exact say, how long to simulate for them, and whether a simulation agrees.

Agreement is judged by scores: how many standard deviations a simulated figure lies from the table's, where the error of
either side counts. A row's seed is its number in the table: none was picked, and a verdict never changes by itself.

* No figure may lie beyond 4: chance does that once in 15,000 figures.
* Of the figures with the same name, no more rows may lie beyond 2 than chance allows: each does with a probability of
  4.55 %, and rows are independent. The bound is the number that a binomial count exceeds once in a thousand times, for
  all names of a table together. Figures of one row hang together (who waits longer hangs up more often), so they are
  not counted as if each were news.

Every run takes a few rows of each table, briefly; HOTLINE_TESTS=nightly takes all of them at full length.
"""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from math import comb, isnan, sqrt
from pathlib import Path

import pytest

from acd.simulator import Estimate, Span, Tally
from acd.simulator.estimate import ratio

NIGHTLY = os.environ.get("HOTLINE_TESTS") == "nightly"
FULL_LENGTH = 200_000
"""Calls in a nightly run of one row, unless its table knows better."""
BATCHES = 20
FURTHEST = 4.0
TABLES = Path(__file__).parents[1] / "data" / "exact"
HALF_WIDTH = 1.96
"""Standard errors in the half-width of a 95 % confidence interval."""
BEYOND_TWO = 0.0455
"""The probability of a normal variable beyond two standard deviations."""

Row = dict[str, str]


@dataclass(frozen=True)
class Figure:
    """One figure as simulated and as the table has it."""

    name: str
    found: Estimate
    expected: float
    expected_error: float = 0.0

    @property
    def score(self) -> float:
        return self.found.score(self.expected, self.expected_error)

    def __str__(self) -> str:
        found = f"{self.found.mean:.6g} ± {self.found.error:.2g}"
        return f"{self.name}: {found}, expected {self.expected:.6g}, z {self.score:+.2f}"


@dataclass(frozen=True, eq=False)
class Table:
    """One file of exact figures. `play` simulates a row with about so many calls and a seed of its own."""

    file: str
    play: Callable[[Row, int, int], Iterable[Figure]]
    brief: dict[str, int]
    """The rows of every run, by their key: how many calls each of them takes in a brief run."""
    key: Callable[[Row], str] = lambda row: row["id"]
    longer: dict[str, int] = field(default_factory=dict)
    """Rows that need more calls than `FULL_LENGTH` in a nightly run: their queue remembers for long."""

    def rows(self) -> dict[str, Row]:
        rows = {self.key(row): row for row in read(self.file)}
        assert self.brief.keys() <= rows.keys()
        return rows

    def keys(self) -> list[str]:
        """What is tried in this run."""
        return [key for key in self.rows() if NIGHTLY or key in self.brief]

    def figures(self, key: str) -> tuple[Figure, ...]:
        return _figures(self, key)

    def assert_agrees(self, key: str, record_property: Callable[[str, object], None]) -> None:
        """Each figure of the row lies within four standard deviations of its expectation."""
        figures = self.figures(key)
        assert figures
        for figure in figures:
            record_property(figure.name, str(figure))
        far = [str(figure) for figure in figures if not abs(figure.score) < FURTHEST]
        assert not far, "\n".join(far)

    def assert_no_more_beyond_two_than_by_chance(self) -> None:
        """Over all rows of this run. Prints every score, to be read with -s."""
        scores: dict[str, list[float]] = {}
        report = [f"\n{self.file}"]
        for key in self.keys():
            figures = self.figures(key)
            report.append(f"  {key}: " + ", ".join(f"{figure.name} {figure.score:+.2f}" for figure in figures))
            for figure in figures:
                scores.setdefault(figure.name, []).append(figure.score)
        report.append(summary([score for row in scores.values() for score in row]))
        sys.stdout.write("\n".join(report) + "\n")
        for name, row in scores.items():
            beyond, allowed = sum(abs(score) > 2 for score in row), most_by_chance(len(row), 0.001 / len(scores))
            assert beyond <= allowed, f"{name}: {beyond} of {len(row)} rows lie beyond 2, allowed are {allowed}"


def summary(scores: list[float]) -> str:
    spread = sqrt(sum(score**2 for score in scores) / len(scores))
    beyond = sum(abs(score) > 2 for score in scores)
    furthest = max(scores, key=abs)
    return f"  {len(scores)} figures: root mean square {spread:.2f}, {beyond} beyond 2, furthest {furthest:+.2f}"


@cache
def _figures(table: Table, key: str) -> tuple[Figure, ...]:
    calls = table.longer.get(key, FULL_LENGTH) if NIGHTLY else table.brief[key]
    rows = table.rows()
    return tuple(table.play(rows[key], calls, list(rows).index(key)))


def read(file: str) -> Iterator[Row]:
    """The rows of a table; a column `ci95…` is named for the one before it, since its own name comes several times."""
    with (TABLES / file).open(encoding="utf-8", newline="") as opened:
        header, *lines = csv.reader(opened)
    names = [f"{header[at - 1]} {name}" if name.startswith("ci95") else name for at, name in enumerate(header)]
    assert len(set(names)) == len(names)
    assert lines
    for line in lines:
        yield dict(zip(names, line, strict=True))


def most_by_chance(rows: int, probability: float) -> int:
    """How many of so many rows may lie beyond two, so that more have at most this probability."""
    exceeded, count = 1.0, -1
    while exceeded > probability:
        count += 1
        exceeded -= comb(rows, count) * BEYOND_TWO**count * (1 - BEYOND_TWO) ** (rows - count)
    return count


def exact(row: Row, **found: Estimate) -> Iterator[Figure]:
    """Figures by the names of their columns; one that cannot vary must be right, and proves nothing besides."""
    for name, estimate in found.items():
        if estimate.error == 0:
            assert estimate.mean == float(row[name]), name
        elif row[name]:
            yield figure(name, estimate, float(row[name]))


def simulated(row: Row, *, suffix: str = "ci95", **found: Estimate) -> Iterator[Figure]:
    """Figures by the names of their columns, each followed in the table by its 95 % half-width."""
    for name, estimate in found.items():
        yield figure(name, estimate, float(row[name]), float(row[f"{name} {suffix}"]) / HALF_WIDTH)


def figure(name: str, found: Estimate, expected: float, expected_error: float = 0.0) -> Figure:
    """Raises AssertionError for what was never seen: it would agree with everything."""
    assert not isnan(found.mean), name
    return Figure(name, found, expected, expected_error)


def shares(row: Row, tally: Tally, first: str, second: str, column: str, error: str = "") -> Figure:
    """All the waiting of one class over all the waiting of the other: what the order of serving decides.

    Both grow and shrink together with the load of the day, so that a short run tells this better than either mean.
    `column` is the name of the mean waits with `{}` for the class, `error` that of their 95 % half-widths; errors are
    taken as independent, which is more than they are.
    """
    found = ratio([each.wait for each in tally.counts(first)], [each.wait for each in tally.counts(second)])
    means = [float(row[column.format(name)]) for name in (first, second)]
    rates = [float(row[f"calls_per_hour_{name}"]) for name in (first, second)]
    expected = means[0] * rates[0] / (means[1] * rates[1])
    errors = [float(row[error.format(name)]) / HALF_WIDTH if error else 0.0 for name in (first, second)]
    relative = sqrt(sum((each / mean) ** 2 for each, mean in zip(errors, means, strict=True)))
    return figure(f"wait_{first}_to_{second}", found, expected, expected * relative)


def span(calls: float, calls_per_hour: float) -> Span:
    """Batches for about so many calls, after a warm-up of two batches."""
    batch = round(calls / calls_per_hour / BATCHES * 3_600_000)
    return Span(2 * batch, batch, BATCHES)


slow = pytest.mark.timeout(1800 if NIGHTLY else 120)
"""How long one row may take."""
