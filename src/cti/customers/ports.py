"""What a source of customers is, and what it may say. A source of one's own keeps to this and to nothing else.

A source answers what it is asked and decides nothing: how long it is waited for, what is kept, whose record it is and
what of it is shown is for others (`guard`, `merging`, `fields`).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

Record: TypeAlias = Mapping[str, object]
"""What a source knows of one customer, by its own keys; values are texts, numbers, dates, lists or mappings."""

ENTRY_POINTS = "hotline.customer_sources"
"""The group of entry points in which sources of one's own are found."""


class SourceUnavailable(Exception):
    """A source cannot answer; its message may stand in a log, so it holds nothing of a customer and no secret."""


class Source(Protocol):
    """One system that knows customers. Any error means that it is not available now."""

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        """The records of the customers with this number, or of the one with this id; exactly one of both is given.

        `number` is in its international form (+8613800000001), or an extension as it was dialled; `customer` is digits.
        Nobody is an empty sequence. It may be cancelled at any time, and must not block the loop.
        """
        ...

    async def close(self) -> None:
        """Let go what is open, when nobody asks any more; it may never have been asked."""
        ...


class MakeSource(Protocol):
    """What an entry point names: makes a source of the settings' `options`. An error refuses nothing but the source."""

    def __call__(self, options: Mapping[str, str], /) -> Source:
        """The source. Must not connect: it is called in a thread, and also by `hotline check`."""
        ...
