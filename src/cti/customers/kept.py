"""Answers that are used again for a short while: a reload of the page or a verdict asks the same once more; pure."""

from collections import OrderedDict
from typing import Generic, TypeVar

from acd.core.instants import Duration, Instant

KEPT_AT_MOST = 1_000
"""Answers of one source; the one that was kept first goes first."""
NOBODY_FOR: Duration = 10_000
"""How long it is kept that there is nobody: a customer who was entered just now is found soon."""

T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by question, each until it is too old."""

    def __init__(self, keep_for: Duration, at_most: int = KEPT_AT_MOST) -> None:
        self._keep_for = keep_for
        self._at_most = at_most
        self._answers: OrderedDict[tuple[str, str], tuple[Instant, tuple[T, ...]]] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._answers)

    def keep(self, question: tuple[str, str], answer: tuple[T, ...], now: Instant) -> None:
        """Keep an answer from now on."""
        lasts = self._keep_for if answer else min(self._keep_for, NOBODY_FOR)
        self._answers.pop(question, None)
        if lasts > 0:
            self._answers[question] = (now + lasts, answer)
            if len(self._answers) > self._at_most:
                self._answers.popitem(last=False)

    def get(self, question: tuple[str, str], now: Instant) -> tuple[T, ...] | None:
        """The answer, if it is kept and not too old."""
        until, answer = self._answers.get(question, (now, ()))
        if now < until:
            return answer
        self._answers.pop(question, None)
        return None
