"""Limits on guessing passwords: a bucket of wrong guesses for each name, and one for all names together.

A guess is counted before it is looked at, so that many at once are not more than many in a row; who was right gets his
back. A name that nobody has is counted like any other. The bucket of one name refuses whoever tries that name; the one
of all refuses nobody who knows his password, so that a guesser cannot keep everybody out. Pure: time is passed in.
"""

from collections import OrderedDict

from acd.core.instants import Instant
from cti.accounts.bucket import Bucket

NAMES_WATCHED = 8_192
"""Names whose guesses are counted; the one not tried for longest is forgotten first."""
FORGIVEN_EVERY = 10_000
"""Milliseconds after which one wrong guess of a name is forgiven."""
ALL_FORGIVEN_EVERY = 1_000
"""The same for all names together: far below what finds a password, far above what a shift mistypes."""


class Guesses:
    """All buckets."""

    def __init__(self, of_a_name: int = 5, of_all: int = 50) -> None:
        self._of_a_name = of_a_name
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._all = Bucket(of_all, ALL_FORGIVEN_EVERY)

    def begin(self, name: str, now: Instant) -> bool:
        """Count a guess; False, and nothing counted, if this name was tried too often."""
        bucket = self._bucket(name)
        if bucket.full(now):
            return False
        bucket.add(1)
        self._all.full(now)
        self._all.add(1)
        return True

    def crowded(self, now: Instant) -> bool:
        """Whether so many wrong guesses at all names are counted that a further one is not even told to be wrong."""
        return self._all.over(now)

    def was_right(self, name: str) -> None:
        """The guess that was begun last for this name was none: it is not counted."""
        self._bucket(name).add(-1)
        self._all.add(-1)

    def _bucket(self, name: str) -> Bucket:
        bucket = self._buckets.pop(name, None) or Bucket(self._of_a_name, FORGIVEN_EVERY)
        self._buckets[name] = bucket
        if len(self._buckets) > NAMES_WATCHED:
            self._buckets.popitem(last=False)
        return bucket
