"""A count that empties itself at an even pace: of wrong guesses, of requests. Pure: time is passed in."""

from acd.core.instants import Duration, Instant


class Bucket:
    """Counts what empties itself at an even pace."""

    def __init__(self, at_most: int, empties_every: Duration) -> None:
        self._at_most = at_most
        self._every = empties_every
        self._count = 0.0
        self._counted_at: Instant = 0

    def full(self, now: Instant) -> bool:
        """Whether there is no room for one more."""
        self._count = max(0.0, self._count - (now - self._counted_at) / self._every)
        self._counted_at = now
        return self._count > self._at_most - 1

    def over(self, now: Instant) -> bool:
        """Whether more was put in than there is room for."""
        self.full(now)
        return self._count > self._at_most

    def add(self, many: int) -> None:
        """Put in, or take out again what was put in. One over the brim at most: a flood ends when it ends."""
        self._count = min(max(0.0, self._count + many), self._at_most + 1)
