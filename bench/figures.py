"""What a benchmark hands back: figures, each with what it is compared with and what was hoped for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    benchmark: str
    what: str
    unit: str
    value: float
    against: str = ""
    """Whom `other` was measured on, in the same run; empty when the figure stands alone."""
    other: float | None = None
    ratio: float | None = None
    """How many times better or larger, as `ratio_of` says."""
    ratio_of: str = ""
    goal: float | None = None
    goal_of: Literal["value", "ratio"] = "value"
    better: Literal["more", "less"] = "less"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None if there is none."""
        if self.goal is None:
            return None
        figure = self.value if self.goal_of == "value" else self.ratio
        if figure is None:
            return False
        return figure <= self.goal if self.better == "less" else figure >= self.goal

    def as_json(self) -> dict[str, Any]:
        """The figure as a JSON object."""
        return {**asdict(self), "met": self.met}


def quantile(values: Sequence[float], share: float) -> float:
    """The value below or at which this share of all values lies, one of the values themselves; NaN of none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def middle(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return median(values) if values else float("nan")
