"""When a source that fails is left alone for a while, so that a dead system costs an agent nothing; pure."""

from dataclasses import dataclass

from acd.core.instants import Duration, Instant

FAILURES_AT_MOST = 5
"""In a row; then it is left alone."""
LEFT_ALONE_FOR: Duration = 10_000
"""After that it is tried by one question; if that fails, it is left alone as long again."""


@dataclass(slots=True)
class Breaker:
    """Counts what fails in a row. Closed it lets everything through, open nothing, and after a while one question."""

    failures: int = 0
    open_until: Instant | None = None
    """Until when the source is left alone; None while it is not."""
    trying: bool = False
    """One question is under way to see whether the source is back."""

    def lets_through(self, now: Instant) -> bool:
        """Whether a question may be put; whoever puts it must tell what came of it."""
        if self.open_until is None:
            return True
        if now < self.open_until or self.trying:
            return False
        self.trying = True
        return True

    def succeeded(self) -> None:
        """The source has answered."""
        self.failures, self.open_until, self.trying = 0, None, False

    def gave_up(self) -> None:
        """Whoever asked wants no answer any more; that says nothing of the source."""
        self.trying = False

    def failed(self, now: Instant) -> None:
        """The source has not answered, or not in time."""
        self.failures += 1
        self.trying = False
        if self.failures >= FAILURES_AT_MOST:
            self.open_until = now + LEFT_ALONE_FOR
